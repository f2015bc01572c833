-- Money to apply by the day since which it waits, mails by their kind, and people by the beginning of
-- their name, of its last word, and of their address, as the console's search finds them.
create index item_loose_by_issued on item (kind, issued, id)
    where open_minor > 0 and kind in ('payment', 'receipt', 'deduction');
create index mail_kind on mail (kind, id);

-- sqlite:
create index person_name_begins on person (lower(name), id);
create index person_last_begins
    on person (lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)), id);
create index person_email_begins on person (email, id);
create index contact_name_begins on contact (lower(name), id) where not gone;
create index contact_last_begins
    on contact (lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)), id) where not gone;
create index contact_email_begins on contact (lower(email), id) where not gone;
-- postgres:
create index person_name_begins on person (lower(name) text_pattern_ops, id);
create index person_last_begins
    on person (lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) text_pattern_ops, id);
create index person_email_begins on person (email text_pattern_ops, id);
create index contact_name_begins on contact (lower(name) text_pattern_ops, id) where not gone;
create index contact_last_begins
    on contact (lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) text_pattern_ops, id) where not gone;
create index contact_email_begins on contact (lower(email) text_pattern_ops, id) where not gone;
-- both:

-- down:
drop index contact_email_begins;
drop index contact_last_begins;
drop index contact_name_begins;
drop index person_email_begins;
drop index person_last_begins;
drop index person_name_begins;
drop index mail_kind;
drop index item_loose_by_issued;
