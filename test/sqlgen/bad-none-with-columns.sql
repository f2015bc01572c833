-- add(amount i64)
--   none: id i64
insert into thing (amount) values (:amount);
