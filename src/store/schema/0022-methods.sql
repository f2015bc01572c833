-- Cards that payers let us use again: never the card, only what the gateway calls it, sealed.
create table payment_method (
    id        {{id}},
    customer  {{int}} not null references customer (id),
    gateway   text not null,
    token     text not null,            -- sealed; empty: the gateway has deleted it
    token_tag text not null,            -- keyed hash: one token is kept once
    card      text not null check (length(card) between 1 and 40), -- brand and last four
    expires   {{date}} not null,        -- the last day of its month
    person    {{int}},                  -- who had it kept
    created   {{int}} not null,
    removed   {{int}},                  -- no payment begins with it any more
    unique (gateway, token_tag)
) {{strict}};
create index payment_method_customer on payment_method (customer, id);
-- The method that an attempt is made with; null: the card is typed at the gateway's page.
alter table attempt add column method {{int}} references payment_method (id);

-- down:
alter table attempt drop column method;
drop table payment_method;
