-- Who looks after a customer, and the hold that pauses its reminders and statement mails. A hold is
-- a row for good; the customer names the one that counts now, so that a change can be taken back.
create table customer_hold (
    id        {{id}},
    customer  {{int}} not null references customer (id),
    until_day {{date}},              -- its last day; null: until it is lifted
    reason    text not null check (reason <> ''),
    placed    {{int}} not null,
    placed_by text not null
) {{strict}};
create index customer_hold_customer on customer_hold (customer, id);

alter table customer add column owner {{int}} references person (id);
alter table customer add column hold {{int}} references customer_hold (id);
-- The list shows one person's, nobody's and those on hold by name and by number.
create index customer_owner_name on customer (owner, name, id) where owner is not null;
create index customer_owner_number on customer (owner, number, id) where owner is not null;
create index customer_unowned_name on customer (name, id) where owner is null;
create index customer_unowned_number on customer (number, id) where owner is null;
create index customer_hold_name on customer (name, id) where hold is not null;
create index customer_hold_number on customer (number, id) where hold is not null;

-- sqlite:
create trigger customer_hold_keeps before update on customer_hold begin
    select raise(abort, 'a hold does not change: another takes its place'); end;
create trigger customer_hold_stays before delete on customer_hold begin
    select raise(abort, 'a hold is never deleted'); end;
create trigger customer_hold_once before insert on customer_hold
when exists (select 1 from customer_hold where id = new.id) begin
    select raise(abort, 'a hold is never replaced'); end;
create trigger customer_hold_own before update of hold on customer
when new.hold is not null
 and not exists (select 1 from customer_hold where id = new.hold and customer = new.id) begin
    select raise(abort, 'a customer has its own holds'); end;
-- postgres:
create trigger customer_hold_keeps before update or delete on customer_hold for each row
    execute function refuse('a hold does not change: another takes its place');
create trigger truncate_customer_hold before truncate on customer_hold
    execute function refuse('a hold is never deleted');
create function customer_hold_own() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from customer_hold where id = new.hold and customer = new.id) then
        raise exception 'a customer has its own holds'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger customer_hold_own before update of hold on customer for each row
    when (new.hold is not null)
    execute function customer_hold_own();

-- down:
-- sqlite:
drop trigger customer_hold_own;
-- postgres:
drop trigger customer_hold_own on customer;
drop function customer_hold_own();
-- both:
drop index customer_hold_number;
drop index customer_hold_name;
drop index customer_unowned_number;
drop index customer_unowned_name;
drop index customer_owner_number;
drop index customer_owner_name;
alter table customer drop column hold;
alter table customer drop column owner;
drop table customer_hold;
