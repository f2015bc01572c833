-- Statements as they were issued: numbered, with what they said, never changed. What is recorded
-- later for an earlier day stands in the next one, as recorded late.
create table statement (
    id       {{id}},
    entity   {{int}} not null references entity (id),
    customer {{int}} not null references customer (id),
    currency text not null,
    form     text not null check (form in ('open_items', 'activity')),
    family   {{bool}} not null,  -- of a parent and those below it
    number   text not null,
    from_day {{date}} not null,
    to_day   {{date}} not null,
    balance  {{int}} not null,   -- minor units
    snapshot text not null,      -- its rows: cells, tabs between them
    sha256   text not null check (length(sha256) = 64),
    who      text not null,
    recorded {{int}} not null,
    unique (entity, number)
) {{strict}};
create index statement_customer on statement (customer, entity, id);

-- Who gets one each month.
create table statement_wish (
    customer {{int}} primary key references customer (id),
    form     text not null check (form in ('open_items', 'activity')),
    family   {{bool}} not null,
    active   {{bool}} not null
) {{strict}};

-- sqlite:
create trigger statement_keeps before update on statement begin
    select raise(abort, 'a statement that was issued does not change'); end;
create trigger statement_stays before delete on statement begin
    select raise(abort, 'statements are never deleted'); end;
create trigger statement_once before insert on statement
when exists (select 1 from statement where id = new.id) begin
    select raise(abort, 'statements are never replaced'); end;
-- postgres:
create trigger statement_keeps before update or delete on statement for each row
    execute function refuse('a statement that was issued does not change');
create trigger truncate_statement before truncate on statement
    execute function refuse('statements are never deleted');

-- down:
drop table statement_wish;
drop table statement;
