-- all(id)
--   one: n i64
select :id;
