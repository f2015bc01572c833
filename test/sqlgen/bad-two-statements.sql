-- all()
--   one: n i64
select 1;
select 2;
