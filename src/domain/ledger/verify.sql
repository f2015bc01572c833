-- Checking the books: each statement lists what must not be. across customers: all of them.

-- verify_counts()
--   one: entries i64, postings i64, items i64
select (select count(*) from entry), (select count(*) from posting), (select count(*) from item);

-- unbalanced()
--   many: entry i64, off money
select entry, sum(amount_minor), currency from posting
 group by entry, currency having sum(amount_minor) <> 0 order by entry limit 100;

-- unposted()
--   many: entry i64
select id from entry where not posted or (select count(*) from posting where entry = entry.id) < 2
 order by id limit 100;

-- items_off()
--   many: item i64, number text, debit i64, credit i64, posted_debit i64, posted_credit i64
select i.id, i.number, i.debit_minor, i.credit_minor, coalesce(p.debit, 0), coalesce(p.credit, 0)
  from item i
  left join (select item, sum(case when amount_minor > 0 then amount_minor else 0 end) as debit,
                    sum(case when amount_minor < 0 then -amount_minor else 0 end) as credit
               from posting where item is not null group by item) p on p.item = i.id
 where i.debit_minor <> coalesce(p.debit, 0) or i.credit_minor <> coalesce(p.credit, 0)
 order by i.id limit 100;

-- items_po_off()
--   many: item i64, number text, po text, document_po text
select i.id, i.number, i.po, coalesce(d.po, '')
  from item i left join document d on d.id = i.document
 where i.po <> coalesce(d.po, '')
 order by i.id limit 100;

-- postings_off()
--   many: entry i64, n i64
select p.entry, p.n
  from posting p join gl_account g on g.code = p.gl left join item i on i.id = p.item
 where g.open_items <> (p.item is not null)
    or (i.id is not null and (i.gl <> p.gl or i.currency <> p.currency
                              or i.account is distinct from p.account))
 order by p.entry, p.n limit 100;

-- allocations_off()
--   many: item i64, number text, allocated i64, posted i64
select i.id, i.number, coalesce(a.sum, 0), coalesce(i.side * p.sum, 0)
  from item i
  left join (select item, sum(case when reverses is null then minor else -minor end) as sum
               from (select to_item as item, reverses, amount_minor as minor from allocation
                      union all
                     select from_item, reverses, amount_minor from allocation) both_ends
              group by item) a on a.item = i.id
  left join (select x.item, -sum(x.amount_minor) as sum
               from posting x join entry e on e.id = x.entry
              where e.kind in ('allocation', 'application', 'unallocation') and x.item is not null
              group by x.item) p on p.item = i.id
 where coalesce(a.sum, 0) <> coalesce(i.side * p.sum, 0)
 order by i.id limit 100;

-- documents_off()
--   many: document i64, number text, total i64, items i64
select d.id, d.number, d.total_minor, coalesce(s.sum, 0)
  from document d
  left join (select document, sum(amount_minor) as sum from item
              where document is not null and kind in ('invoice', 'credit_note')
              group by document) s on s.document = d.id
 where d.total_minor <> coalesce(s.sum, 0)
 order by d.id limit 100;

-- reservations_off()
--   many: item i64, number text, reserved i64, held i64
select i.id, i.number, i.reserved_minor, coalesce(h.sum, 0)
  from item i
  left join (select item, sum(held) as sum from (
                select l.item as item, l.held_minor as held
                  from checkout_line l join payment p on p.checkout = l.checkout where p.reserved
                 union all
                select p.item, f.amount_minor from refund f join payment p on p.id = f.payment
                 where f.state in ('requested', 'submitted', 'unknown')) all_held
              group by item) h on h.item = i.id
 where i.reserved_minor <> coalesce(h.sum, 0)
 order by i.id limit 100;

-- fees_off()
--   many: payment i64, number text, kept i64, posted i64
select p.id, p.number, k.kept, coalesce(s.sum, 0)
  -- collected, less what went back with refunds and returns
  from payment p
  join (select q.id, case when q.state = 'returned' then 0
                          else q.fee_minor - coalesce((select sum(f.fee_minor) from refund f
                                 where f.payment = q.id and f.state = 'succeeded'), 0) end as kept
          from payment q) k on k.id = p.id
  left join (select e.payment, -sum(x.amount_minor) as sum
               from posting x join entry e on e.id = x.entry
              where x.gl = '4100' and e.payment is not null group by e.payment) s
         on s.payment = p.id
 where k.kept <> coalesce(s.sum, 0)
 order by p.id limit 100;

-- payouts_off()
--   many: payout i64, their_id text
select p.id, p.their_id
  from payout p
  left join (select e.note, x.currency, -sum(x.amount_minor) as cleared
               from posting x join entry e on e.id = x.entry
              where e.kind = 'payout' and x.gl = '1050' group by e.note, x.currency) s
         on s.note = p.their_id and s.currency = p.currency
 where coalesce(s.cleared, 0) <> case when p.state in ('matched', 'arrived')
                                      then p.charges_minor - p.refunds_minor else 0 end
 order by p.id limit 100;

-- payments_off()
--   many: payment i64, number text
select p.id, p.number
  from payment p
 where (p.state in ('succeeded', 'settled', 'returned', 'partially_refunded', 'refunded'))
         <> (p.item is not null)
    or (p.item is not null and not exists (select 1 from item i where i.id = p.item
                                             and i.amount_minor = p.amount_minor
                                             and i.currency = p.currency))
 order by p.id limit 100;

-- payment_days_off()
--   many: payment i64, number text
select p.id, p.number
  from payment p
  left join (select payment, min(effective) as effective from entry
              where kind in ('payment', 'receipt') group by payment) e on e.payment = p.id
 where p.value_date is distinct from e.effective
 order by p.id limit 100;

-- deductions_off()
--   many: item i64, number text
select i.id, i.number
  from deduction x join item i on i.id = x.item
 where (x.state <> 'coded' and i.open_minor > 0)
    or (x.state in ('valid', 'partly')) <> (x.credit is not null)
 order by i.id limit 100;

-- deductions_unkept()
--   many: item i64, number text
select i.id, i.number
  from deduction x join item i on i.id = x.item
  left join (select item, max(case when what not in ('owner', 'note') then n end) as n
               from deduction_step group by item) l on l.item = x.item
  left join deduction_step s on s.item = x.item and s.n = l.n
 where x.state <> case when s.what in ('valid', 'invalid', 'partly') then s.what else 'coded' end
 order by i.id limit 100;

-- disputes_off()
--   many: item i64, number text, marked i64, disputed i64
select i.id, i.number, i.disputed_minor, coalesce(d.sum, 0)
  from item i
  left join (select item, sum(amount_minor) as sum from dispute where state = 'open'
              group by item) d on d.item = i.id
 where i.disputed_minor <> coalesce(d.sum, 0)
 order by i.id limit 100;

-- disputes_unkept()
--   many: dispute i64, number text
select x.id, i.number
  from dispute x join item i on i.id = x.item
  left join (select dispute, max(case when what <> 'owner' then n end) as n from dispute_step
              group by dispute) l on l.dispute = x.id
  left join dispute_step s on s.dispute = x.id and s.n = l.n
 where s.what is distinct from x.state
    or (x.customer, x.currency) is distinct from (i.customer, i.currency)
 order by x.id limit 100;

-- batches_off()
--   many: batch i64
select b.id from batch b
 where b.kind = 'application' and not exists (select 1 from batch_entry e where e.batch = b.id)
 order by b.id limit 100;

-- open_sums_off()
--   many: currency text, kind text, due date, minor i64, items i64
select currency, kind, due, cast(sum(minor) as bigint), cast(sum(items) as bigint)
  from (select currency, kind, due, entity, part, minor, items from open_sum
         union all
        select currency, kind, due, entity, coalesce(account, 0) % 8, -open_minor, -1
          from item where open_minor > 0) both_sides
 group by currency, kind, due, entity, part
having sum(minor) <> 0 or sum(items) <> 0
 order by currency, kind, due limit 100;

-- tallies_off()
--   many: customer i64
select customer
  from (select customer, open, credits, processing, disputed, paid, used from item_tally
         union all
        select customer, case when open_minor > 0 then -1 else 0 end,
               case when open_minor > 0 and side = -1 then -1 else 0 end,
               case when reserved_minor > 0 then -1 else 0 end,
               case when open_minor > 0 and disputed_minor > 0 then -1 else 0 end,
               case when open_minor = 0 and kind = 'invoice' then -1 else 0 end,
               case when open_minor = 0 and kind = 'credit_note' then -1 else 0 end
          from item
         where customer is not null and kind in ('invoice', 'credit_note', 'payment')) both_sides
 group by customer
having sum(open) <> 0 or sum(credits) <> 0 or sum(processing) <> 0 or sum(disputed) <> 0
    or sum(paid) <> 0 or sum(used) <> 0
 order by customer limit 100;

-- held_off()
--   many: item i64
select distinct id
  from (select id, customer, currency, due, 1 as one from item_held
         union all
        select id, customer, currency, due, -1 from item where reserved_minor > 0) both_sides
 group by id, customer, currency, due
having sum(one) <> 0
 order by id limit 100;
