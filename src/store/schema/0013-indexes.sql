-- Indexes for what is counted and looked up where few rows of many are meant.
create index deduction_payment on deduction (payment) where payment is not null;
create index payment_unknown on payment (id) where state = 'unknown';
create index person_staff on person (name, id) where staff_role is not null;

-- down:
drop index person_staff;
drop index payment_unknown;
drop index deduction_payment;
