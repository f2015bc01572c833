-- add(amount i64)
insert into thing (amount) values (:amount);
