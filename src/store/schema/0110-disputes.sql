-- Disputes: a customer says that an invoice, or part of what is open of it, is wrong. No money moves.
-- What is disputed of an item is what its open dispute says, and nothing else: the triggers keep it.

create table dispute (
    id           {{id}},
    item         {{int}} not null references item (id),
    customer     {{int}} not null references customer (id),
    amount_minor {{int}} not null check (amount_minor > 0),
    currency     text not null,
    reason       text not null references reason (code),
    words        text not null default '', -- why, as the customer says it
    origin       text not null check (origin in ('customer', 'seller', 'erp')),
    state        text not null default 'open'
                     check (state in ('open', 'resolved', 'rejected', 'withdrawn')),
    raised       {{int}} not null,
    raised_by    text not null,
    owner        {{int}} references person (id),
    decided      {{int}},
    decided_by   text not null default '',
    answer       text not null default '', -- the seller's, as the customer reads it
    check ((state = 'open') = (decided is null))
) {{strict}};
create unique index dispute_one on dispute (item) where state = 'open';
create index dispute_item on dispute (item, id);
create index dispute_customer on dispute (customer, id);
create index dispute_waiting on dispute (id) where state = 'open';
create index document_corrects on document (corrects, id) where corrects is not null;

create table dispute_step (
    dispute {{int}} not null references dispute (id),
    n       {{int}} not null,
    what    text not null check (what in ('open', 'owner', 'resolved', 'rejected', 'withdrawn')),
    at      {{int}} not null,
    actor   text not null,
    note    text not null default '',
    primary key (dispute, n)
) {{strict}};

-- What an ERP said before is its dispute.
insert into dispute (item, customer, amount_minor, currency, reason, origin, raised, raised_by)
select i.id, i.customer, i.disputed_minor, i.currency, 'other', 'erp', d.recorded, 'ERP'
  from item i join document d on d.id = i.document
 where i.disputed_minor > 0
 order by i.id;
insert into dispute_step (dispute, n, what, at, actor)
select id, 1, 'open', raised, raised_by from dispute;

-- sqlite:
create trigger dispute_fits before insert on dispute begin
    select case when exists (select 1 from dispute where id = new.id
                                or (item = new.item and state = 'open'))
        then raise(abort, 'disputes are never replaced') end;
    select case when new.state <> 'open' or not exists (
                     select 1 from item where id = new.item and kind = 'invoice'
                        and customer = new.customer and currency = new.currency
                        and open_minor >= new.amount_minor)
        then raise(abort, 'a dispute begins with what is open of an invoice') end; end;
create trigger dispute_begins after insert on dispute begin
    update item set disputed_minor = new.amount_minor where id = new.item; end;
create trigger dispute_keeps before update on dispute begin
    select case when old.state <> 'open' then raise(abort, 'a dispute ends once') end;
    select case when new.id <> old.id or new.item <> old.item or new.customer <> old.customer
                  or new.amount_minor <> old.amount_minor or new.currency <> old.currency
                  or new.reason <> old.reason or new.words <> old.words
                  or new.origin <> old.origin or new.raised <> old.raised
                  or new.raised_by <> old.raised_by
        then raise(abort, 'a dispute changes only in what became of it') end; end;
create trigger dispute_ends after update of state on dispute when new.state <> 'open' begin
    update item set disputed_minor = 0 where id = new.item; end;
create trigger dispute_stays before delete on dispute begin
    select raise(abort, 'disputes are never deleted'); end;
create trigger item_undisputed before insert on item when new.disputed_minor <> 0 begin
    select raise(abort, 'an item is disputed by a dispute'); end;
create trigger item_disputed before update of disputed_minor on item
when new.disputed_minor <> coalesce((select amount_minor from dispute
                                      where item = new.id and state = 'open'), 0) begin
    select raise(abort, 'what is disputed is what its open dispute says'); end;
create trigger dispute_step_keeps before update on dispute_step begin
    select raise(abort, 'what happened to a dispute does not change'); end;
create trigger dispute_step_stays before delete on dispute_step begin
    select raise(abort, 'what happened to a dispute is never deleted'); end;
create trigger dispute_step_once before insert on dispute_step
when exists (select 1 from dispute_step where dispute = new.dispute and n = new.n) begin
    select raise(abort, 'what happened to a dispute is never replaced'); end;
-- postgres:
create function dispute_fits() returns trigger language plpgsql as $$
begin
    if new.state <> 'open' or not exists (
           select 1 from item where id = new.item and kind = 'invoice'
              and customer = new.customer and currency = new.currency
              and open_minor >= new.amount_minor) then
        raise exception 'a dispute begins with what is open of an invoice'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create function dispute_keeps() returns trigger language plpgsql as $$
begin
    if old.state <> 'open' then
        raise exception 'a dispute ends once' using errcode = 'integrity_constraint_violation';
    end if;
    if (new.id, new.item, new.customer, new.amount_minor, new.currency, new.reason, new.words,
        new.origin, new.raised, new.raised_by)
           is distinct from (old.id, old.item, old.customer, old.amount_minor, old.currency,
                             old.reason, old.words, old.origin, old.raised, old.raised_by) then
        raise exception 'a dispute changes only in what became of it'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create function dispute_counts() returns trigger language plpgsql as $$
begin
    update item set disputed_minor = case when new.state = 'open' then new.amount_minor else 0 end
     where id = new.item;
    return null;
end $$;
create function item_disputed() returns trigger language plpgsql as $$
begin
    if new.disputed_minor <> coalesce((select amount_minor from dispute
                                        where item = new.id and state = 'open'), 0) then
        raise exception 'what is disputed is what its open dispute says'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger dispute_fits before insert on dispute for each row execute function dispute_fits();
create trigger dispute_keeps before update on dispute for each row
    execute function dispute_keeps();
create trigger dispute_begins after insert on dispute for each row
    execute function dispute_counts();
create trigger dispute_ends after update of state on dispute for each row
    when (new.state <> 'open') execute function dispute_counts();
create trigger dispute_stays before delete on dispute for each row
    execute function refuse('disputes are never deleted');
create trigger item_undisputed before insert on item for each row
    when (new.disputed_minor <> 0) execute function refuse('an item is disputed by a dispute');
create trigger item_disputed before update of disputed_minor on item for each row
    when (new.disputed_minor <> old.disputed_minor) execute function item_disputed();
create trigger dispute_step_keeps before update or delete on dispute_step for each row
    execute function refuse('what happened to a dispute does not change');
create trigger truncate_dispute before truncate on dispute
    execute function refuse('disputes are never deleted');
create trigger truncate_dispute_step before truncate on dispute_step
    execute function refuse('what happened to a dispute is never deleted');

-- down:
-- sqlite:
drop trigger dispute_step_once;
drop trigger dispute_step_stays;
drop trigger dispute_step_keeps;
drop trigger item_disputed;
drop trigger item_undisputed;
drop trigger dispute_stays;
drop trigger dispute_ends;
drop trigger dispute_keeps;
drop trigger dispute_begins;
drop trigger dispute_fits;
-- postgres:
drop trigger truncate_dispute_step on dispute_step;
drop trigger truncate_dispute on dispute;
drop trigger item_disputed on item;
drop trigger item_undisputed on item;
-- both:
drop table dispute_step;
drop index document_corrects;
drop table dispute;
-- postgres:
drop function item_disputed();
drop function dispute_counts();
drop function dispute_keeps();
drop function dispute_fits();
