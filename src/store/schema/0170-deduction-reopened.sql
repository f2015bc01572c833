-- A decision on a deduction can be taken back: a step of its own.
-- sqlite:
create table deduction_step_new (
    item         {{int}} not null references item (id),
    n            {{int}} not null,
    what         text not null check (what in ('note', 'owner', 'valid', 'invalid', 'partly',
                                               'reopened', 'undone')),
    at           {{int}} not null,
    actor        text not null,
    note         text not null default '',
    amount_minor {{int}} not null default 0, -- credited
    primary key (item, n)
) {{strict}};
insert into deduction_step_new select item, n, what, at, actor, note, amount_minor
                                 from deduction_step;
drop table deduction_step;
alter table deduction_step_new rename to deduction_step;
create trigger deduction_step_keeps before update on deduction_step begin
    select raise(abort, 'what happened to a deduction does not change'); end;
create trigger deduction_step_stays before delete on deduction_step begin
    select raise(abort, 'what happened to a deduction is never deleted'); end;
create trigger deduction_step_once before insert on deduction_step
when exists (select 1 from deduction_step where item = new.item and n = new.n) begin
    select raise(abort, 'what happened to a deduction is never replaced'); end;
create trigger deduction_step_happens after insert on deduction_step begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                           currency, who, words)
    select i.customer, new.at, 'invoice', 'deduction.' || new.what, i.id, null, null, i.number,
           i.amount_minor, i.currency, new.actor, new.note
      from item i where i.id = new.item and i.customer is not null; end;
-- postgres:
alter table deduction_step drop constraint deduction_step_what_check;
alter table deduction_step add constraint deduction_step_what_check
    check (what in ('note', 'owner', 'valid', 'invalid', 'partly', 'reopened', 'undone'));

-- down:
-- sqlite:
create table deduction_step_new (
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
insert into deduction_step_new
select item, n, case what when 'reopened' then 'undone' else what end, at, actor, note, amount_minor
  from deduction_step;
drop table deduction_step;
alter table deduction_step_new rename to deduction_step;
create trigger deduction_step_keeps before update on deduction_step begin
    select raise(abort, 'what happened to a deduction does not change'); end;
create trigger deduction_step_stays before delete on deduction_step begin
    select raise(abort, 'what happened to a deduction is never deleted'); end;
create trigger deduction_step_once before insert on deduction_step
when exists (select 1 from deduction_step where item = new.item and n = new.n) begin
    select raise(abort, 'what happened to a deduction is never replaced'); end;
create trigger deduction_step_happens after insert on deduction_step begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                           currency, who, words)
    select i.customer, new.at, 'invoice', 'deduction.' || new.what, i.id, null, null, i.number,
           i.amount_minor, i.currency, new.actor, new.note
      from item i where i.id = new.item and i.customer is not null; end;
-- postgres:
alter table deduction_step drop constraint deduction_step_what_check;
alter table deduction_step disable trigger deduction_step_keeps;
update deduction_step set what = 'undone' where what = 'reopened';
alter table deduction_step enable trigger deduction_step_keeps;
alter table deduction_step add constraint deduction_step_what_check
    check (what in ('note', 'owner', 'valid', 'invalid', 'partly', 'undone'));
