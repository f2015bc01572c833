-- Pages of the lists of open items, in the order of one of their columns, in one currency.

-- Each list and order has an index of its own (0122-lists.sql), for one customer and for all, which is
-- read from where the last page ended: a page costs the same however long the list is. "between" of
-- the days and what is looked for are further conditions on what is read; only the order of due dates
-- is offered beside a range of them (pages.c). What is the same in all rows of one customer is not
-- looked up for each: the name comes by itself (item_page_name). What lies in a document is looked at
-- by the search alone. What is held stands in a table of its own (0270-item-held.sql), which has the
-- list's order; {r} is the item itself.
-- item_page(customer i64, currency text, entity i64?, due_from date, due_to date, search text,
--     amount i64, other i64, after_day date, after_text text, after_number i64, after_id i64,
--     limit i64)
--   many: item i64, document i64?, payment i64?, customer i64?, account i64?, entity i64, side i64,
--     kind text, number text, po text, customer_name text, issued date, due date, currency text,
--     amount i64, open i64, reserved i64, disputed i64, paid bool
--   {set} {key} {after} {open} {from} {r}
--     open_by_due: i.open_minor > 0 and i.kind <> 'deduction' and i.kind <> 'receipt' | i.due | :after_day | true | item i | i
--     open_by_number: i.open_minor > 0 and i.kind in ('invoice', 'credit_note', 'payment') | i.find_number | :after_text | true | item i | i
--     open_by_issued: i.open_minor > 0 and i.kind in ('invoice', 'credit_note', 'payment') | i.issued | :after_day | true | item i | i
--     open_by_open: i.open_minor > 0 and i.kind in ('invoice', 'credit_note', 'payment') | i.balance_minor | :after_number | true | item i | i
--     overdue_by_due: i.open_minor > 0 and i.kind = 'invoice' | i.due | :after_day | true | item i | i
--     held_by_due: r.kind <> 'deduction' | i.due | :after_day | true | item_held i join item r on r.id = i.id | r
--     disputed_by_due: i.disputed_minor > 0 and i.open_minor > 0 and i.kind <> 'deduction' | i.due | :after_day | true | item i | i
--     credits_by_due: i.open_minor > 0 and i.side = -1 and i.kind <> 'receipt' | i.due | :after_day | true | item i | i
--     credits_by_open: i.open_minor > 0 and i.side = -1 and i.kind <> 'receipt' | i.balance_minor | :after_number | true | item i | i
--     paid_by_due: i.open_minor = 0 and i.kind in ('invoice', 'credit_note') and i.kind = 'invoice' | i.due | :after_day | false | item i | i
--     paid_by_issued: i.open_minor = 0 and i.kind in ('invoice', 'credit_note') and i.kind = 'invoice' | i.issued | :after_day | false | item i | i
--     used_by_due: i.open_minor = 0 and i.kind in ('invoice', 'credit_note') and i.kind = 'credit_note' | i.due | :after_day | false | item i | i
--     used_by_issued: i.open_minor = 0 and i.kind in ('invoice', 'credit_note') and i.kind = 'credit_note' | i.issued | :after_day | false | item i | i
--   {who} {customer} {name} {with}
--     one: i.customer = :customer and | :customer | '' |
--     any: | i.customer | coalesce(c.name, '') | left join customer c on c.id = i.customer
--   {turn} {than} {within}
--     up: asc | > | i.due <= :due_to
--     down: desc | < | i.due >= :due_from
select i.id, {r}.document, {r}.payment, {customer}, {r}.account, {r}.entity, {r}.side, {r}.kind,
       {r}.number, {r}.po, {name}, {r}.issued, i.due, i.currency, {r}.amount_minor,
       {r}.open_minor, {r}.reserved_minor, {r}.disputed_minor,
       case when {open} then false
            else exists (select 1 from allocation a join item f on f.id = a.from_item
                          where a.to_item = i.id and f.kind = 'payment' and a.reverses is null) end
  from {from} {with}
 where {who} i.currency = :currency and {set} and ({key}, i.id) {than} ({after}, :after_id)
   and {within} and (:entity is null or {r}.entity = :entity)
   and (:search = '' or lower({r}.number) like :search or lower({r}.po) like :search
        or :amount in ({r}.amount_minor, {r}.open_minor) or :other in ({r}.amount_minor, {r}.open_minor)
        or (select lower(d.order_ref) like :search or lower(d.delivery) like :search
              from document d where d.id = {r}.document))
 order by {key} {turn}, i.id {turn}
 limit :limit;

-- item_page_name(customer i64)
--   maybe: name text
select name from customer where id = :customer;

-- Of a customer and those below it.
-- open_page_family(customer i64, search text, after_currency text, after_due date, after_id i64,
--     limit i64)
--   many: as item_page
with recursive family (id, name) as (
    select id, name from customer where id = :customer
    union
    select c.id, c.name from customer c join family f on c.parent = f.id
)
select i.id, i.document, i.payment, i.customer, i.account, i.entity, i.side, i.kind, i.number,
       i.po, f.name, i.issued, i.due, i.currency, i.amount_minor,
       i.open_minor, i.reserved_minor, i.disputed_minor, false
  from family f join item i on i.customer = f.id
 where i.open_minor > 0 and i.kind in ('invoice', 'credit_note', 'payment')
   and (:search = '' or lower(i.number) like :search or lower(f.name) like :search)
   and (i.currency, i.due, i.id) > (:after_currency, :after_due, :after_id)
 order by i.currency, i.due, i.id
 limit :limit;

-- items_listed(customer i64?, ids text, document i64?)
--   many: as item_page
select i.id, i.document, i.payment, i.customer, i.account, i.entity, i.side, i.kind, i.number,
       i.po, coalesce(c.name, ''), i.issued, i.due, i.currency, i.amount_minor,
       i.open_minor, i.reserved_minor, i.disputed_minor,
       exists (select 1 from allocation a join item f on f.id = a.from_item
                where a.to_item = i.id and f.kind = 'payment' and a.reverses is null)
  from item i left join customer c on c.id = i.customer
 where (:customer is null or i.customer = :customer)
   and i.id in (select cast(value as integer) from json_each(:ids)
                 union select id from item where document = :document)
   and i.kind <> 'deduction'
 order by i.currency, i.due, i.id
-- postgres: a list of ids is unpacked by another function
select i.id, i.document, i.payment, i.customer, i.account, i.entity, i.side, i.kind, i.number,
       i.po, coalesce(c.name, ''), i.issued, i.due, i.currency, i.amount_minor,
       i.open_minor, i.reserved_minor, i.disputed_minor,
       exists (select 1 from allocation a join item f on f.id = a.from_item
                where a.to_item = i.id and f.kind = 'payment' and a.reverses is null)
  from item i left join customer c on c.id = i.customer
 where (:customer is null or i.customer = :customer)
   and i.id in (select cast(value as bigint) from json_array_elements_text(cast(:ids as json)) as t (value)
                 union select id from item where document = :document)
   and i.kind <> 'deduction'
 order by i.currency, i.due, i.id;

-- The next currency, by the index: asked from one to the next, which reads no row of theirs. (A
-- recursive statement says it in one, and costs more to set up than three of these.)
-- item_currency(customer i64, after text)
--   one: currency text
--   {set}
--     open: i.open_minor > 0
--     paid: i.open_minor = 0 and i.kind in ('invoice', 'credit_note') and i.kind = 'invoice'
--     used: i.open_minor = 0 and i.kind in ('invoice', 'credit_note') and i.kind = 'credit_note'
--   {who}
--     one: i.customer = :customer and
--     any:
select min(i.currency) from item i where {who} {set} and i.currency > :after;
