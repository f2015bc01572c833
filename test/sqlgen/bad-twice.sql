-- all()
--   one: n i64
select 1;

-- all()
--   one: n i64
select 2;
