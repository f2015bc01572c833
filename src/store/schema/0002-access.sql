-- Who may come in, and who did what. Instants are microseconds since 1970 in UTC.

create table person (
    id             {{id}},
    email          text not null unique check (email = lower(email)),
    name           text not null,
    language       text not null default 'en',
    theme          text not null default '' check (theme in ('', 'light', 'dark')),
    helpers        text not null default '',      -- words for the page: 'large-text no-keys'
    password_hash  text,                          -- null: signs in by e-mail links only
    staff_role     text check (staff_role in ('auditor', 'clerk', 'manager', 'administrator')),
    created_at     {{int}} not null,
    signed_in_at   {{int}},                       -- the last time; null: never yet
    came_before_at {{int}},                       -- the time before that
    blocked_at     {{int}}                        -- null: may come in
) {{strict}};

-- Who may act for which customer. `customer` is declared by a later file, so the reference is not
-- written here; customers are never deleted.
create table membership (
    id          {{id}},
    person      {{int}} not null references person(id),
    customer    {{int}} not null,
    role        text not null check (role in ('viewer', 'payer', 'admin')),
    created_at  {{int}} not null,
    unique (person, customer)
) {{strict}};
create index membership_customer on membership (customer);

create table session (
    id             {{id}},
    hash           text not null unique,          -- of the cookie's value, which is kept nowhere
    person         {{int}} not null references person(id),
    customer       {{int}},                       -- the one chosen; null: none, or staff
    created_at     {{int}} not null,
    seen_at        {{int}} not null,
    idle_until     {{int}} not null,
    ends_at        {{int}} not null check (ends_at >= idle_until),
    address        text not null,
    browser        text not null
) {{strict}};
create index session_person on session (person);
create index session_idle on session (idle_until);

-- Somebody asked for a link, or was invited. A row is written whether the address is known or
-- not, so that the answer is the same in words and in time; the mail is the background's work.
create table sign_in_request (
    id            {{id}},
    kind          text not null check (kind in ('sign-in', 'invitation')),
    email         text not null,
    customer      {{int}},
    inviter       text not null default '',
    browser_hash  text not null default '',
    next          text not null default '',
    created_at    {{int}} not null
) {{strict}};
create index sign_in_request_created on sign_in_request (created_at);

create table sign_in_link (
    id            {{id}},
    hash          text not null unique,           -- of the token in the link
    person        {{int}} not null references person(id),
    kind          text not null check (kind in ('sign-in', 'invitation', 'direct')),
    customer      {{int}},                        -- to be chosen at once
    browser_hash  text not null default '',       -- of the browser that asked
    next          text not null default '',
    uses_left     {{int}} not null check (uses_left >= 0),
    created_at    {{int}} not null,
    expires_at    {{int}} not null,
    used_at       {{int}}
) {{strict}};
create index sign_in_link_person on sign_in_link (person, created_at);
create index sign_in_link_expires on sign_in_link (expires_at);

-- One row for each try at a password, from each side: of an account, from an address.
create table sign_in_try (
    id       {{id}},
    subject  text not null,                       -- 'account:HASH', 'address:192.0.2.7'
    at       {{int}} not null
) {{strict}};
create index sign_in_try_subject on sign_in_try (subject, at);
create index sign_in_try_at on sign_in_try (at);

create table api_key (
    id            {{id}},
    hash          text not null unique,
    start         text not null,                  -- the first letters, to tell keys apart
    name          text not null,
    role          text not null check (role in ('auditor', 'clerk', 'manager', 'administrator')),
    owner         {{int}} references person(id),
    created_at    {{int}} not null,
    last_used_at  {{int}},
    revoked_at    {{int}}
) {{strict}};

-- Append-only: the triggers below see to it on both engines.
create table audit (
    id           {{id}},
    at           {{int}} not null,
    actor_kind   text not null check (actor_kind in ('program', 'person', 'key')),
    actor        {{int}},
    actor_name   text not null,
    action       text not null,                   -- 'membership.role'
    object_kind  text not null,                   -- 'membership'
    object       {{int}} not null,
    before       text,                            -- JSON; null: there was nothing
    after        text,
    request      text not null,
    address      text not null
) {{strict}};
create index audit_object on audit (object_kind, object, id);
create index audit_actor on audit (actor_kind, actor, id);

-- sqlite:
create trigger audit_no_update before update on audit
begin
    select raise(abort, 'the audit trail is append-only');
end;
create trigger audit_no_delete before delete on audit
begin
    select raise(abort, 'the audit trail is append-only');
end;
-- postgres:
create function audit_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only';
end
$$;
create trigger audit_no_change before update or delete or truncate on audit
    for each statement execute function audit_refuse();
-- both:

-- down:
drop table audit;
drop table api_key;
drop table sign_in_try;
drop table sign_in_link;
drop table sign_in_request;
drop table session;
drop table membership;
drop table person;
-- postgres:
drop function audit_refuse();
