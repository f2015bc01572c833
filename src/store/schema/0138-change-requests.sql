-- What customers ask us to change about themselves: it waits until somebody at the seller has
-- looked at it. One request waits at most for the company, and one for each contact.
create table change_request (
    id       {{id}},
    customer {{int}} not null references customer (id),
    kind     text not null check (kind in ('company', 'contact', 'contact-gone')),
    contact  {{int}} references contact (id), -- null: the company, or a new contact
    name     text not null,
    address  text not null, -- of a company
    tax_id   text not null,
    email    text not null, -- of a contact
    phone    text not null,
    role     text not null,
    notices  {{bool}} not null,
    asked_by {{int}} not null references person (id),
    asked    {{int}} not null,
    state    text not null default 'waiting'
                 check (state in ('waiting', 'accepted', 'refused', 'withdrawn')),
    ended_by {{int}} references person (id),
    ended    {{int}},
    words    text not null default '', -- why it was refused
    check ((state = 'waiting') = (ended is null)),
    check ((ended is null) = (ended_by is null)),
    check (kind <> 'contact-gone' or contact is not null),
    check (kind <> 'company' or contact is null)
) {{strict}};
create unique index change_request_company on change_request (customer)
 where state = 'waiting' and kind = 'company';
create unique index change_request_contact on change_request (contact)
 where state = 'waiting' and contact is not null;
create index change_request_waiting on change_request (id) where state = 'waiting';
create index change_request_customer on change_request (customer, id);

-- sqlite:
create trigger change_request_keeps before update on change_request
when old.state <> 'waiting' or new.state = 'waiting' or
     (old.id, old.customer, old.kind, old.name, old.address, old.tax_id, old.email, old.phone,
      old.role, old.notices, old.asked_by, old.asked)
     <> (new.id, new.customer, new.kind, new.name, new.address, new.tax_id, new.email, new.phone,
         new.role, new.notices, new.asked_by, new.asked) begin
    select raise(abort, 'what was asked for does not change, and is answered once'); end;
create trigger change_request_stays before delete on change_request begin
    select raise(abort, 'what was asked for is never deleted'); end;
-- postgres:
create trigger change_request_keeps before update on change_request for each row
    when (old.state <> 'waiting' or new.state = 'waiting' or
          (old.id, old.customer, old.kind, old.name, old.address, old.tax_id, old.email,
           old.phone, old.role, old.notices, old.asked_by, old.asked)
          is distinct from
          (new.id, new.customer, new.kind, new.name, new.address, new.tax_id, new.email,
           new.phone, new.role, new.notices, new.asked_by, new.asked))
    execute function refuse('what was asked for does not change, and is answered once');
create trigger change_request_stays before delete on change_request for each row
    execute function refuse('what was asked for is never deleted');
create trigger truncate_change_request before truncate on change_request
    execute function refuse('what was asked for is never deleted');

-- down:
drop table change_request;
