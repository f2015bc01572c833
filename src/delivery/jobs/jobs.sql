-- The worker's side of the table of jobs. `tries` names the lease: every claim makes it one larger,
-- so a worker whose lease ran out can no longer finish what another one has taken over. While it
-- runs it is due when the lease ends; being asked for meanwhile says when it is due instead.

-- job_waits(now i64)
--   one: waits bool
select exists (select 1 from job where due_at <= :now and leased_until < :now and not parked);

-- job_claim(now i64, until i64)
--   maybe: id i64, kind text, subject i64, tries i64, asked i64
update job set leased_until = :until, due_at = :until, tries = tries + 1
 where id = (select id from job
              where due_at <= :now and leased_until < :now and not parked
              order by due_at, id limit 1)
returning id, kind, subject, tries, asked
-- postgres: workers must pass each other by
update job set leased_until = :until, due_at = :until, tries = tries + 1
 where id = (select id from job
              where due_at <= :now and leased_until < :now and not parked
              order by due_at, id limit 1 for update skip locked)
returning id, kind, subject, tries, asked;

-- job_done(id i64, tries i64, asked i64)
--   maybe: id i64
delete from job where id = :id and tries = :tries and asked = :asked returning id;

-- Done, but asked for once more in the meantime.
-- job_again(id i64, tries i64)
--   maybe: id i64
update job set leased_until = 0, tries = 0 where id = :id and tries = :tries returning id;

-- Whoever had taken them has died.
-- jobs_orphan(now i64)
--   none
update job set leased_until = 0, due_at = :now where leased_until >= :now;

-- job_later(id i64, tries i64, due_at i64, parked bool, last_error text)
--   none
update job set leased_until = 0, due_at = :due_at, parked = :parked, last_error = :last_error
 where id = :id and tries = :tries;

-- Of a kind this program does not know: as if it had not been taken, except that the lease stays,
-- so that nobody looks at it again at once.
-- job_leave(id i64, tries i64)
--   none
update job set tries = tries - 1 where id = :id and tries = :tries;

-- jobs_measured(now i64)
--   one: due i64, running i64, later i64, parked i64, due_since i64
select count(*) filter (where not parked and leased_until < :now and due_at <= :now),
       count(*) filter (where not parked and leased_until >= :now),
       count(*) filter (where not parked and leased_until < :now and due_at > :now),
       count(*) filter (where parked),
       coalesce(min(due_at) filter (where not parked and leased_until < :now and due_at <= :now), 0)
  from job;

-- jobs_parked_rows(limit i64)
--   many: id i64, kind text, subject i64, tries i64, due_at i64, last_error text
select id, kind, subject, tries, due_at, last_error
  from job where parked order by due_at desc, id desc limit :limit;

-- job_unpark(id i64, now i64)
--   many: kind text
update job set parked = false, tries = 0, due_at = :now, leased_until = 0
 where id = :id and parked
returning kind;
