-- Acts over many customers: the hold that a row put or took away, and the one before.
alter table batch_row add column hold {{int}} references customer_hold (id);
alter table batch_row add column was_hold {{int}} references customer_hold (id);

-- down:
alter table batch_row drop column was_hold;
alter table batch_row drop column hold;
