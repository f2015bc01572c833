-- add(amount money)
--   none
insert into thing (amount) values (:amount_minor);
