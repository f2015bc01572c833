-- mine(id i64)
--   many: as yours
select id from item where id = :id;
