-- How many items a customer has of each kind that a tab counts: kept with every posting, in its
-- transaction, so that a list costs the same however much a customer has paid in all the years.
-- What is overdue depends on the day, and is counted from its index. `quittance verify` derives
-- all of it again.
create table item_tally (
    customer   {{int}} primary key references customer (id),
    open       {{int}} not null check (open >= 0),
    credits    {{int}} not null check (credits >= 0), -- of the open ones
    processing {{int}} not null check (processing >= 0),
    disputed   {{int}} not null check (disputed >= 0),
    paid       {{int}} not null check (paid >= 0), -- invoices
    used       {{int}} not null check (used >= 0)  -- credit notes
) {{strict}};

insert into item_tally (customer, open, credits, processing, disputed, paid, used)
select customer, sum(case when open_minor > 0 then 1 else 0 end),
       sum(case when open_minor > 0 and side = -1 then 1 else 0 end),
       sum(case when reserved_minor > 0 then 1 else 0 end),
       sum(case when open_minor > 0 and disputed_minor > 0 then 1 else 0 end),
       sum(case when open_minor = 0 and kind = 'invoice' then 1 else 0 end),
       sum(case when open_minor = 0 and kind = 'credit_note' then 1 else 0 end)
  from item
 where customer is not null and kind in ('invoice', 'credit_note', 'payment')
 group by customer;

-- sqlite:

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

-- postgres:

-- What this state of an item counts for: in the order of the table's columns.
create function item_marks(i item) returns int[] language sql immutable as $$
    select array[(i.debit_minor <> i.credit_minor)::int,
                 (i.side = -1 and i.debit_minor <> i.credit_minor)::int,
                 (i.reserved_minor > 0)::int,
                 (i.disputed_minor > 0 and i.debit_minor <> i.credit_minor)::int,
                 (i.kind = 'invoice' and i.debit_minor = i.credit_minor)::int,
                 (i.kind = 'credit_note' and i.debit_minor = i.credit_minor)::int]
$$;

create function item_tallies() returns trigger language plpgsql as $$
declare
    now_marks int[] := item_marks(new);
    was_marks int[] := array[0, 0, 0, 0, 0, 0];
begin
    if tg_op = 'INSERT' then
        insert into item_tally (customer, open, credits, processing, disputed, paid, used)
        values (new.customer, 0, 0, 0, 0, 0, 0) on conflict do nothing;
    else
        was_marks := item_marks(old);
    end if;
    if now_marks <> was_marks then
        update item_tally
           set open = open + now_marks[1] - was_marks[1],
               credits = credits + now_marks[2] - was_marks[2],
               processing = processing + now_marks[3] - was_marks[3],
               disputed = disputed + now_marks[4] - was_marks[4],
               paid = paid + now_marks[5] - was_marks[5],
               used = used + now_marks[6] - was_marks[6]
         where customer = new.customer;
    end if;
    return null;
end $$;

create trigger item_tallied after insert on item for each row
    when (new.customer is not null and new.kind in ('invoice', 'credit_note', 'payment'))
    execute function item_tallies();
create trigger item_tallies
    after update of debit_minor, credit_minor, reserved_minor, disputed_minor on item for each row
    when (new.customer is not null and new.kind in ('invoice', 'credit_note', 'payment'))
    execute function item_tallies();

-- down:
-- sqlite:
drop trigger item_tallies;
drop trigger item_tallied;
-- postgres:
drop trigger item_tallies on item;
drop trigger item_tallied on item;
drop function item_tallies();
drop function item_marks(item);
-- both:
drop table item_tally;
