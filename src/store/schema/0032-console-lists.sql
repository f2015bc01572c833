-- Open items of all customers in the order they are listed.
create index item_open_all on item (currency, due, id) where open_minor > 0;
create index mail_failed on mail (id) where state = 'failed';
create index job_parked on job (due_at, id) where parked;

-- down:
drop index job_parked;
drop index mail_failed;
drop index item_open_all;
