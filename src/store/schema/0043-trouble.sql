-- What about money the program cannot decide, and a person must: each once, with its age, until it is
-- closed by the truth or by somebody who says why.
create table trouble (
    id            {{id}},
    kind          text not null check (kind in ('amount_differs', 'unanswered', 'charged_twice',
                                                'refund_refused', 'settlement')),
    payment       {{int}} references payment (id),
    refund        {{int}} references refund (id),
    payout        {{int}},
    said_minor    {{int}},                  -- what the gateway says it is
    said_currency text,
    detail        text not null default '', -- words for people: components, what was missing
    opened        {{int}} not null,
    closed        {{int}},
    outcome       text not null default '',
    closer        text not null default '',
    reason        text not null default '',
    check ((closed is null) = (outcome = '')),
    check ((said_minor is null) = (said_currency is null))
) {{strict}};
create index trouble_open on trouble (opened, id) where closed is null;
create index trouble_payment on trouble (payment) where payment is not null;
create index trouble_payout on trouble (payout) where payout is not null;

-- How often a refund was said never to have come: counts as with charges.
alter table refund add column absent {{int}} not null default 0;

-- down:
alter table refund drop column absent;
drop table trouble;
