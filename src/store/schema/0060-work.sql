-- What the receivables team decides by hand: money applied, deductions answered, and acts over many
-- rows at once. A batch is who did what and when; its entries can be turned round together.

-- How an entity works: what waits too long, and what may be written off by whom.
create table work_rule (
    entity                {{int}} primary key references entity (id),
    unapplied_days        {{int}} not null check (unapplied_days between 0 and 365),
    clerk_off_minor       {{int}} not null check (clerk_off_minor >= 0),
    manager_off_minor     {{int}} not null check (manager_off_minor >= clerk_off_minor),
    discount_reduces_tax  {{bool}} not null
) {{strict}};

create table batch (
    id        {{id}},
    kind      text not null,
    state     text not null check (state in ('waiting', 'done', 'undone')),
    entity    {{int}} references entity (id),
    item      {{int}} references item (id), -- the money or credit that was applied
    payment   {{int}} references payment (id),
    customer  {{int}} references customer (id),
    person    {{int}},
    actor     text not null,
    recorded  {{int}} not null,
    detail    text not null default '',     -- what was chosen: JSON, by kind
    note      text not null default '',
    undone    {{int}},
    undone_by text not null default '',
    why       text not null default ''      -- it was undone
) {{strict}};
create index batch_payment on batch (payment, id) where payment is not null;

-- One row of a list, and what became of it.
create table batch_row (
    batch        {{int}} not null references batch (id),
    n            {{int}} not null,
    item         {{int}} references item (id),
    document     {{int}} references document (id),
    payment      {{int}} references payment (id),
    customer     {{int}} references customer (id),
    number       text not null,
    amount_minor {{int}} not null,
    currency     text not null,
    state        text not null check (state in ('waiting', 'done', 'refused')),
    problem      text not null default '',
    primary key (batch, n)
) {{strict}};

create table batch_entry (
    entry {{int}} primary key references entry (id),
    batch {{int}} not null references batch (id)
) {{strict}};
create index batch_entry_batch on batch_entry (batch, entry);

-- Deductions: who looks after one, and every step until it is answered.
alter table deduction add column owner {{int}} references person (id);
alter table deduction add column credit {{int}} references document (id);

create table deduction_step (
    item         {{int}} not null references item (id),
    n            {{int}} not null,
    what         text not null check (what in ('note', 'owner', 'valid', 'invalid', 'partly',
                                               'undone')),
    at           {{int}} not null,
    actor        text not null,
    note         text not null default '',
    amount_minor {{int}} not null default 0, -- credited
    primary key (item, n)
) {{strict}};

-- sqlite:
create trigger batch_stays before delete on batch begin
    select raise(abort, 'batches are never deleted'); end;
create trigger batch_keeps before update on batch begin
    select case when new.id <> old.id or new.kind <> old.kind or new.person is not old.person
                  or new.actor <> old.actor or new.recorded <> old.recorded
                  or new.detail <> old.detail or new.item is not old.item
                  or new.payment is not old.payment or old.state = 'undone'
        then raise(abort, 'a batch changes only by being done and undone') end; end;
create trigger batch_once before insert on batch
when exists (select 1 from batch where id = new.id) begin
    select raise(abort, 'batches are never replaced'); end;
create trigger batch_entry_keeps before update on batch_entry begin
    select raise(abort, 'what a batch posted does not change'); end;
create trigger batch_entry_stays before delete on batch_entry begin
    select raise(abort, 'what a batch posted is never deleted'); end;
create trigger batch_row_stays before delete on batch_row begin
    select raise(abort, 'the rows of a batch are never deleted'); end;
create trigger deduction_step_keeps before update on deduction_step begin
    select raise(abort, 'what happened to a deduction does not change'); end;
create trigger deduction_step_stays before delete on deduction_step begin
    select raise(abort, 'what happened to a deduction is never deleted'); end;
create trigger deduction_step_once before insert on deduction_step
when exists (select 1 from deduction_step where item = new.item and n = new.n) begin
    select raise(abort, 'what happened to a deduction is never replaced'); end;
-- postgres:
create function batch_keeps() returns trigger language plpgsql as $$
begin
    if (new.id, new.kind, new.person, new.actor, new.recorded, new.detail, new.item, new.payment)
           is distinct from (old.id, old.kind, old.person, old.actor, old.recorded, old.detail,
                             old.item, old.payment) or old.state = 'undone' then
        raise exception 'a batch changes only by being done and undone'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger batch_keeps before update on batch for each row execute function batch_keeps();
create trigger batch_stays before delete on batch for each row
    execute function refuse('batches are never deleted');
create trigger batch_entry_keeps before update or delete on batch_entry for each row
    execute function refuse('what a batch posted does not change');
create trigger batch_row_stays before delete on batch_row for each row
    execute function refuse('the rows of a batch are never deleted');
create trigger deduction_step_keeps before update or delete on deduction_step for each row
    execute function refuse('what happened to a deduction does not change');
create trigger truncate_batch before truncate on batch
    execute function refuse('batches are never deleted');
create trigger truncate_batch_entry before truncate on batch_entry
    execute function refuse('what a batch posted is never deleted');
create trigger truncate_deduction_step before truncate on deduction_step
    execute function refuse('what happened to a deduction is never deleted');

-- down:
-- sqlite:
drop trigger deduction_step_once;
drop trigger deduction_step_stays;
drop trigger deduction_step_keeps;
-- postgres:
drop trigger truncate_deduction_step on deduction_step;
-- both:
drop table deduction_step;
alter table deduction drop column credit;
alter table deduction drop column owner;
drop table batch_entry;
drop table batch_row;
drop table batch;
drop table work_rule;
-- postgres:
drop function batch_keeps();
