-- Disputes that were accepted, to be looked through for those without a credit note; and the
-- language of who sends a file, in which its refused rows are told.
create index dispute_accepted on dispute (id) where state = 'resolved';
alter table import_file add column language text not null default '';

-- down:
alter table import_file drop column language;
drop index dispute_accepted;
