-- Sums over the whole company, by currency.

-- received_sums(from_day date)
--   many: received money, payments i64
select cast(sum(amount_minor) as bigint), currency, count(*)
  from payment
 where value_date >= :from_day and method <> 'imported'
   and state in ('succeeded', 'settled', 'partially_refunded', 'refunded')
 group by currency order by currency;

-- held_sums()
--   many: kind text, held money, items i64
select kind, cast(sum(open_minor) as bigint), currency, count(*)
  from item
 where open_minor > 0 and kind in ('payment', 'receipt')
 group by kind, currency order by currency, kind;

-- overdue_customers(today date, limit i64)
--   many: customer i64, name text, oldest date, items i64, overdue money
select i.customer, c.name, min(i.due), count(*), cast(sum(i.open_minor) as bigint), i.currency
  from item i join customer c on c.id = i.customer
 where i.kind = 'invoice' and i.open_minor > 0 and i.due < :today
 group by i.customer, c.name, i.currency
 order by min(i.due), i.customer, i.currency
 limit :limit;

-- waiting_counts()
--   one: receipts i64, unknown i64, on_account i64, deductions i64, jobs i64, mails i64
select (select count(*) from item where kind = 'receipt' and open_minor > 0),
       (select count(*) from payment where state = 'unknown'),
       (select count(*) from item where kind = 'payment' and open_minor > 0),
       (select count(*) from item where kind = 'deduction' and open_minor > 0),
       (select count(*) from job where parked),
       (select count(*) from mail where state = 'failed');

-- receipt_payments(limit i64)
--   many: payment i64
select payment from item
 where kind = 'receipt' and open_minor > 0 and payment is not null
 order by id desc limit :limit;

-- failed_mail_rows(limit i64)
--   many: customer i64?, recipient text, subject text, problem text, created_at i64
select customer, recipient, subject, problem, created_at
  from mail where state = 'failed' order by id desc limit :limit;
