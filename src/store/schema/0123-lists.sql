-- Customers by number, and what came in without being applied, or was deducted, by when it came.
create index customer_by_number on customer (number, id);
create index item_loose on item (kind, id)
    where open_minor > 0 and kind in ('payment', 'receipt', 'deduction');
-- Credits by what is left of them.
create index item_credit_by_open on item (customer, currency, balance_minor, id)
    where open_minor > 0 and side = -1;
create index item_all_credit_by_open on item (currency, balance_minor, id)
    where open_minor > 0 and side = -1;

-- down:
drop index item_all_credit_by_open;
drop index item_credit_by_open;
drop index item_loose;
drop index customer_by_number;
