-- all()
--   one: n i64 m i64
select 1, 2;
