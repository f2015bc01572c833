-- The one day that a payment has, by which lists show, order and filter it: its value date; until its
-- money has arrived, the day on which its payer began it, by its seller's calendar (null: money that
-- came by itself, with its value date). Neither changes once it is known, so that a payment moves in
-- its lists once at most, and the day is generated, so that it cannot be another one.
alter table payment add column begun_on {{date}};

-- Payments from before have the day of Greenwich: SQLite knows no other calendar.
-- sqlite:
update payment set begun_on = date(created / 1000000, 'unixepoch')
 where checkout is not null or value_date is null;
alter table payment add column day {{date}} not null
    generated always as (coalesce(value_date, begun_on)) virtual;
-- postgres:
update payment set begun_on = (to_timestamp(created / 1000000) at time zone 'UTC')::date
 where checkout is not null or value_date is null;
alter table payment add column day {{date}} not null
    generated always as (coalesce(value_date, begun_on)) stored;
-- both:

create index payment_by_day on payment (day, id);
create index payment_customer_by_day on payment (customer, day, id);
-- Whose payer is not known: few, and a list of their own.
create index payment_unidentified_by_day on payment (day, id) where account is null;
create index payment_unidentified_by_amount on payment (currency, amount_minor, id)
    where account is null;
drop index payment_value_date;
drop index payment_created;
drop index payment_customer;

-- sqlite:

create trigger payment_day_keeps before update of value_date, begun_on on payment
when new.begun_on is not old.begun_on
    or (old.value_date is not null and new.value_date is not old.value_date) begin
    select raise(abort, 'a payment keeps its days'); end;

-- postgres:

create function payment_day_keeps() returns trigger language plpgsql as $$
begin
    raise exception 'a payment keeps its days' using errcode = 'integrity_constraint_violation';
end $$;

create trigger payment_day_keeps before update of value_date, begun_on on payment for each row
    when (new.begun_on is distinct from old.begun_on
          or (old.value_date is not null and new.value_date is distinct from old.value_date))
    execute function payment_day_keeps();

-- down:
-- sqlite:
drop trigger payment_day_keeps;
-- postgres:
drop trigger payment_day_keeps on payment;
drop function payment_day_keeps();
-- both:
create index payment_customer on payment (customer, created, id);
create index payment_created on payment (created, id);
create index payment_value_date on payment (value_date);
drop index payment_unidentified_by_amount;
drop index payment_unidentified_by_day;
drop index payment_customer_by_day;
drop index payment_by_day;
alter table payment drop column day;
alter table payment drop column begun_on;
