-- all()
--   one: n i64
select 1
-- postgres:
select 2;
