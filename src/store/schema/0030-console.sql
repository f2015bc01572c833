-- What the seller's overview counts: few open items of a kind among many, and money by its day.
create index item_open_kind on item (kind, currency) where open_minor > 0;
create index payment_value_date on payment (value_date);
create index entry_effective on entry (effective, id);

-- down:
drop index entry_effective;
drop index payment_value_date;
drop index item_open_kind;
