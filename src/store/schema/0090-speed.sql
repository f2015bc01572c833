-- What the lists of invoices count and filter by, without a look at the rows themselves: a page
-- costs the same in books of any size.
create index item_counted on item (customer, side, due)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_closed on item (kind, customer)
    where open_minor = 0 and kind in ('invoice', 'credit_note');
create index item_processing on item (customer) where reserved_minor > 0;
create index item_disputed on item (customer) where disputed_minor > 0;

-- down:
drop index item_disputed;
drop index item_processing;
drop index item_closed;
drop index item_counted;
