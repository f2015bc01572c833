-- Ageing. What is open now is turned back by what was posted later: no statement reads the history
-- before the day it is asked for.

-- ageing_rule_row()
--   maybe: bounds text
select bounds from ageing_rule where id = 1;

-- ageing_rule_put(bounds text, now i64, actor text)
--   none
insert into ageing_rule (id, bounds, changed, actor) values (1, :bounds, :now, :actor)
on conflict (id) do update set bounds = excluded.bounds, changed = excluded.changed,
                               actor = excluded.actor;

-- open_sums()
--   many: currency text, kind text, due date, minor i64, items i64
select currency, kind, due, cast(sum(minor) as bigint), cast(sum(items) as bigint)
  from open_sum where items > 0
 group by currency, kind, due
 order by currency, kind, due;

-- aged_sums(as_of date, known i64, day0 date, day1 date, day2 date, day3 date, day4 date,
--     day5 date, customer i64?, entity i64?, currency text)
--   many: customer i64?, entity i64, currency text, name text, number text, kind text, slot i64,
--     minor i64, items i64
with later (id) as (
    select id from entry where effective > :as_of
     union
    select id from entry where recorded >= :known
), moved (item, minor) as (
    select p.item, sum(p.amount_minor) from later l join posting p on p.entry = l.id
     where p.item is not null group by p.item
), aged (customer, entity, currency, kind, due, minor) as (
    select i.customer, i.entity, i.currency, i.kind, i.due,
           i.open_minor - i.side * coalesce((select m.minor from moved m where m.item = i.id), 0)
      from item i where i.open_minor > 0
     union all
    select i.customer, i.entity, i.currency, i.kind, i.due, -i.side * m.minor
      from moved m join item i on i.id = m.item where i.open_minor = 0
), slotted (customer, entity, currency, kind, slot, minor) as (
    select customer, entity, currency, kind,
           case when due >= :day0 then 0 when due >= :day1 then 1 when due >= :day2 then 2
                when due >= :day3 then 3 when due >= :day4 then 4 when due >= :day5 then 5
                else 6 end, minor
      from aged
     where minor <> 0 and (:customer is null or customer = :customer)
       and (:entity is null or entity = :entity) and (:currency = '' or currency = :currency)
)
select s.customer, s.entity, s.currency, coalesce(c.name, ''), coalesce(c.number, ''), s.kind,
       s.slot, cast(sum(s.minor) as bigint), count(*)
  from slotted s left join customer c on c.id = s.customer
 group by s.currency, c.name, c.number, s.customer, s.entity, s.kind, s.slot
 order by s.currency, coalesce(c.name, ''), coalesce(s.customer, 0), s.entity, s.kind, s.slot;

-- aged_item_rows(as_of date, known i64, customer i64?, entity i64?, currency text, kind text,
--     from_due date, to_due date, limit i64)
--   many: item i64, customer i64?, name text, number text, kind text, issued date, due date,
--     side i64, open money
with later (id) as (
    select id from entry where effective > :as_of
     union
    select id from entry where recorded >= :known
), moved (item, minor) as (
    select p.item, sum(p.amount_minor) from later l join posting p on p.entry = l.id
     where p.item is not null group by p.item
), aged (id, customer, entity, currency, number, kind, issued, due, side, minor) as (
    select i.id, i.customer, i.entity, i.currency, i.number, i.kind, i.issued, i.due, i.side,
           i.open_minor - i.side * coalesce((select m.minor from moved m where m.item = i.id), 0)
      from item i where i.open_minor > 0
     union all
    select i.id, i.customer, i.entity, i.currency, i.number, i.kind, i.issued, i.due, i.side,
           -i.side * m.minor
      from moved m join item i on i.id = m.item where i.open_minor = 0
)
select a.id, a.customer, coalesce(c.name, ''), a.number, a.kind, a.issued, a.due, a.side,
       cast(a.minor as bigint), a.currency
  from aged a left join customer c on c.id = a.customer
 where a.minor <> 0 and (:customer is null or a.customer = :customer)
   and (:entity is null or a.entity = :entity) and (:currency = '' or a.currency = :currency)
   and a.kind = :kind and a.due >= :from_due and a.due <= :to_due
 order by a.due, a.id
 limit :limit;
