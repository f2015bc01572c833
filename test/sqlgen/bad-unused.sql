-- find(id i64, owner i64)
--   maybe: name text
select name from thing where id = :id;
