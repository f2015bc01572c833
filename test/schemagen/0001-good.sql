-- Words in braces, sections and the way back.
create table thing (
    id    {{id}},
    n     {{int}} not null,
    label {{text}} not null default 'it''s "so" \ so',
    state {{text}} not null check (state in ('new', 'kept',
                                             'sent')), -- a comment's quote
    size  {{text}} check (size in ('small', 'large')),
    day   {{date}},
    shown {{bool}} not null default false,
    bytes {{blob}}
) {{strict}};

-- sqlite:
create trigger thing_stays before delete on thing begin
    select raise(abort, 'thing: what is in (''a'', ''b'', ''c'') stays');
end;
-- postgres: a trigger needs a function
create function thing_stays() returns trigger language plpgsql as $$
begin
    raise exception 'thing: what is there stays';
end $$;
create trigger thing_stays before delete on thing
    for each row execute function thing_stays();
-- both:
create index thing_n on thing (n) where thing.state not in ('new', 'kept', 'sent');
create index thing_two on thing (n) where label || state in ('a', 'b', 'c')
    and n in (1, 2, 3) and lower(state) in ('x', 'y', 'z') and state in ('a', 'it''s', 'c');

-- down:
drop table thing;
-- postgres:
drop function thing_stays();
