-- Filters that somebody named.

-- filter_insert(list text, name text, query text, person i64, shared bool, now i64)
--   one: id i64
insert into saved_filter (list, name, query, person, shared, created)
values (:list, :name, :query, :person, :shared, :now)
returning id;

-- filter_rows(list text, person i64)
--   many: id i64, name text, query text, shared bool, person i64
select id, name, query, shared, person from saved_filter
 where id in (select id from saved_filter where list = :list and shared
               union
              select id from saved_filter where list = :list and person = :person)
 order by name, id limit 40;

-- filter_row(id i64)
--   maybe: list text, name text, query text, shared bool, person i64
select list, name, query, shared, person from saved_filter where id = :id;

-- filter_update(id i64, name text, shared bool)
--   none
update saved_filter set name = :name, shared = :shared where id = :id;

-- filter_delete(id i64)
--   none
delete from saved_filter where id = :id;
