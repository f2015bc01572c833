-- Deductions: opened, looked after, decided.

-- deduction_add(item i64, of_item i64, payment i64?, reason text, note text)
--   none
insert into deduction (item, of_item, payment, reason, note)
values (:item, :of_item, :payment, :reason, :note);

-- One by its item, or pages. Open ones are few among many items: by the index of what is open.
-- Amounts are in the order of their currencies, then of themselves.
-- deduction_page(item i64, reason text, customer i64?, owner i64?, unowned bool, after_currency text,
--     after_minor i64, after i64, limit i64)
--   many: item i64, of_item i64, document i64?, payment i64?, customer i64?, entity i64,
--     account i64?, owner i64?, credit i64?, number text, of_number text, customer_name text,
--     reason text, reason_words text, note text, state text, owner_name text, credit_number text,
--     amount money, open money, issued date, due date
--   {set} {past} {order}
--     one: x.item = :item and | x.item > :after | x.item
--     open_oldest: i.kind = 'deduction' and i.kind in ('payment', 'receipt', 'deduction') and i.open_minor > 0 and | i.id > :after | i.id
--     open_newest: i.kind = 'deduction' and i.kind in ('payment', 'receipt', 'deduction') and i.open_minor > 0 and | i.id < :after | i.id desc
--     open_smallest: i.kind = 'deduction' and i.kind in ('payment', 'receipt', 'deduction') and i.open_minor > 0 and | (i.currency, i.open_minor, i.id) > (:after_currency, :after_minor, :after) | i.currency, i.open_minor, i.id
--     open_largest: i.kind = 'deduction' and i.kind in ('payment', 'receipt', 'deduction') and i.open_minor > 0 and | (i.currency, i.open_minor, i.id) < (:after_currency, :after_minor, :after) | i.currency desc, i.open_minor desc, i.id desc
--     all_oldest: | x.item > :after | x.item
--     all_newest: | x.item < :after | x.item desc
--     all_smallest: i.kind = 'deduction' and | (i.currency, i.amount_minor, i.id) > (:after_currency, :after_minor, :after) | i.currency, i.amount_minor, i.id
--     all_largest: i.kind = 'deduction' and | (i.currency, i.amount_minor, i.id) < (:after_currency, :after_minor, :after) | i.currency desc, i.amount_minor desc, i.id desc
select x.item, x.of_item, o.document, x.payment, i.customer, i.entity, i.account, x.owner,
       x.credit, i.number, o.number, coalesce(c.name, ''), x.reason, r.words, x.note, x.state,
       coalesce(p.name, ''), coalesce(k.number, ''), i.amount_minor, i.currency, i.open_minor,
       i.currency, i.issued, o.due
  from item i
  join deduction x on x.item = i.id
  join item o on o.id = x.of_item
  join reason r on r.code = x.reason
  left join customer c on c.id = i.customer
  left join person p on p.id = x.owner
  left join document k on k.id = x.credit
 where {set} {past}
   and (:reason = '' or x.reason = :reason) and (:customer is null or i.customer = :customer)
   and (:owner is null or x.owner = :owner) and (not :unowned or x.owner is null)
 order by {order}
 limit :limit;

-- deduction_sum_rows()
--   many: reason text, words text, items i64, open money
select x.reason, r.words, count(*), cast(sum(i.open_minor) as bigint), i.currency
  from item i join deduction x on x.item = i.id join reason r on r.code = x.reason
 where i.kind = 'deduction' and i.open_minor > 0
 group by x.reason, r.words, i.currency
 order by i.currency, 4 desc, x.reason;

-- deduction_step_add(item i64, what text, at i64, actor text, note text, minor i64)
--   none
insert into deduction_step (item, n, what, at, actor, note, amount_minor)
select :item, coalesce(max(n), 0) + 1, :what, :at, :actor, :note, :minor
  from deduction_step where item = :item;

-- deduction_step_rows(item i64)
--   many: what text, at i64, actor text, note text, minor i64
select what, at, actor, note, amount_minor from deduction_step where item = :item order by n;

-- deduction_owner_set(item i64, owner i64?)
--   many: item i64
update deduction set owner = :owner where item = :item returning item;

-- deduction_state_set(item i64, state text, credit i64?)
--   many: item i64
update deduction set state = :state, credit = :credit
 where item = :item and state = 'coded'
returning item;

-- deduction_state_clear(item i64)
--   many: item i64
update deduction set state = 'coded', credit = null
 where item = :item and state <> 'coded'
returning item;
