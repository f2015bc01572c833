-- What is posted stays as it is: the ways round the rules of 0004 that were still open.
--
-- An item's kind and dates, what an entry names, lines added to an issued document, the steps of a
-- payment, whole tables emptied at once, and SQLite's "insert or replace", which deletes without
-- asking the triggers for deletion.

-- sqlite:

create trigger item_is before update on item begin
    select case when new.id <> old.id or new.kind <> old.kind or new.payment is not old.payment
                  or new.n <> old.n or new.issued <> old.issued or new.due <> old.due
        then raise(abort, 'an item keeps what it is') end; end;
create trigger entry_names before update on entry begin
    select case when new.document is not old.document or new.payment is not old.payment
                  or new.reverses is not old.reverses or new.actor <> old.actor
                  or new.note <> old.note
        then raise(abort, 'an entry changes only by being posted') end; end;
create trigger document_line_ends before insert on document_line
when exists (select 1 from entry where document = new.document and posted) begin
    select raise(abort, 'an issued document does not change'); end;
create trigger document_tax_ends before insert on document_tax
when exists (select 1 from entry where document = new.document and posted) begin
    select raise(abort, 'an issued document does not change'); end;
create trigger deduction_keeps before update on deduction begin
    select case when new.item <> old.item or new.of_item <> old.of_item
                  or new.payment is not old.payment or new.reason <> old.reason
                  or new.note <> old.note
        then raise(abort, 'a deduction changes only in what became of it') end; end;
create trigger deduction_stays before delete on deduction begin
    select raise(abort, 'deductions are never deleted'); end;
create trigger payment_stays before delete on payment begin
    select raise(abort, 'payments are never deleted'); end;
create trigger payment_step_keeps before update on payment_step begin
    select raise(abort, 'what happened to a payment does not change'); end;
create trigger payment_step_stays before delete on payment_step begin
    select raise(abort, 'what happened to a payment is never deleted'); end;

create trigger entry_once before insert on entry
when exists (select 1 from entry where id = new.id) begin
    select raise(abort, 'entries are never replaced'); end;
create trigger item_once before insert on item
when exists (select 1 from item where id = new.id) begin
    select raise(abort, 'items are never replaced'); end;
create trigger document_once before insert on document
when exists (select 1 from document where id = new.id) begin
    select raise(abort, 'an issued document is never replaced'); end;
create trigger allocation_once before insert on allocation
when exists (select 1 from allocation where id = new.id) begin
    select raise(abort, 'an allocation is never replaced'); end;
create trigger payment_once before insert on payment
when exists (select 1 from payment where id = new.id) begin
    select raise(abort, 'payments are never replaced'); end;
create trigger payment_step_once before insert on payment_step
when exists (select 1 from payment_step where payment = new.payment and n = new.n) begin
    select raise(abort, 'what happened to a payment is never replaced'); end;

-- postgres:

create function item_is() returns trigger language plpgsql as $$
begin
    if (new.id, new.kind, new.payment, new.n, new.issued, new.due)
           is distinct from (old.id, old.kind, old.payment, old.n, old.issued, old.due) then
        raise exception 'an item keeps what it is' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create function entry_names() returns trigger language plpgsql as $$
begin
    if (new.document, new.payment, new.reverses, new.actor, new.note)
           is distinct from (old.document, old.payment, old.reverses, old.actor, old.note) then
        raise exception 'an entry changes only by being posted'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create function document_ends() returns trigger language plpgsql as $$
begin
    if exists (select 1 from entry where document = new.document and posted) then
        raise exception 'an issued document does not change'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create function deduction_keeps() returns trigger language plpgsql as $$
begin
    if (new.item, new.of_item, new.payment, new.reason, new.note)
           is distinct from (old.item, old.of_item, old.payment, old.reason, old.note) then
        raise exception 'a deduction changes only in what became of it'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger item_is before update on item for each row execute function item_is();
create trigger entry_names before update on entry for each row execute function entry_names();
create trigger document_line_ends before insert on document_line for each row
    execute function document_ends();
create trigger document_tax_ends before insert on document_tax for each row
    execute function document_ends();
create trigger deduction_keeps before update on deduction for each row
    execute function deduction_keeps();
create trigger deduction_stays before delete on deduction for each row
    execute function refuse('deductions are never deleted');
create trigger payment_stays before delete on payment for each row
    execute function refuse('payments are never deleted');
create trigger payment_step_keeps before update or delete on payment_step for each row
    execute function refuse('what happened to a payment does not change');
create trigger truncate_item before truncate on item
    execute function refuse('items are never deleted');
create trigger truncate_document before truncate on document
    execute function refuse('an issued document is never deleted');
create trigger truncate_document_line before truncate on document_line
    execute function refuse('an issued document is never deleted');
create trigger truncate_document_tax before truncate on document_tax
    execute function refuse('an issued document is never deleted');
create trigger truncate_allocation before truncate on allocation
    execute function refuse('an allocation is undone by another, never deleted');
create trigger truncate_deduction before truncate on deduction
    execute function refuse('deductions are never deleted');
create trigger truncate_payment before truncate on payment
    execute function refuse('payments are never deleted');
create trigger truncate_payment_step before truncate on payment_step
    execute function refuse('what happened to a payment is never deleted');

-- down:

-- sqlite:
drop trigger payment_step_once;
drop trigger payment_once;
drop trigger allocation_once;
drop trigger document_once;
drop trigger item_once;
drop trigger entry_once;
drop trigger payment_step_stays;
drop trigger payment_step_keeps;
drop trigger payment_stays;
drop trigger deduction_stays;
drop trigger deduction_keeps;
drop trigger document_tax_ends;
drop trigger document_line_ends;
drop trigger entry_names;
drop trigger item_is;
-- postgres:
drop trigger truncate_payment_step on payment_step;
drop trigger truncate_payment on payment;
drop trigger truncate_deduction on deduction;
drop trigger truncate_allocation on allocation;
drop trigger truncate_document_tax on document_tax;
drop trigger truncate_document_line on document_line;
drop trigger truncate_document on document;
drop trigger truncate_item on item;
drop trigger payment_step_keeps on payment_step;
drop trigger payment_stays on payment;
drop trigger deduction_stays on deduction;
drop trigger deduction_keeps on deduction;
drop trigger document_tax_ends on document_tax;
drop trigger document_line_ends on document_line;
drop trigger entry_names on entry;
drop trigger item_is on item;
drop function deduction_keeps();
drop function document_ends();
drop function entry_names();
drop function item_is();
