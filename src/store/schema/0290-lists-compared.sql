-- SQLite makes a table in memory of a list of three or more whenever it asks one (tools/lists.h). The
-- indexes and triggers with such lists are made anew, with comparisons in their place, by which
-- statements find the indexes; in books that were made before, CHECKs keep their lists. And as 0250
-- for PostgreSQL: SQLite, too, is asked first whether a timeline tells of a record, for its eight
-- statements cost five times as much as writing the record.
-- sqlite:
drop index attempt_live;
drop index item_all_open_by_issued;
drop index item_all_open_by_number;
drop index item_all_open_by_open;
drop index item_counted;
drop index item_loose;
drop index item_loose_by_issued;
drop index item_loose_by_open;
drop index item_open_by_issued;
drop index item_open_by_number;
drop index item_open_by_open;
drop index payment_underway;
drop index payment_waiting;
create unique index attempt_live on attempt (payment)
    where state in ('submitting', 'open', 'unknown');
create index item_all_open_by_issued on item (currency, issued, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_all_open_by_number on item (currency, find_number, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_all_open_by_open on item (currency, balance_minor, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_counted on item (customer, side, due)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_loose on item (kind, id)
    where open_minor > 0 and kind in ('payment', 'receipt', 'deduction');
create index item_loose_by_issued on item (kind, issued, id)
    where open_minor > 0 and kind in ('payment', 'receipt', 'deduction');
create index item_loose_by_open on item (kind, currency, open_minor, id)
    where open_minor > 0 and kind in ('payment', 'receipt', 'deduction');
create index item_open_by_issued on item (customer, currency, issued, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_open_by_number on item (customer, currency, find_number, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index item_open_by_open on item (customer, currency, balance_minor, id)
    where open_minor > 0 and kind in ('invoice', 'credit_note', 'payment');
create index payment_underway on payment (currency, id)
    where state in ('submitting', 'unknown', 'pending');
create index payment_waiting on payment (state, expires)
    where state in ('created', 'requires_action', 'submitting', 'unknown', 'pending');
drop trigger item_tallied;
drop trigger item_tallies;
create trigger item_tallied after insert on item
when new.customer is not null and new.kind in ('invoice', 'credit_note', 'payment') begin
    insert into item_tally (customer, open, credits, processing, disputed, paid, used)
    values (new.customer, 0, 0, 0, 0, 0, 0) on conflict do nothing;
    update item_tally
       set open = open + (new.debit_minor <> new.credit_minor),
           credits = credits + (new.side = -1 and new.debit_minor <> new.credit_minor),
           processing = processing + (new.reserved_minor > 0),
           disputed = disputed + (new.disputed_minor > 0 and new.debit_minor <> new.credit_minor),
           paid = paid + (new.kind = 'invoice' and new.debit_minor = new.credit_minor),
           used = used + (new.kind = 'credit_note' and new.debit_minor = new.credit_minor)
     where customer = new.customer; end;
create trigger item_tallies after update of debit_minor, credit_minor, reserved_minor, disputed_minor
on item
when new.customer is not null and new.kind in ('invoice', 'credit_note', 'payment')
 and ((new.debit_minor = new.credit_minor) <> (old.debit_minor = old.credit_minor)
      or (new.reserved_minor > 0) <> (old.reserved_minor > 0)
      or (new.disputed_minor > 0) <> (old.disputed_minor > 0)) begin
    update item_tally
       set open = open + (new.debit_minor <> new.credit_minor)
                       - (old.debit_minor <> old.credit_minor),
           credits = credits + (new.side = -1 and new.debit_minor <> new.credit_minor)
                             - (old.side = -1 and old.debit_minor <> old.credit_minor),
           processing = processing + (new.reserved_minor > 0) - (old.reserved_minor > 0),
           disputed = disputed + (new.disputed_minor > 0 and new.debit_minor <> new.credit_minor)
                               - (old.disputed_minor > 0 and old.debit_minor <> old.credit_minor),
           paid = paid + (new.kind = 'invoice' and new.debit_minor = new.credit_minor)
                       - (old.kind = 'invoice' and old.debit_minor = old.credit_minor),
           used = used + (new.kind = 'credit_note' and new.debit_minor = new.credit_minor)
                       - (old.kind = 'credit_note' and old.debit_minor = old.credit_minor)
     where customer = new.customer; end;
drop trigger audit_happens;
create trigger audit_happens after insert on audit
when new.object_kind in ('customer', 'contact', 'membership', 'person', 'document', 'share_link',
                         'payment_method')
  or (new.object_kind = 'payment'
      and new.action in ('payment.identify', 'payment.twice', 'payment.amount_differs')) begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from (select id, id as customer from customer) x
     where new.object_kind = 'customer' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from contact x
     where new.object_kind = 'contact' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'person', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from membership x
     where new.object_kind = 'membership' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'person', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from membership x
     where new.object_kind = 'person' and x.person = new.object and new.action = 'session.begin';
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'invoice', new.action, new.id, x.id, null, x.number, null, null,
           new.actor_name, ''
      from document x
     where new.object_kind = 'document' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'invoice', new.action, new.id, x.document, null, '', null, null,
           new.actor_name, ''
      from share_link x
     where new.object_kind = 'share_link' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from payment_method x
     where new.object_kind = 'payment_method' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'payment', new.action, new.id, null, x.id, x.number, null, null,
           new.actor_name, ''
      from payment x
     where new.object_kind = 'payment' and x.id = new.object and x.customer is not null
       and new.action in ('payment.identify', 'payment.twice', 'payment.amount_differs'); end;
-- postgres:
select 1;

-- down:
-- sqlite: the program before asks by lists; in brackets they stay what they are
drop index attempt_live;
drop index item_all_open_by_issued;
drop index item_all_open_by_number;
drop index item_all_open_by_open;
drop index item_counted;
drop index item_loose;
drop index item_loose_by_issued;
drop index item_loose_by_open;
drop index item_open_by_issued;
drop index item_open_by_number;
drop index item_open_by_open;
drop index payment_underway;
drop index payment_waiting;
create unique index attempt_live on attempt (payment)
    where (state) in ('submitting', 'open', 'unknown');
create index item_all_open_by_issued on item (currency, issued, id)
    where open_minor > 0 and (kind) in ('invoice', 'credit_note', 'payment');
create index item_all_open_by_number on item (currency, find_number, id)
    where open_minor > 0 and (kind) in ('invoice', 'credit_note', 'payment');
create index item_all_open_by_open on item (currency, balance_minor, id)
    where open_minor > 0 and (kind) in ('invoice', 'credit_note', 'payment');
create index item_counted on item (customer, side, due)
    where open_minor > 0 and (kind) in ('invoice', 'credit_note', 'payment');
create index item_loose on item (kind, id)
    where open_minor > 0 and (kind) in ('payment', 'receipt', 'deduction');
create index item_loose_by_issued on item (kind, issued, id)
    where open_minor > 0 and (kind) in ('payment', 'receipt', 'deduction');
create index item_loose_by_open on item (kind, currency, open_minor, id)
    where open_minor > 0 and (kind) in ('payment', 'receipt', 'deduction');
create index item_open_by_issued on item (customer, currency, issued, id)
    where open_minor > 0 and (kind) in ('invoice', 'credit_note', 'payment');
create index item_open_by_number on item (customer, currency, find_number, id)
    where open_minor > 0 and (kind) in ('invoice', 'credit_note', 'payment');
create index item_open_by_open on item (customer, currency, balance_minor, id)
    where open_minor > 0 and (kind) in ('invoice', 'credit_note', 'payment');
create index payment_underway on payment (currency, id)
    where (state) in ('submitting', 'unknown', 'pending');
create index payment_waiting on payment (state, expires)
    where (state) in ('created', 'requires_action', 'submitting', 'unknown', 'pending');
-- postgres:
select 1;
