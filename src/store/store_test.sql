-- For store_test.c only: its table is made by the test.

-- thing_add(a i64, b text, c date, d bool, e money, f blob, g i64?, h date?, i bool?)
--   one: id i64
insert into thing (a, b, c, d, e_minor, e_currency, f, g, h, i)
values (:a, :b, :c, :d, :e_minor, :e_currency, :f, :g, :h, :i)
returning id;

-- thing(id i64)
--   maybe: a i64, b text, c date, d bool, e money, f blob, g i64?, h date?,
--     i bool?
select a, b, c, d, e_minor, e_currency, f, g, h, i
  from thing
 where id = :id; -- a comment; with a semicolon

-- thing_visit(least i64)
--   each: id i64, b text
select id, b from thing where a >= :least order by id;

-- thing_count()
--   one: count i64
select count(*) from thing;

-- thing_set(id i64, a i64)
--   many: id i64
update thing set a = :a where id = :id returning id;

-- thing_wrong()
--   one: a i64
select null;

-- lane_job(subject i64)
--   one: count i64
select count(*) from job where kind = 'lane.test' and subject = :subject;

-- lane_jobs()
--   each: subject i64
select subject from job where kind = 'lane.test' order by subject;
