-- Sums over the whole company, by currency.

-- By the index of the days: coalesce keeps that of the amounts, which begins with the currency, out.
-- received_sums(from_day date)
--   many: received money, payments i64
select cast(sum(amount_minor) as bigint), coalesce(currency, ''), count(*)
  from payment
 where day >= :from_day and method <> 'imported'
   and state in ('succeeded', 'settled', 'partially_refunded', 'refunded')
 group by coalesce(currency, '') order by coalesce(currency, '');

-- transit_sums()
--   many: amount money, payments i64
select cast(sum(amount_minor) as bigint), currency, count(*)
  from payment
 where state in ('submitting', 'unknown', 'pending')
 group by currency order by currency;

-- Who is late for longest is among the oldest items, which the index of the days has first; only the
-- items of these customers are counted and added. (Coalesce keeps the index of the kinds out.)
-- overdue_customers(today date, oldest i64, limit i64)
--   many: customer i64, name text, first_due date, items i64, overdue money
select i.customer, c.name, late.first_due, count(*), cast(sum(i.open_minor) as bigint), i.currency
  from (select customer, currency, min(due) as first_due
          from (select customer, currency, due from item
                 where open_minor > 0 and due < :today and coalesce(kind, '') = 'invoice'
                 order by due, id limit :oldest) first_ones
         group by customer, currency
         order by min(due), customer, currency limit :limit) late
  join customer c on c.id = late.customer
  join item i on i.customer = late.customer and i.currency = late.currency and i.open_minor > 0
             and i.kind = 'invoice' and i.due < :today
 group by i.customer, c.name, late.first_due, i.currency
 order by late.first_due, i.customer, i.currency;

-- waiting_counts()
--   one: receipts i64, unknown i64, stuck i64, on_account i64, deductions i64, disputes i64,
--     jobs i64, mails i64, stops i64, imports i64
select (select cast(coalesce(sum(items), 0) as bigint) from open_sum where kind = 'receipt' and items > 0),
       (select count(*) from payment where state = 'unknown'),
       (select count(*) from payment where state in ('submitting', 'unknown', 'pending')
           and state = 'submitting'),
       (select cast(coalesce(sum(items), 0) as bigint) from open_sum where kind = 'payment' and items > 0),
       (select cast(coalesce(sum(items), 0) as bigint) from open_sum where kind = 'deduction' and items > 0),
       (select count(*) from dispute where state = 'open'),
       (select count(*) from job where parked),
       (select count(*) from mail where state = 'failed' and left_at is null)
         + (select count(*) from mail_stop where cleared is null),
       (select count(*) from mail_stop where cleared is null),
       (select count(*) from import_file where state = 'failed');

-- failed_mail_rows(limit i64)
--   many: id i64, customer i64?, recipient text, subject text, problem text, created_at i64
select id, customer, recipient, subject, problem, created_at
  from mail where state = 'failed' and left_at is null order by id desc limit :limit;

-- waiting_claims(now i64)
--   one: count i64
select count(*) from claim where state = 'waiting' and expires_at > :now;
