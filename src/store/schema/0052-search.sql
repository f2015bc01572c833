-- What the console's search looks up: the beginning of a number, and amounts.

-- sqlite:
create index item_number_begins on item (lower(number), id);
create index payment_number_begins on payment (lower(number), id);
-- postgres:
create index item_number_begins on item (lower(number) text_pattern_ops, id);
create index payment_number_begins on payment (lower(number) text_pattern_ops, id);
-- both:
create index item_of_amount on item (amount_minor, id);
create index item_of_open on item (open_minor, id) where open_minor > 0;
create index payment_of_amount on payment (amount_minor, id);

-- down:
drop index payment_of_amount;
drop index item_of_open;
drop index item_of_amount;
drop index payment_number_begins;
drop index item_number_begins;
