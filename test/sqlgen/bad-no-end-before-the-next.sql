-- all()
--   one: n i64
select 1

-- more()
--   one: n i64
select 1;
