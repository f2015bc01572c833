-- find(id i64)
--   maybe: name text
select name from thing
 where id = :id
   and owner = :owner;
