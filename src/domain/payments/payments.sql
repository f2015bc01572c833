-- Payments, their steps and their attempts.

-- payment_insert(number text, entity i64, account i64?, customer i64?, amount money, method text,
--     state text, checkout i64?, reference text, bank_ref text, payer text, value_date date?,
--     begun_on date?, reserved bool, expires i64?, person i64?, fee_asked i64, fee i64, now i64)
--   one: id i64
insert into payment (number, entity, account, customer, currency, amount_minor, method, state,
                     checkout, reference, bank_ref, payer, value_date, begun_on, reserved, expires,
                     person, fee_asked_minor, fee_minor, created, changed)
values (:number, :entity, :account, :customer, :amount_currency, :amount_minor, :method, :state,
        :checkout, :reference, :bank_ref, :payer, :value_date, :begun_on, :reserved, :expires,
        :person, :fee_asked, :fee, :now, :now)
returning id;

-- payment_rows(id i64?, customer i64?, reference text)
--   many: id i64, number text, entity i64, account i64?, customer i64?, checkout i64?, item i64?,
--     person i64?, amount money, method text, state text, reference text, bank_ref text, card text,
--     payer text, day date, value_date date?, reserved bool, expires i64?, created i64, changed i64,
--     version i64, fee_asked i64, fee i64, customer_name text, customer_number text
select p.id, p.number, p.entity, p.account, p.customer, p.checkout, p.item, p.person,
       p.amount_minor, p.currency, p.method, p.state, p.reference, p.bank_ref, p.card, p.payer,
       p.day, p.value_date, p.reserved, p.expires, p.created, p.changed, p.version,
       p.fee_asked_minor, p.fee_minor, coalesce(c.name, ''), coalesce(c.number, '')
  from payment p left join customer c on c.id = p.customer
 where (p.id = :id or p.reference = :reference) and (:customer is null or p.customer = :customer);

-- payment_version(id i64)
--   one: version i64
select version from payment where id = :id;

-- announced_of(document i64)
--   many: payment i64
select distinct p.id
  from item i join checkout_line l on l.item = i.id and l.held_minor > 0
  join payment p on p.checkout = l.checkout
 where i.document = :document and p.state = 'pending' and p.method = 'transfer'
 order by p.id;

-- payments_in_doubt()
--   many: id i64
select id from payment
 where state in ('created', 'requires_action', 'submitting', 'unknown', 'pending')
   and state in ('submitting', 'unknown')
 order by id limit 1000;

-- payment_state_set(id i64, from_state text, to_state text, now i64)
--   many: id i64
update payment set state = :to_state, changed = :now, version = version + 1
 where id = :id and state = :from_state
returning id;

-- payment_step_add(payment i64, state text, at i64, actor text, note text)
--   none
insert into payment_step (payment, n, state, at, actor, note)
values (:payment, (select coalesce(max(n), 0) + 1 from payment_step where payment = :payment),
        :state, :at, :actor, :note);

-- payment_step_rows(payment i64)
--   many: state text, at i64, actor text, note text
select state, at, actor, note from payment_step where payment = :payment order by n;

-- payment_hold_set(id i64, reserved bool, expires i64?)
--   none
update payment set reserved = :reserved, expires = :expires where id = :id;

-- payment_money_set(id i64, item i64, amount i64, value_date date, bank_ref text)
--   none
update payment
   set item = :item, amount_minor = :amount, value_date = :value_date,
       bank_ref = case when :bank_ref = '' then bank_ref else :bank_ref end
 where id = :id;

-- payment_owner_set(id i64, account i64, customer i64, item i64)
--   none
update payment set account = :account, customer = :customer, item = :item where id = :id;

-- payment_card_set(id i64, card text, their_id text, fee i64)
--   none
update payment set card = :card, bank_ref = :their_id, fee_minor = :fee where id = :id;

-- By its day or its amount, of one customer, of nobody known yet or of all. The days that are asked for
-- end the reading in the order of days, which begins at the first of them (payments.c). The order of
-- amounts passes the other days over: coalesce keeps the index of the days out, which would be sorted.
-- The units are joined from the left, so that PostgreSQL begins at the payments, in their order.
-- payment_page(customer i64, search text, amount i64?, other i64?, state text, method text, from_day date,
--     to_day date, after_day date, after_currency text, after_amount i64, after_id i64, limit i64)
--   many: as payment_rows
--   {who}
--     one: p.customer = :customer and
--     nobody: p.account is null and (:customer = 0 or p.customer = :customer) and
--     any:
--   {past} {days} {order}
--     newest: (p.day, p.id) < (:after_day, :after_id) | p.day >= :from_day | p.day desc, p.id desc
--     oldest: (p.day, p.id) > (:after_day, :after_id) | p.day <= :to_day | p.day, p.id
--     largest: (p.currency, p.amount_minor, p.id) < (:after_currency, :after_amount, :after_id) | coalesce(p.day, :from_day) between :from_day and :to_day | p.currency desc, p.amount_minor desc, p.id desc
--     smallest: (p.currency, p.amount_minor, p.id) > (:after_currency, :after_amount, :after_id) | coalesce(p.day, :from_day) between :from_day and :to_day | p.currency, p.amount_minor, p.id
select p.id, p.number, p.entity, p.account, p.customer, p.checkout, p.item, p.person,
       p.amount_minor, p.currency, p.method, p.state, p.reference, p.bank_ref, p.card, p.payer,
       p.day, p.value_date, p.reserved, p.expires, p.created, p.changed, p.version,
       p.fee_asked_minor, p.fee_minor, coalesce(c.name, ''), coalesce(c.number, '')
  from payment p left join currency_unit u on u.currency = p.currency
  left join customer c on c.id = p.customer
 where {who} {past} and {days}
   and (:state = '' or p.state = :state
        or (:state = 'underway' and p.state in ('submitting', 'unknown', 'pending'))) and (:method = '' or p.method = :method)
   and (:search = '' or lower(p.number) like :search or lower(p.reference) like :search
        or lower(p.bank_ref) like :search or lower(p.payer) like :search
        or lower(c.name) like :search
        or (:amount % u.unit = 0 and :amount / u.unit = p.amount_minor)
        or (:other % u.unit = 0 and :other / u.unit = p.amount_minor))
 order by {order}
 limit :limit;

-- attempt_insert(payment i64, our_id text, gateway text, method i64?, now i64)
--   one: id i64
insert into attempt (payment, n, our_id, gateway, state, method, created, changed, sent)
select :payment, coalesce(max(n), 0) + 1, :our_id, :gateway, 'submitting', :method, :now, :now, :now
  from attempt where payment = :payment
returning id;

-- attempt_rows(payment i64?, our_id text)
--   many: id i64, payment i64, n i64, our_id text, gateway text, state text, their_id text,
--     page text, decline text, card text, absent i64, method i64?, created i64, changed i64,
--     sent i64
select id, payment, n, our_id, gateway, state, their_id, page, decline, card, absent, method,
       created, changed, sent
  from attempt where payment = :payment or our_id = :our_id order by payment, n;

-- attempt_set(id i64, from_state text, to_state text, their_id text, page text, decline text,
--     card text, absent i64, now i64)
--   many: id i64
update attempt
   set state = :to_state, changed = :now, decline = :decline, absent = :absent,
       their_id = case when :their_id = '' then their_id else :their_id end,
       page = case when :page = '' then page else :page end,
       card = case when :card = '' then card else :card end
 where id = :id and state = :from_state
returning id;

-- attempt_sent(id i64, state text, now i64)
--   many: id i64
update attempt set sent = :now, absent = 0 where id = :id and state = :state returning id;

-- inbox_add(gateway text, event text, our_id text, received i64)
--   many: event text
insert into gateway_inbox (gateway, event, our_id, received)
values (:gateway, :event, :our_id, :received)
on conflict (gateway, event) do nothing
returning event;

-- refund_insert(payment i64, our_id text, amount i64, fee i64, reason text, now i64)
--   one: id i64
insert into refund (payment, our_id, amount_minor, fee_minor, state, reason, created, changed)
values (:payment, :our_id, :amount, :fee, 'requested', :reason, :now, :now)
returning id;

-- refund_row(id i64)
--   maybe: payment i64, our_id text, amount i64, fee i64, state text, reason text, absent i64,
--     created i64, changed i64
select payment, our_id, amount_minor, fee_minor, state, reason, absent, created, changed
  from refund where id = :id;

-- refund_set(id i64, from_state text, to_state text, their_id text, entry i64?, absent i64, now i64)
--   many: id i64
update refund
   set state = :to_state, entry = :entry, absent = :absent, changed = :now,
       their_id = case when :their_id = '' then their_id else :their_id end
 where id = :id and state = :from_state
returning id;

-- refund_sum(payment i64)
--   one: done i64, done_fee i64, asked i64, asked_fee i64
select cast(coalesce(sum(amount_minor) filter (where state = 'succeeded'), 0) as bigint),
       cast(coalesce(sum(fee_minor) filter (where state = 'succeeded'), 0) as bigint),
       cast(coalesce(sum(amount_minor), 0) as bigint), cast(coalesce(sum(fee_minor), 0) as bigint)
  from refund where payment = :payment and state <> 'failed';

-- refund_rows(payment i64)
--   many: id i64, amount i64, fee i64, state text, created i64
select id, amount_minor, fee_minor, state, created from refund where payment = :payment order by id;

-- use_rows(payment i64, payment_item i64)
--   many: item i64, document i64?, number text, side i64, applied money
select i.id, i.document, i.number, i.side,
       cast(sum(case when a.reverses is null then a.amount_minor else -a.amount_minor end) as bigint),
       i.currency
  from (select id from allocation where from_item = :payment_item
         union
        select x.id from entry e join allocation x on x.entry = e.id where e.payment = :payment) its
  join allocation a on a.id = its.id
  join item i on i.id in (a.from_item, a.to_item)
 where i.side = 1 or i.kind = 'credit_note'
 group by i.id, i.document, i.number, i.side, i.due, i.currency
 order by i.side desc, i.due, i.id;

-- payments_measured()
--   many: state text, count i64, since i64
select state, count(*), min(changed) from payment
 where state in ('created', 'requires_action', 'submitting', 'unknown', 'pending')
 group by state order by state;
