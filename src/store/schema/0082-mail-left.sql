-- A mail that was given up and that somebody decided to leave so: no longer a task.
alter table mail add column left_at {{int}};
drop index mail_failed;
create index mail_failed on mail (id) where state = 'failed' and left_at is null;
create index mail_state_failed on mail (id) where state = 'failed';

-- down:
drop index mail_state_failed;
drop index mail_failed;
create index mail_failed on mail (id) where state = 'failed';
alter table mail drop column left_at;
