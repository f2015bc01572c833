-- Requests for work. The worker's own statements are in delivery/jobs/jobs.sql.

-- Asked again before it ran: once, and at the earlier of the two times. Asked again while it runs:
-- `asked` tells the worker to keep it, for the time that was asked for (until then it was due when
-- its lease ends). What was parked gets a new chance.
-- outbox_put(kind text, subject i64, due_at i64)
--   none
insert into job (kind, subject, due_at) values (:kind, :subject, :due_at)
    on conflict (kind, subject) do update
   set due_at = case when job.parked or job.due_at = job.leased_until
                          or excluded.due_at < job.due_at
                     then excluded.due_at else job.due_at end,
       asked = job.asked + 1,
       tries = case when job.parked then 0 else job.tries end,
       parked = false;
