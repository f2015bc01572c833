-- Words in braces, sections and the way back.
create table thing (
    id    {{id}},
    n     {{int}} not null,
    label {{text}} not null default 'it''s "so" \ so',
    day   {{date}},
    shown {{bool}} not null default false,
    bytes {{blob}}
) {{strict}};

-- sqlite:
create trigger thing_stays before delete on thing begin
    select raise(abort, 'thing: what is there stays');
end;
-- postgres: a trigger needs a function
create function thing_stays() returns trigger language plpgsql as $$
begin
    raise exception 'thing: what is there stays';
end $$;
create trigger thing_stays before delete on thing
    for each row execute function thing_stays();
-- both:
create index thing_n on thing (n);

-- down:
drop table thing;
-- postgres:
drop function thing_stays();
