-- add(amount float)
--   none
insert into thing (amount) values (:amount);
