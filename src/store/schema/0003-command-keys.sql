-- Commands that were given with a key, and what was answered: the same command again gets the same
-- answer and does nothing. Written in the command's own transaction. Instants are microseconds.

create table command_key (
    id         {{id}},
    principal  text not null,                 -- "person:12", "key:3", or a browser's number, hashed
    key        text not null check (length(key) between 1 and 200),
    route      text not null,                 -- method and path, with what stood in its holes
    body_hash  text not null,
    status     {{int}} not null default 0,    -- 0: under way
    type       text not null default '',
    location   text not null default '',
    body       {{blob}},
    made_at    {{int}} not null,
    unique (principal, key)
) {{strict}};
create index command_key_made on command_key (made_at);

-- down:
drop table command_key;
