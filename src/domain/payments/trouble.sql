-- The work list about money.

-- trouble_insert(kind text, payment i64?, refund i64?, payout i64?, said_minor i64?,
--     said_currency text, detail text, now i64)
--   many: id i64
insert into trouble (kind, payment, refund, payout, said_minor, said_currency, detail, opened)
select :kind, :payment, :refund, :payout, :said_minor, :said_currency, :detail, :now
 where not exists (
    select 1 from trouble
     where kind = :kind and coalesce(payment, 0) = coalesce(:payment, 0)
       and coalesce(refund, 0) = coalesce(:refund, 0) and coalesce(payout, 0) = coalesce(:payout, 0)
       and (closed is null or (outcome = 'person' and said_minor is not distinct from :said_minor
                               and said_currency is not distinct from :said_currency)))
returning id;

-- trouble_end(payment i64, now i64)
--   none
update trouble set closed = :now, outcome = 'truth'
 where payment = :payment and closed is null and kind in ('amount_differs', 'unanswered');

-- trouble_end_refund(payment i64, refund i64, whole bool, now i64)
--   none
update trouble set closed = :now, outcome = 'truth'
 where payment = :payment and closed is null
   and (refund = :refund or (kind = 'charged_twice' and :whole));

-- trouble_end_payout(payout i64, now i64)
--   none
update trouble set closed = :now, outcome = 'truth' where payout = :payout and closed is null;

-- trouble_decide(id i64, closer text, reason text, now i64)
--   many: id i64
update trouble set closed = :now, outcome = 'person', closer = :closer, reason = :reason
 where id = :id and closed is null
returning id;

-- trouble_rows(limit i64)
--   many: id i64, kind text, payment i64?, refund i64?, payout i64?, said_minor i64?,
--     said_currency text, detail text, opened i64, number text, customer text,
--     amount_minor i64?, currency text
select t.id, t.kind, t.payment, t.refund, t.payout, t.said_minor, coalesce(t.said_currency, ''),
       t.detail, t.opened, coalesce(p.number, ''), coalesce(c.name, ''), p.amount_minor,
       coalesce(p.currency, '')
  from trouble t left join payment p on p.id = t.payment left join customer c on c.id = p.customer
 where t.closed is null
 order by t.opened, t.id limit :limit;

-- trouble_row(id i64)
--   maybe: as trouble_rows
select t.id, t.kind, t.payment, t.refund, t.payout, t.said_minor, coalesce(t.said_currency, ''),
       t.detail, t.opened, coalesce(p.number, ''), coalesce(c.name, ''), p.amount_minor,
       coalesce(p.currency, '')
  from trouble t left join payment p on p.id = t.payment left join customer c on c.id = p.customer
 where t.id = :id and t.closed is null;

-- trouble_of(payment i64)
--   many: as trouble_rows
select t.id, t.kind, t.payment, t.refund, t.payout, t.said_minor, coalesce(t.said_currency, ''),
       t.detail, t.opened, coalesce(p.number, ''), coalesce(c.name, ''), p.amount_minor,
       coalesce(p.currency, '')
  from trouble t left join payment p on p.id = t.payment left join customer c on c.id = p.customer
 where t.payment = :payment and t.closed is null and t.kind in ('amount_differs', 'unanswered')
 order by t.id;

-- trouble_counted()
--   one: open i64
select count(*) from trouble where closed is null;
