-- What every form of a statement looks like. Ordinary comments like this (with brackets) are for
-- people; so are --   lines that do not follow a heading.

-- things(owner i64, as_of date,
--   name text)
--   many: id i64, name text, open money, due date?,
--     paid bool?, shown bool, weight i64?
select id, name, open_minor, open_currency, due, paid, shown, weight -- not :this and not ; this
  from thing
 where owner = :owner and due <= :as_of
-- a comment between the lines: of :nothing
   and (:name is null or name like :name || '%:owner;' or name = '--' or "name" = 'it''s :x')
 order by cast(due as text)::text, id;

-- thing_add(amount money, picture blob, at date?)
--   one: id i64
insert into thing (open_minor, open_currency, picture, at)
values (:amount_minor, :amount_currency, :picture, :at)
returning id;

-- thing_find(id i64)
--   maybe: name text
select name from thing where id = :id;

-- thing_kinds(kind text)
--   many: id i64
select id from thing t where (t.kind not in ('a', 'b') or t.kind in ('a', 'b', 'c'))
   and :kind in ('x', 'y', 'z');

-- thing_remove(id i64)
--   none
delete from thing where id = :id;

-- thing_visit()
--   each: id i64
select id from thing;

-- thing_take(now i64)
--   maybe: id i64
update thing set taken = :now where id = (select min(id) from thing) returning id
-- postgres: takers must pass each other by
update thing set taken = :now
 where id = (select id from thing limit 1 for update skip locked) returning id;

-- thing_page(owner i64, after_name text, after_id i64, limit i64)
--   many: id i64
--   {by} {after}
--     name: name | :after_name
--     id: id | :after_id
--   {who}
--     one: owner = :owner and
--     any:
--   {turn} {than}
--     up: asc | >
--     down: desc | <
select id from thing where {who} {by} {than} {after} order by {by} {turn} limit :limit;

-- Another's rows: the same types, so that one function takes both.
-- things_shown(owner i64)
--   many: as things
select id, name, open_minor, open_currency, due, paid, shown, weight
  from thing where owner = :owner and shown order by id;

-- thing_heaviest()
--   maybe: as things_shown
select id, name, open_minor, open_currency, due, paid, shown, weight
  from thing order by weight desc limit 1;
