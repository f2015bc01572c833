-- Mails as they were sent, each try, what came back, and who wants which.

alter table mail add column kind text not null default 'other'; -- 'invoice': see notices.h
alter table mail add column entity {{int}};
alter table mail add column contact {{int}};
alter table mail add column message_id text not null default ''; -- empty: never tried
alter table mail add column bounced_at {{int}};
create index mail_document on mail (document, document_id, id) where document is not null;
create index mail_message on mail (message_id) where message_id <> '';
create index mail_person on mail (person, id) where person is not null;
create index mail_created on mail (created_at, id);
create index mail_recipient on mail (recipient, id);
create index mail_bounced on mail (id) where bounced_at is not null;

-- The bytes as they were handed to the mailer. Those of a mail with a sign-in link are not kept.
create table mail_content (
    mail  {{int}} primary key references mail (id),
    at    {{int}} not null,
    bytes {{blob}} not null,
    hash  text not null                           -- SHA-256 of the bytes
) {{strict}};
create index mail_content_at on mail_content (at);

-- 'begun' without an end is a program that stopped while the server was answering.
create table mail_try (
    id      {{id}},
    mail    {{int}} not null references mail (id),
    at      {{int}} not null,
    outcome text not null check (outcome in ('begun', 'sent', 'later', 'refused', 'unclear')),
    answer  text not null default ''
) {{strict}};
create index mail_try_mail on mail_try (mail, id);
create unique index mail_try_begun on mail_try (mail) where outcome = 'begun';

-- What mail servers reported about mails of ours; the same report again is nothing new.
create table mail_bounce (
    id         {{id}},
    mail       {{int}} not null references mail (id),
    at         {{int}} not null,
    kind       text not null check (kind in ('hard', 'soft', 'delayed')),
    address    text not null check (address = lower(address)),
    status     text not null,                     -- '5.1.1' (RFC 3463)
    words      text not null,                     -- the server's own
    report     text not null unique               -- hash of the report and the address
) {{strict}};
create index mail_bounce_mail on mail_bounce (mail, id);

-- Addresses to which nothing is sent until somebody clears them.
create table mail_stop (
    id         {{id}},
    address    text not null check (address = lower(address)),
    bounce     {{int}} references mail_bounce (id),
    words      text not null,
    since      {{int}} not null,
    cleared    {{int}},
    cleared_by text not null default ''
) {{strict}};
create unique index mail_stop_address on mail_stop (address) where cleared is null;
create index mail_stop_open on mail_stop (id) where cleared is null;

-- Which mails a contact chose to get or not to get; what has no row follows contact.notices.
create table contact_mail (
    contact {{int}} not null references contact (id),
    kind    text not null,
    wanted  {{bool}} not null,
    changed {{int}} not null,
    primary key (contact, kind)
) {{strict}};

-- How a seller's entity writes. An entity without a row has the defaults.
create table mail_setting (
    entity         {{int}} primary key references entity (id),
    sender         text not null default '',      -- empty: the program's
    reply_to       text not null default '',      -- empty: the entity's contact
    import_notices {{bool}} not null default false, -- what the tick box of an import begins with
    quiet_days     {{int}} not null default 30 check (quiet_days >= 0),
    keep_days      {{int}} not null default 3650 check (keep_days >= 30),
    link_policy    text not null default 'pay' check (link_policy in ('sign-in', 'see', 'pay')),
    link_days      {{int}} not null default 90 check (link_days between 1 and 730),
    changed        {{int}} not null
) {{strict}};

-- What staff asked to be written by hand: a statement, a reminder.
create table mail_wish (
    id       {{id}},
    kind     text not null check (kind in ('statement', 'reminder')),
    customer {{int}} not null references customer (id),
    account  {{int}} references account (id),     -- the attached statement's
    day      {{date}} not null,
    person   {{int}},
    created  {{int}} not null
) {{strict}};
create index mail_wish_customer on mail_wish (customer, id);

-- Links of mails that open one set of documents without a sign-in.
create table pay_link (
    id         {{id}},
    customer   {{int}} not null references customer (id),
    entity     {{int}} not null references entity (id),
    email      text not null,
    event      text not null unique,              -- of its mail: one mail, one link
    created    {{int}} not null,
    expires    {{int}} not null,
    revoked    {{int}},
    revoked_by text not null default '',
    opened     {{int}},                           -- the last time
    opens      {{int}} not null default 0
) {{strict}};
create index pay_link_customer on pay_link (customer, id);
create table pay_link_document (
    link     {{int}} not null references pay_link (id),
    document {{int}} not null references document (id),
    primary key (link, document)
) {{strict}};
create index pay_link_of_document on pay_link_document (document, link);

alter table share_link add column opened {{int}};
alter table share_link add column opens {{int}} not null default 0;
create index share_link_customer on share_link (customer, id);

-- down:
drop index share_link_customer;
alter table share_link drop column opens;
alter table share_link drop column opened;
drop table pay_link_document;
drop table pay_link;
drop table mail_wish;
drop table mail_setting;
drop table contact_mail;
drop table mail_stop;
drop table mail_bounce;
drop table mail_try;
drop table mail_content;
drop index mail_bounced;
drop index mail_recipient;
drop index mail_created;
drop index mail_person;
drop index mail_message;
drop index mail_document;
alter table mail drop column bounced_at;
alter table mail drop column message_id;
alter table mail drop column contact;
alter table mail drop column entity;
alter table mail drop column kind;
