-- Lists and sums of open items. A list row is the same in every statement, as in pages.sql: item,
-- document, payment, customer, account, entity, side, kind, number, po, customer's name, issued, due,
-- amount, open, reserved, disputed, and whether a payment helped to close it.

-- Kept with every posting (0120-item-tally.sql); only what is overdue is counted, from its index, to
-- :most and no further: there may be hundreds, and each costs as much as a tenth of a row.
-- item_counts(customer i64, today date, most i64)
--   one: open i64, overdue i64, processing i64, disputed i64, credits i64, paid i64, used i64
select coalesce(t.open, 0),
       (select count(*) from (select 1 from item where customer = :customer and side = 1
           and due < :today and open_minor > 0 and kind in ('invoice', 'credit_note', 'payment')
           limit :most) o),
       coalesce(t.processing, 0), coalesce(t.disputed, 0), coalesce(t.credits, 0),
       coalesce(t.paid, 0), coalesce(t.used, 0)
  from (select 1 as one) always left join item_tally t on t.customer = :customer;

-- The same of all customers, each counted to :most and no further. "customer > 0" and "kind <>" lead
-- each to the index that holds what it counts.
-- "0 +": the few that are disputed are read, and not the many that are open.
-- item_counts_all(today date, most i64)
--   one: as item_counts
select (select count(*) from (select 1 from item where customer > 0 and open_minor > 0
           and kind in ('invoice', 'credit_note', 'payment') limit :most) a),
       (select count(*) from (select 1 from item where due < :today and open_minor > 0
           and side = 1 and kind <> 'deduction' limit :most) b),
       (select count(*) from (select 1 from item_held h join item i on i.id = h.id
           where h.customer > 0 and i.kind <> 'deduction' limit :most) c),
       (select count(*) from (select 1 from item where currency > '' and disputed_minor > 0
           and 0 + open_minor > 0 and kind <> 'deduction' limit :most) d),
       (select count(*) from (select 1 from item where open_minor > 0
           and kind in ('credit_note', 'payment') limit :most) e),
       (select count(*) from (select 1 from item where open_minor = 0
           and kind = 'invoice' and kind in ('invoice', 'credit_note') limit :most) f),
       (select count(*) from (select 1 from item where open_minor = 0
           and kind = 'credit_note' and kind in ('invoice', 'credit_note') limit :most) g);

-- balance_rows(customer i64, today date)
--   many: currency text, open i64, overdue i64, processing i64, credit i64, disputed i64,
--     deducted i64, open_count i64, overdue_count i64
select currency,
       cast(sum(case when side = 1 and kind = 'invoice' then open_minor else 0 end) as bigint),
       cast(sum(case when side = 1 and kind = 'invoice' and due < :today then open_minor else 0 end) as bigint),
       cast(sum(case when side = 1 then reserved_minor else 0 end) as bigint),
       cast(sum(case when side = -1 then open_minor else 0 end) as bigint),
       cast(sum(case when disputed_minor < open_minor then disputed_minor else open_minor end) as bigint),
       cast(sum(case when kind = 'deduction' then open_minor else 0 end) as bigint),
       count(*) filter (where side = 1 and kind = 'invoice'),
       count(*) filter (where side = 1 and kind = 'invoice' and due < :today)
  from item
 where customer = :customer and open_minor > 0
 group by currency order by currency;

-- balance_all(today date)
--   many: as balance_rows
select s.currency, s.open, s.overdue,
       coalesce((select cast(sum(i.reserved_minor) as bigint)
                   from item_held h join item i on i.id = h.id
                  where h.currency = s.currency and i.side = 1), 0),
       s.credit,
       coalesce((select cast(sum(case when disputed_minor < open_minor then disputed_minor
                                      else open_minor end) as bigint) from item
                  where disputed_minor > 0 and currency = s.currency), 0),
       s.deducted, s.open_count, s.overdue_count
  from (select currency,
               cast(coalesce(sum(minor) filter (where kind = 'invoice'), 0) as bigint) as open,
               cast(coalesce(sum(minor) filter (where kind = 'invoice' and due < :today), 0) as bigint) as overdue,
               cast(coalesce(sum(minor) filter (where kind in ('credit_note', 'payment', 'receipt')), 0) as bigint) as credit,
               cast(coalesce(sum(minor) filter (where kind = 'deduction'), 0) as bigint) as deducted,
               cast(coalesce(sum(items) filter (where kind = 'invoice'), 0) as bigint) as open_count,
               cast(coalesce(sum(items) filter (where kind = 'invoice' and due < :today), 0) as bigint) as overdue_count
          from open_sum where items > 0 group by currency) s
 order by s.currency;

-- activity_before(account i64, from_day date)
--   one: balance i64
select cast(coalesce(sum(p.amount_minor), 0) as bigint)
  from posting p join entry e on e.id = p.entry
 where p.account = :account and p.gl in ('1100', '1105') and e.effective < :from_day;

-- activity_late(account i64, from_day date, since i64)
--   many: entry i64, effective date, kind text, number text, note text, document i64?,
--     payment i64?, amount i64
select e.id, e.effective, e.kind, coalesce(max(d.number), max(y.number), max(i.number), ''), e.note,
       e.document, e.payment, cast(sum(p.amount_minor) as bigint)
  from posting p
  join entry e on e.id = p.entry
  left join item i on i.id = p.item
  left join document d on d.id = e.document
  left join payment y on y.id = e.payment
 where p.account = :account and p.gl in ('1100', '1105')
   and e.effective < :from_day and e.recorded > :since
 group by e.id, e.effective, e.kind, e.note, e.document, e.payment
having sum(p.amount_minor) <> 0
 order by e.effective, e.id;

-- activity_rows(account i64, from_day date, to_day date)
--   many: entry i64, effective date, kind text, number text, note text, document i64?,
--     payment i64?, amount i64
select e.id, e.effective, e.kind, coalesce(max(d.number), max(y.number), max(i.number), ''), e.note,
       e.document, e.payment, cast(sum(p.amount_minor) as bigint)
  from posting p
  join entry e on e.id = p.entry
  left join item i on i.id = p.item
  left join document d on d.id = e.document
  left join payment y on y.id = e.payment
 where p.account = :account and p.gl in ('1100', '1105')
   and e.effective between :from_day and :to_day
 group by e.id, e.effective, e.kind, e.note, e.document, e.payment
having sum(p.amount_minor) <> 0
 order by e.effective, e.id;

-- What was open on an account at the end of a day, by what was recorded until a moment.
-- open_then(account i64, day date, known i64)
--   many: item i64, document i64?, number text, po text, side i64, issued date, due date, open money
select i.id, i.document, i.number, coalesce(d.po, ''), i.side, i.issued, i.due,
       cast(i.side * sum(p.amount_minor) as bigint), i.currency
  from posting p
  join entry e on e.id = p.entry
  join item i on i.id = p.item
  left join document d on d.id = i.document
 where p.account = :account and e.effective <= :day and e.recorded <= :known
   and i.kind in ('invoice', 'credit_note', 'payment')
 group by i.id, i.document, i.number, d.po, i.side, i.issued, i.due, i.currency
having sum(p.amount_minor) <> 0
 order by i.due, i.id;

-- deduction_rows(customer i64?, document i64?, payment i64?)
--   many: item i64, of_item i64, document i64?, payment i64?, customer i64?, number text,
--     of_number text, customer_name text, reason text, reason_words text, note text, state text, amount money,
--     open money, issued date
select x.item, x.of_item, o.document, x.payment, i.customer, i.number, o.number, c.name, x.reason, r.words,
       x.note, x.state, i.amount_minor, i.currency, i.open_minor, i.currency, i.issued
  from deduction x
  join item i on i.id = x.item
  join item o on o.id = x.of_item
  join reason r on r.code = x.reason
  join customer c on c.id = i.customer
 where x.item in (select id from item where customer = :customer and kind = 'deduction'
                   union select y.item from item j join deduction y on y.of_item = j.id
                          where j.document = :document
                   union select item from deduction where payment = :payment
                   union select id from item
                          where kind = 'deduction' and :customer is null and :document is null
                            and :payment is null)
 order by x.item desc;
