-- Every order that a list of open items is offered in has an index, of one customer and of all: a page
-- of a long list costs what one of a short list does. An item stands in those of what is open or in
-- those of what is closed.

-- What is open, as it counts in a balance: below zero for what is owed by us.
-- sqlite:
alter table item add column balance_minor integer
    generated always as (debit_minor - credit_minor) virtual;
-- postgres:
alter table item add column balance_minor bigint
    generated always as (debit_minor - credit_minor) stored;
-- both:
create index item_open_by_number on item (customer, currency, find_number, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_open_by_issued on item (customer, currency, issued, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_open_by_open on item (customer, currency, balance_minor, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_all_open_by_number on item (currency, find_number, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_all_open_by_issued on item (currency, issued, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_all_open_by_open on item (currency, balance_minor, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');

create index item_credit_by_due on item (customer, currency, due, id)
    where open_minor > 0 and side = -1;
create index item_all_credit_by_due on item (currency, due, id) where open_minor > 0 and side = -1;

create index item_closed_by_due on item (customer, kind, currency, due, id)
    where open_minor = 0 and kind in ('invoice', 'credit_note');
create index item_closed_by_issued on item (customer, kind, currency, issued, id)
    where open_minor = 0 and kind in ('invoice', 'credit_note');
create index item_all_closed_by_due on item (kind, currency, due, id)
    where open_minor = 0 and kind in ('invoice', 'credit_note');
create index item_all_closed_by_issued on item (kind, currency, issued, id)
    where open_minor = 0 and kind in ('invoice', 'credit_note');
drop index item_closed;

drop index item_held;
drop index item_processing;
drop index item_in_dispute;
drop index item_disputed;
create index item_held on item (currency, due, id) where reserved_minor > 0;
create index item_processing on item (customer, currency, due, id) where reserved_minor > 0;
create index item_in_dispute on item (currency, due, id) where disputed_minor > 0;
create index item_disputed on item (customer, currency, due, id) where disputed_minor > 0;

-- Amounts are no longer an order of their own.
update saved_filter set query = replace(query, 'sort=amount', 'sort=open') where list = 'invoices';
update saved_filter set query = replace(query, 'sort=-amount', 'sort=-open') where list = 'invoices';

-- down:
drop index item_disputed;
drop index item_in_dispute;
drop index item_processing;
drop index item_held;
create index item_disputed on item (customer) where disputed_minor > 0;
create index item_in_dispute on item (currency, id) where disputed_minor > 0;
create index item_processing on item (customer) where reserved_minor > 0;
create index item_held on item (currency, id) where reserved_minor > 0;
create index item_closed on item (kind, customer)
    where open_minor = 0 and kind in ('invoice', 'credit_note');
drop index item_all_closed_by_issued;
drop index item_all_closed_by_due;
drop index item_closed_by_issued;
drop index item_closed_by_due;
drop index item_all_credit_by_due;
drop index item_credit_by_due;
drop index item_all_open_by_open;
drop index item_all_open_by_issued;
drop index item_all_open_by_number;
drop index item_open_by_open;
drop index item_open_by_issued;
drop index item_open_by_number;
alter table item drop column balance_minor;
