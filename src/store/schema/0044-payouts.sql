-- What the gateway paid out, and the lines it is made of, as its settlement report says; and what we
-- found them to be (domain.md rows 8 and 9).
create table payout (
    id            {{id}},
    gateway       text not null,
    their_id      text not null,
    paid_on       {{date}} not null,
    currency      text not null,
    charges_minor {{int}} not null,
    refunds_minor {{int}} not null,
    fees_minor    {{int}} not null,
    net_minor     {{int}} not null,
    state         text not null default 'announced'
                  check (state in ('announced', 'differs', 'matched', 'arrived')),
    arrived_on    {{date}},
    bank_ref      text not null default '',
    created       {{int}} not null,
    unique (gateway, their_id)
) {{strict}};
create index payout_day on payout (paid_on, id);

create table payout_line (
    payout      {{int}} not null references payout (id),
    n           {{int}} not null,
    kind        text not null check (kind in ('charge', 'refund')),
    their_id    text not null,
    our_id      text not null,
    gross_minor {{int}} not null check (gross_minor > 0),
    fee_minor   {{int}} not null check (fee_minor >= 0),
    payment     {{int}} references payment (id), -- whose money it is, once it agrees
    fault       text not null default ''
                check (fault in ('', 'unknown', 'unbooked', 'amount', 'twice')),
    primary key (payout, n)
) {{strict}};
create index payout_line_theirs on payout_line (kind, their_id);
create index payout_line_payment on payout_line (payment) where payment is not null;
create index payment_bank_ref on payment (bank_ref) where bank_ref <> '';

-- down:
drop index payment_bank_ref;
drop table payout_line;
drop table payout;
