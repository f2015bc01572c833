-- all() gives all
--   one: n i64
select 1;
