-- The test gateway's own database. It shares nothing with the merchant's.

-- make_charges()
--   none
create table if not exists charge (
    id           integer primary key,
    our_id       text not null unique,            -- the merchant's
    their_id     text not null unique,            -- ours, as the merchant sees it
    token        text not null unique,            -- of the card page's address
    amount_minor integer not null check (amount_minor > 0),
    currency     text not null,
    description  text not null,
    return_url   text not null,
    state        text not null check (state in ('open', 'paid', 'declined', 'cancelled')),
    decline      text not null default '',
    card         text not null default '',        -- brand and last four, never more
    bank_card    text not null default '',        -- the same, while the bank asks the payer
    quiet_until  integer not null default 0,      -- the API says nothing about it before
    created      integer not null,
    changed      integer not null,
    payout       integer
) strict;

-- make_refunds()
--   none
create table if not exists refund (
    id           integer primary key,
    our_id       text not null unique,
    their_id     text not null unique,
    charge       integer not null references charge (id),
    amount_minor integer not null check (amount_minor > 0),
    currency     text not null,
    state        text not null check (state in ('paid', 'declined')),
    created      integer not null,
    payout       integer
) strict;

-- make_payouts()
--   none
create table if not exists payout (
    id            integer primary key,
    their_id      text not null unique,
    paid_on       text not null,
    currency      text not null,
    charges_minor integer not null,
    refunds_minor integer not null,
    fees_minor    integer not null,
    net_minor     integer not null check (net_minor = charges_minor - refunds_minor - fees_minor)
) strict;

-- make_lines()
--   none
create table if not exists settlement_line (
    payout      integer not null references payout (id),
    kind        text not null check (kind in ('charge', 'refund')),
    their_id    text not null,
    our_id      text not null,
    currency    text not null,
    gross_minor integer not null,
    fee_minor   integer not null,
    primary key (kind, their_id)
) strict;

-- make_deliveries()
--   none
create table if not exists delivery (
    id       integer primary key,
    event_id text not null,                       -- several rows: the message is sent several times
    body     text not null,
    due      integer not null,
    until    integer not null,                    -- then it is given up
    tries    integer not null default 0,
    state    text not null default 'waiting' check (state in ('waiting', 'delivered', 'given_up'))
) strict;

-- make_deliveries_index()
--   none
create index if not exists delivery_due on delivery (due) where state = 'waiting';

-- make_payers()
--   none
create table if not exists payer (                -- of charges whose merchant said who pays
    charge   integer primary key references charge (id),
    customer text not null,                       -- the merchant's own id of the payer
    by_token integer not null check (by_token in (0, 1))
) strict;

-- make_surcharges()
--   none
create table if not exists surcharge (            -- of charges whose merchant asks for one
    charge      integer primary key references charge (id),
    asked_minor integer not null check (asked_minor > 0), -- of a credit card, and of no other
    taken_minor integer not null default 0        -- on top of the charge's amount
) strict;

-- make_saved_cards()
--   none
create table if not exists saved_card (
    token    text not null unique,
    charge   integer primary key references charge (id), -- the payer had it kept there
    customer text not null,
    card     text not null,                       -- brand and last four, never more
    expires  text not null                        -- "2030-12"
) strict;

-- make_faults()
--   none
create table if not exists fault (
    id      integer primary key,
    kind    text not null,
    hold_ms integer not null,
    left    integer not null
) strict;

-- make_fault_rate()
--   none
create table if not exists fault_rate (
    id      integer primary key check (id = 1),
    percent integer not null,
    hold_ms integer not null,
    seed    integer not null,
    calls   integer not null default 0
) strict;

-- fault_rate_set(percent i64, hold_ms i64, seed i64)
--   none
insert into fault_rate (id, percent, hold_ms, seed) values (1, :percent, :hold_ms, :seed)
on conflict (id) do update
   set percent = excluded.percent, hold_ms = excluded.hold_ms, seed = excluded.seed, calls = 0;

-- fault_rate_take()
--   maybe: percent i64, hold_ms i64, seed i64, calls i64
update fault_rate set calls = calls + 1 where percent > 0
returning percent, hold_ms, seed, calls;

-- charge_find(key text, token text)
--   maybe: id i64, our_id text, their_id text, token text, amount money, description text,
--     return_url text, state text, decline text, card text, bank_card text, quiet_until i64,
--     created i64, refunded_minor i64, customer text, by_token bool, saved_token text,
--     saved_card text, saved_expires text, asked_fee_minor i64, fee_minor i64
select id, our_id, their_id, token, amount_minor, currency, description, return_url, state,
       decline, card, bank_card, quiet_until, created,
       coalesce((select sum(r.amount_minor) from refund r
                  where r.charge = charge.id and r.state = 'paid'), 0),
       coalesce((select y.customer from payer y where y.charge = charge.id), ''),
       coalesce((select y.by_token from payer y where y.charge = charge.id), 0),
       coalesce((select s.token from saved_card s where s.charge = charge.id), ''),
       coalesce((select s.card from saved_card s where s.charge = charge.id), ''),
       coalesce((select s.expires from saved_card s where s.charge = charge.id), ''),
       coalesce((select u.asked_minor from surcharge u where u.charge = charge.id), 0),
       coalesce((select u.taken_minor from surcharge u where u.charge = charge.id), 0)
  from charge
 where (:token <> '' and token = :token) or (:key <> '' and (our_id = :key or their_id = :key));

-- charge_add(our_id text, their_id text, token text, amount money, description text,
--   return_url text, now i64)
--   none
insert into charge (our_id, their_id, token, amount_minor, currency, description, return_url,
                    state, created, changed)
values (:our_id, :their_id, :token, :amount_minor, :amount_currency, :description, :return_url,
        'open', :now, :now);

-- surcharge_add(our_id text, asked_minor i64)
--   none
insert into surcharge (charge, asked_minor)
select id, :asked_minor from charge where our_id = :our_id;

-- surcharge_take(charge i64)
--   none
update surcharge set taken_minor = asked_minor where charge = :charge;

-- payer_add(our_id text, customer text, by_token bool)
--   none
insert into payer (charge, customer, by_token)
select id, :customer, :by_token from charge where our_id = :our_id;

-- saved_card_add(token text, charge i64, customer text, card text, expires text)
--   none
insert into saved_card (token, charge, customer, card, expires)
values (:token, :charge, :customer, :card, :expires)
on conflict (charge) do update set card = excluded.card, expires = excluded.expires;

-- saved_card_find(token text, customer text)
--   maybe: card text, expires text
select s.card, s.expires from saved_card s join charge c on c.id = s.charge
 where s.token = :token and s.customer = :customer and c.state = 'paid';

-- saved_card_delete(token text)
--   none
delete from saved_card where token = :token;

-- saved_card_drop(charge i64)
--   none
delete from saved_card where charge = :charge;

-- charge_leave(id i64, state text, decline text, card text, quiet_until i64, now i64)
--   many: id i64
update charge
   set state = :state, decline = :decline, card = :card, bank_card = '',
       quiet_until = :quiet_until, changed = :now
 where id = :id and state = 'open'
returning id;

-- charge_to_bank(id i64, bank_card text, now i64)
--   many: id i64
update charge set bank_card = :bank_card, changed = :now
 where id = :id and state = 'open'
returning id;

-- charges_recent()
--   many: id i64, our_id text, their_id text, token text, amount money, description text,
--     state text, decline text, card text, created i64, refunded_minor i64, paid_out bool
select id, our_id, their_id, token,
       amount_minor + coalesce((select u.taken_minor from surcharge u where u.charge = charge.id), 0),
       currency, description, state, decline, card, created,
       coalesce((select sum(r.amount_minor) from refund r
                  where r.charge = charge.id and r.state = 'paid'), 0),
       payout is not null
  from charge order by id desc limit 100;

-- refund_find(our_id text)
--   maybe: their_id text, our_id text, charge i64, amount money, state text, their_charge text
select r.their_id, r.our_id, r.charge, r.amount_minor, r.currency, r.state, c.their_id
  from refund r join charge c on c.id = r.charge where r.our_id = :our_id;

-- refund_add(our_id text, their_id text, charge i64, amount money, state text, now i64)
--   none
insert into refund (our_id, their_id, charge, amount_minor, currency, state, created)
values (:our_id, :their_id, :charge, :amount_minor, :amount_currency, :state, :now);

-- unpaid_charges()
--   many: id i64, our_id text, their_id text, amount money
select id, our_id, their_id,
       amount_minor + coalesce((select u.taken_minor from surcharge u where u.charge = charge.id), 0),
       currency from charge
 where state = 'paid' and payout is null order by currency, id;

-- unpaid_refunds()
--   many: id i64, our_id text, their_id text, amount money
select id, our_id, their_id, amount_minor, currency from refund
 where state = 'paid' and payout is null order by currency, id;

-- payout_add(their_id text, paid_on text, currency text, charges_minor i64, refunds_minor i64,
--   fees_minor i64, net_minor i64)
--   one: id i64
insert into payout (their_id, paid_on, currency, charges_minor, refunds_minor, fees_minor,
                    net_minor)
values (:their_id, :paid_on, :currency, :charges_minor, :refunds_minor, :fees_minor, :net_minor)
returning id;

-- line_add(payout i64, kind text, their_id text, our_id text, gross money, fee_minor i64)
--   none
insert into settlement_line (payout, kind, their_id, our_id, gross_minor, currency, fee_minor)
values (:payout, :kind, :their_id, :our_id, :gross_minor, :gross_currency, :fee_minor);

-- charges_paid_out(currency text, payout i64)
--   none
update charge set payout = :payout
 where currency = :currency and state = 'paid' and payout is null;

-- refunds_paid_out(currency text, payout i64)
--   none
update refund set payout = :payout
 where currency = :currency and state = 'paid' and payout is null;

-- payouts()
--   many: their_id text, paid_on text, charges money, refunds_minor i64, fees_minor i64,
--     net_minor i64, lines i64
select their_id, paid_on, charges_minor, currency, refunds_minor, fees_minor, net_minor,
       (select count(*) from settlement_line l where l.payout = payout.id)
  from payout order by id desc limit 1000;

-- settlement(paid_on text)
--   many: payout text, kind text, their_id text, our_id text, gross money, fee_minor i64
select p.their_id, l.kind, l.their_id, l.our_id, l.gross_minor, l.currency, l.fee_minor
  from settlement_line l join payout p on p.id = l.payout
 where p.paid_on = :paid_on
 order by p.id, l.kind, l.their_id;

-- delivery_add(event_id text, body text, due i64, until i64)
--   none
insert into delivery (event_id, body, due, until) values (:event_id, :body, :due, :until);

-- delivery_next(now i64)
--   maybe: id i64, event_id text, body text, tries i64, until i64
select id, event_id, body, tries, until from delivery
 where state = 'waiting' and due <= :now
 order by due, id limit 1;

-- delivery_end(id i64, state text)
--   none
update delivery set state = :state, tries = tries + 1 where id = :id;

-- delivery_again(id i64, due i64)
--   none
update delivery set due = :due, tries = tries + 1 where id = :id;

-- fault_add(kind text, hold_ms i64, left i64)
--   none
insert into fault (kind, hold_ms, left) values (:kind, :hold_ms, :left);

-- fault_take()
--   maybe: kind text, hold_ms i64
update fault set left = left - 1
 where id = (select min(id) from fault where left > 0)
returning kind, hold_ms;
