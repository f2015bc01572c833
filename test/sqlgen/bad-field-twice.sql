-- all(id i64, id i64)
--   one: n i64
select :id;
