-- Work to be done after a commit: written by store/outbox, taken by delivery/jobs.
--
-- A row is free when it is due, its lease has run out and nobody parked it. A worker that dies
-- leaves nothing to clean up: its lease runs out.

create table job (
    id            {{id}},
    kind          text not null,
    subject       {{int}} not null,
    due_at        {{int}} not null,
    leased_until  {{int}} not null default 0,
    tries         {{int}} not null default 0 check (tries >= 0), -- also names the lease
    asked         {{int}} not null default 1, -- asked for again while it runs: run it again
    parked        {{bool}} not null default false,
    last_error    text not null default '',
    unique (kind, subject)
) {{strict}};

create index job_due on job (due_at, id) where not parked;

-- down:
drop table job;
