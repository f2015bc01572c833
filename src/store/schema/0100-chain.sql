-- A hash chain over the audit trail and the journal: each row that was written is sealed in the
-- order it was found in, each seal covers the row and the seal before it. Checkpoints are signed,
-- and kept outside as well, so that a chain made anew from its start shows.

-- Rows that wait to be sealed, written with them by the triggers below.
create table seal_wait (
    id     {{id}},
    kind   text not null check (kind in ('audit', 'entry')),
    row_id {{int}} not null
) {{strict}};

create table seal (
    n      {{int}} primary key,         -- 1, 2, 3 ... without a gap
    kind   text not null check (kind in ('audit', 'entry')),
    row_id {{int}} not null,
    hash   text not null,               -- BLAKE2b-256 of the seal before and of the row, in hex
    unique (kind, row_id)
) {{strict}};

create table seal_checkpoint (
    n         {{int}} primary key references seal (n),
    at        {{int}} not null,
    hash      text not null,
    key       text not null,            -- Ed25519, in hex: as is the signature
    signature text not null
) {{strict}};

insert into seal_wait (kind, row_id) select 'audit', id from audit order by id;
insert into seal_wait (kind, row_id) select 'entry', id from entry where posted order by id;

-- sqlite:
create trigger audit_waits after insert on audit begin
    insert into seal_wait (kind, row_id) values ('audit', new.id); end;
create trigger entry_waits after update of posted on entry when new.posted and not old.posted begin
    insert into seal_wait (kind, row_id) values ('entry', new.id); end;
create trigger seal_keeps before update on seal begin
    select raise(abort, 'a seal does not change'); end;
create trigger seal_stays before delete on seal begin
    select raise(abort, 'seals are never deleted'); end;
create trigger seal_once before insert on seal
when exists (select 1 from seal where n = new.n or (kind = new.kind and row_id = new.row_id)) begin
    select raise(abort, 'seals are never replaced'); end;
create trigger seal_checkpoint_keeps before update on seal_checkpoint begin
    select raise(abort, 'a checkpoint does not change'); end;
create trigger seal_checkpoint_stays before delete on seal_checkpoint begin
    select raise(abort, 'checkpoints are never deleted'); end;
create trigger seal_checkpoint_once before insert on seal_checkpoint
when exists (select 1 from seal_checkpoint where n = new.n) begin
    select raise(abort, 'checkpoints are never replaced'); end;
-- postgres:
create function audit_waits() returns trigger language plpgsql as $$
begin
    insert into seal_wait (kind, row_id) values ('audit', new.id);
    return null;
end
$$;
create trigger audit_waits after insert on audit for each row execute function audit_waits();
create function entry_waits() returns trigger language plpgsql as $$
begin
    insert into seal_wait (kind, row_id) values ('entry', new.id);
    return null;
end
$$;
create trigger entry_waits after update of posted on entry
    for each row when (new.posted and not old.posted) execute function entry_waits();
create function seal_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'seals do not change';
end
$$;
create trigger seal_no_change before update or delete or truncate on seal
    for each statement execute function seal_refuse();
create trigger seal_checkpoint_no_change before update or delete or truncate on seal_checkpoint
    for each statement execute function seal_refuse();
-- both:

-- down:
-- sqlite:
drop trigger audit_waits;
drop trigger entry_waits;
-- postgres:
drop trigger audit_waits on audit;
drop trigger entry_waits on entry;
-- both:
drop table seal_checkpoint;
drop table seal;
drop table seal_wait;
-- postgres:
drop function audit_waits();
drop function entry_waits();
drop function seal_refuse();
