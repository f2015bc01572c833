-- Acts over many payments: what the preview said of each (whom it pays, who gets the mail), so that
-- the job does that or nothing; and what was ever done with a payment, for its page.
alter table batch_row add column what text not null default '';
create index batch_row_payment on batch_row (payment, batch) where payment is not null;

-- down:
drop index batch_row_payment;
alter table batch_row drop column what;
