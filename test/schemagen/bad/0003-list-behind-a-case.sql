create view other as select 1 where case 1 when 1 then 'a' end in ('a', 'b', 'c');

-- down:
drop view other;
