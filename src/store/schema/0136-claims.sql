-- Asking for access with an invoice in hand.

-- Whether people may ask. Without a row the program's own default counts.
create table claim_setting (
    one      {{int}} primary key check (one = 1),
    open     {{bool}} not null,
    changed  {{int}} not null
) {{strict}};

-- What somebody gave. A row is written whatever it was, so that the answer is the same in words and
-- in time; the job `claim.look` takes it away and finds out what it proves.
create table claim_ask (
    id          {{id}},
    name        text not null,
    email       text not null,
    language    text not null,
    invoice     text not null,
    total       text not null,
    address     text not null,
    created_at  {{int}} not null
) {{strict}};
create index claim_ask_created on claim_ask (created_at);

-- A request whose proof was right, until its person is in.
create table claim (
    id          {{id}},
    name        text not null,
    email       text not null check (email = lower(email)),
    language    text not null,
    customer    {{int}} not null references customer (id),
    document    {{int}} not null references document (id),
    address     text not null,                     -- the network's, whence it was asked
    state       text not null check (state in ('waiting', 'granted', 'refused', 'used')),
    role        text check (role in ('viewer', 'payer', 'admin')),
    at_once     {{bool}} not null,                 -- the address is the customer's: nobody decided
    decided_by  text not null default '',
    decided_at  {{int}},
    words       text not null default '',          -- why it was refused
    hash        text unique,                       -- of the token in the mail's link
    mailed_at   {{int}} not null default 0,
    created_at  {{int}} not null,
    expires_at  {{int}} not null,
    check (state in ('waiting', 'refused') or role is not null)
) {{strict}};
create index claim_customer on claim (customer, id);
create index claim_email on claim (email, customer, id);
create index claim_waiting on claim (expires_at, id) where state = 'waiting';
create index claim_expires on claim (expires_at);

-- down:
drop table claim;
drop table claim_ask;
drop table claim_setting;
