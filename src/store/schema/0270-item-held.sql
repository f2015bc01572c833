-- What a payment holds, few among many, stands in a table of its own that the item's triggers keep.
-- Two indexes of the items asked "reserved_minor > 0" before: with them PostgreSQL wrote an item that
-- was reserved anew in all of its thirty indexes, of which not one had changed. Now it changes in
-- its place; each page of the items keeps some room for that. `quittance verify` compares the two.
drop index item_held;
drop index item_processing;

-- An item keeps its customer, currency and date. Nothing refers to the item: PostgreSQL would lock
-- and write it once more to be sure that it stays, which its own triggers see to.
-- sqlite:
create table item_held (
    id       integer not null,
    customer integer,
    currency text not null,
    due      text not null,
    primary key (currency, due, id)
) strict, without rowid;
-- postgres:
create table item_held (
    id       bigint not null,
    customer bigint,
    currency text not null,
    due      date not null,
    primary key (currency, due, id)
);
alter table item set (fillfactor = 85);
-- Few rows, each written anew with every posting. They are found by the index itself: a bitmap of it
-- does not forget the rows that are dead, and reads hundreds of them for one customer's counts.
alter table item_tally set (fillfactor = 50);
alter table open_sum set (fillfactor = 50);
alter function item_tallies() set enable_bitmapscan = off;
alter function item_sums() set enable_bitmapscan = off;
-- both:
create index item_held_of on item_held (customer, currency, due, id);
insert into item_held (id, customer, currency, due)
select id, customer, currency, due from item where reserved_minor > 0;

-- sqlite:

create trigger item_holds after update of reserved_minor on item
when new.reserved_minor > 0 and old.reserved_minor = 0 begin
    insert into item_held (id, customer, currency, due)
    values (new.id, new.customer, new.currency, new.due); end;
create trigger item_frees after update of reserved_minor on item
when new.reserved_minor = 0 and old.reserved_minor > 0 begin
    delete from item_held where currency = new.currency and due = new.due and id = new.id; end;

-- postgres:

create function item_holds() returns trigger language plpgsql as $$
begin
    insert into item_held (id, customer, currency, due)
    values (new.id, new.customer, new.currency, new.due);
    return null;
end $$;
create function item_frees() returns trigger language plpgsql as $$
begin
    delete from item_held where currency = new.currency and due = new.due and id = new.id;
    return null;
end $$;

create trigger item_holds after update of reserved_minor on item for each row
    when (new.reserved_minor > 0 and old.reserved_minor = 0) execute function item_holds();
create trigger item_frees after update of reserved_minor on item for each row
    when (new.reserved_minor = 0 and old.reserved_minor > 0) execute function item_frees();

-- down:
-- sqlite:
drop trigger item_frees;
drop trigger item_holds;
-- postgres:
drop trigger item_frees on item;
drop trigger item_holds on item;
drop function item_frees();
drop function item_holds();
alter function item_sums() reset enable_bitmapscan;
alter function item_tallies() reset enable_bitmapscan;
alter table open_sum reset (fillfactor);
alter table item_tally reset (fillfactor);
alter table item reset (fillfactor);
-- both:
drop table item_held;
create index item_held on item (currency, due, id) where reserved_minor > 0;
create index item_processing on item (customer, currency, due, id) where reserved_minor > 0;
