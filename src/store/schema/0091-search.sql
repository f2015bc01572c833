-- What people search for, as it is compared: in lower case, byte by byte, so that all that begin
-- with the same letters stand side by side in an index, in whatever language the database sorts.

-- sqlite:
alter table item add column find_number text generated always as (lower(number)) virtual;
alter table document add column find_po text generated always as (lower(po)) virtual;
alter table document add column find_order text generated always as (lower(order_ref)) virtual;
alter table document add column find_delivery text generated always as (lower(delivery)) virtual;
-- postgres:
alter table item
    add column find_number text collate "C" generated always as (lower(number)) stored;
alter table document
    add column find_po text collate "C" generated always as (lower(po)) stored,
    add column find_order text collate "C" generated always as (lower(order_ref)) stored,
    add column find_delivery text collate "C" generated always as (lower(delivery)) stored;
-- both:
create index item_find_number on item (find_number);
create index document_find_po on document (find_po) where po <> '';
create index document_find_order on document (find_order) where order_ref <> '';
create index document_find_delivery on document (find_delivery) where delivery <> '';
create index item_amount on item (amount_minor, currency);
create index item_open_amount on item (open_minor, currency) where open_minor > 0;

-- down:
drop index item_open_amount;
drop index item_amount;
drop index document_find_delivery;
drop index document_find_order;
drop index document_find_po;
drop index item_find_number;
alter table document drop column find_delivery;
alter table document drop column find_order;
alter table document drop column find_po;
alter table item drop column find_number;
