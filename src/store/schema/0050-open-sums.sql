-- What is open of all customers together, by the day it is due: kept with every posting, in its
-- transaction, so that the company's figures are read from a few hundred rows however many items
-- there are. `quittance verify` derives it again. `part` spreads the accounts over eight rows, so
-- that payments of different customers seldom wait for one another.
create table open_sum (
    currency text not null,
    kind     text not null,
    due      {{date}} not null,
    entity   {{int}} not null references entity (id),
    part     {{int}} not null,
    minor    {{int}} not null check (minor >= 0),
    items    {{int}} not null check (items >= 0),
    primary key (currency, kind, due, entity, part)
) {{strict}};
create index open_sum_some on open_sum (currency, kind, due) where items > 0;

insert into open_sum (currency, kind, due, entity, part, minor, items)
select currency, kind, due, entity, coalesce(account, 0) % 8, sum(open_minor), count(*)
  from item where open_minor > 0
 group by currency, kind, due, entity, coalesce(account, 0) % 8;

-- Few among many: what a payment holds, and what is disputed.
create index item_held on item (currency, id) where reserved_minor > 0;
create index item_in_dispute on item (currency, id) where disputed_minor > 0;
create index payment_underway on payment (currency, id)
    where state in ('submitting', 'unknown', 'pending');
create index entry_recorded on entry (recorded, id);

-- sqlite:

create trigger item_sums after update of debit_minor, credit_minor on item
when new.debit_minor - new.credit_minor <> old.debit_minor - old.credit_minor begin
    insert into open_sum (currency, kind, due, entity, part, minor, items)
    values (new.currency, new.kind, new.due, new.entity, coalesce(new.account, 0) % 8, 0, 0)
        on conflict do nothing;
    update open_sum
       set minor = minor + new.side * (new.debit_minor - new.credit_minor)
                         - old.side * (old.debit_minor - old.credit_minor),
           items = items + (new.debit_minor <> new.credit_minor)
                         - (old.debit_minor <> old.credit_minor)
     where currency = new.currency and kind = new.kind and due = new.due and entity = new.entity
       and part = coalesce(new.account, 0) % 8; end;

-- postgres:

create function item_sums() returns trigger language plpgsql as $$
begin
    insert into open_sum (currency, kind, due, entity, part, minor, items)
    values (new.currency, new.kind, new.due, new.entity, coalesce(new.account, 0) % 8, 0, 0)
        on conflict do nothing;
    update open_sum
       set minor = minor + new.side * (new.debit_minor - new.credit_minor)
                         - old.side * (old.debit_minor - old.credit_minor),
           items = items + (new.debit_minor <> new.credit_minor)::int
                         - (old.debit_minor <> old.credit_minor)::int
     where currency = new.currency and kind = new.kind and due = new.due and entity = new.entity
       and part = coalesce(new.account, 0) % 8;
    return null;
end $$;

create trigger item_sums after update of debit_minor, credit_minor on item for each row
    when (new.debit_minor - new.credit_minor <> old.debit_minor - old.credit_minor)
    execute function item_sums();

-- down:
-- sqlite:
drop trigger item_sums;
-- postgres:
drop trigger item_sums on item;
drop function item_sums();
-- both:
drop index entry_recorded;
drop index payment_underway;
drop index item_in_dispute;
drop index item_held;
drop table open_sum;
