-- What people sign in with instead of a link or a password: the public half of a key that only
-- their device has. Instants are microseconds since 1970 in UTC.
create table passkey (
    id           {{id}},
    person       {{int}} not null references person (id),
    credential   text not null unique,   -- the device's name for it, as base64url
    algorithm    {{int}} not null,       -- COSE's number
    public_key   {{blob}} not null,
    sign_count   {{int}} not null check (sign_count >= 0),
    name         text not null,          -- as the person calls it
    created_at   {{int}} not null,
    last_used_at {{int}}
) {{strict}};
create index passkey_person on passkey (person, id);

-- Challenges that were answered, so that none is answered twice; those that have run out are swept.
create table passkey_challenge (
    hash       text primary key,
    expires_at {{int}} not null
) {{strict}};
create index passkey_challenge_expires on passkey_challenge (expires_at);

-- down:
drop table passkey_challenge;
drop table passkey;
