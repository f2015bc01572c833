-- Payouts of gateways and their lines.

-- payout_insert(gateway text, their_id text, paid_on date, currency text, charges i64, refunds i64,
--     fees i64, net i64, now i64)
--   many: id i64
insert into payout (gateway, their_id, paid_on, currency, charges_minor, refunds_minor, fees_minor,
                    net_minor, created)
values (:gateway, :their_id, :paid_on, :currency, :charges, :refunds, :fees, :net, :now)
on conflict (gateway, their_id) do nothing
returning id;

-- payout_line_insert(payout i64, n i64, kind text, their_id text, our_id text, gross i64, fee i64)
--   none
insert into payout_line (payout, n, kind, their_id, our_id, gross_minor, fee_minor)
values (:payout, :n, :kind, :their_id, :our_id, :gross, :fee);

-- payout_row(id i64)
--   maybe: id i64, gateway text, their_id text, paid_on date, charges money, refunds i64, fees i64,
--     net i64, state text, arrived date?, bank_ref text, lines i64, faults i64
select p.id, p.gateway, p.their_id, p.paid_on, p.charges_minor, p.currency, p.refunds_minor,
       p.fees_minor, p.net_minor, p.state, p.arrived_on, p.bank_ref,
       (select count(*) from payout_line l where l.payout = p.id),
       (select count(*) from payout_line l where l.payout = p.id and l.fault <> '')
  from payout p where p.id = :id;

-- payout_rows(limit i64)
--   many: as payout_row
select p.id, p.gateway, p.their_id, p.paid_on, p.charges_minor, p.currency, p.refunds_minor,
       p.fees_minor, p.net_minor, p.state, p.arrived_on, p.bank_ref,
       (select count(*) from payout_line l where l.payout = p.id),
       (select count(*) from payout_line l where l.payout = p.id and l.fault <> '')
  from payout p order by p.paid_on desc, p.id desc limit :limit;

-- payout_lines(payout i64)
--   many: n i64, kind text, their_id text, our_id text, gross i64, fee i64, payment i64?, fault text
select n, kind, their_id, our_id, gross_minor, fee_minor, payment, fault
  from payout_line where payout = :payout order by n;

-- payout_line_set(payout i64, n i64, payment i64?, fault text)
--   none
update payout_line set payment = :payment, fault = :fault where payout = :payout and n = :n;

-- payout_state_set(id i64, from_state text, to_state text, arrived date?, bank_ref text)
--   many: id i64
update payout set state = :to_state, arrived_on = :arrived, bank_ref = :bank_ref
 where id = :id and state = :from_state
returning id;

-- line_charge(their_id text)
--   many: payment i64, charged money, booked bool, state text
select id, amount_minor + fee_minor, currency, item is not null, state
  from payment where bank_ref = :their_id and bank_ref <> '' and method = 'card';

-- line_refund(our_id text)
--   maybe: refund i64, payment i64, back money, state text
select f.id, f.payment, f.amount_minor + f.fee_minor, p.currency, f.state
  from refund f join payment p on p.id = f.payment where f.our_id = :our_id;

-- line_twice(payout i64, kind text, their_id text)
--   one: others i64
select count(*) from payout_line l join payout p on p.id = l.payout
 where l.kind = :kind and l.their_id = :their_id and l.payout <> :payout
   and p.state in ('matched', 'arrived');

-- payout_shares(payout i64)
--   many: entity i64, gross i64, fees i64
select p.entity,
       cast(sum(case when l.kind = 'charge' then l.gross_minor else -l.gross_minor end) as bigint),
       cast(sum(l.fee_minor) as bigint)
  from payout_line l join payment p on p.id = l.payment
 where l.payout = :payout
 group by p.entity order by p.entity;
