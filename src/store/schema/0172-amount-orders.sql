-- Payments, money to apply and deductions in the order of their amounts, a currency after the other.
create index payment_by_amount on payment (currency, amount_minor, id);
create index payment_customer_by_amount on payment (customer, currency, amount_minor, id);
create index item_loose_by_open on item (kind, currency, open_minor, id)
    where open_minor > 0 and kind in ('payment', 'receipt', 'deduction');
create index item_deduction_by_amount on item (currency, amount_minor, id)
    where kind = 'deduction';

-- down:
drop index item_deduction_by_amount;
drop index item_loose_by_open;
drop index payment_customer_by_amount;
drop index payment_by_amount;
