-- Numbers of payments may have gaps; only those of issued documents may not. On PostgreSQL a row of
-- `series` is locked until the commit of whoever took a number from it, so that all payments stood in
-- one line: there a sequence counts, which waits for nobody. What `series` says it begins with.
-- postgres:
create function series_counts() returns trigger language plpgsql as $$
declare
    counter text := format('series_%s_%s', new.entity, new.kind);
begin
    execute format('create sequence if not exists %I', counter);
    if new.next > coalesce(pg_sequence_last_value(counter::regclass), 0) + 1 then
        perform setval(counter::regclass, new.next - 1);
    end if;
    return null;
end $$;
create trigger series_counts after insert or update on series
    for each row when (new.kind = 'payment') execute function series_counts();
update series set next = next where kind = 'payment';

-- down:
-- sqlite:
select 1; -- nothing was done
-- postgres:
drop trigger series_counts on series;
drop function series_counts();
do $$
declare
    s record;
begin
    for s in select entity, format('series_%s_%s', entity, kind) as counter
               from series where kind = 'payment' loop
        update series set next = greatest(next, coalesce(pg_sequence_last_value(s.counter::regclass), 0) + 1)
         where entity = s.entity and kind = 'payment';
        execute format('drop sequence %I', s.counter);
    end loop;
end $$;
