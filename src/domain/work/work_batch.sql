-- Batches: what one person did by one command.

-- batch_add(kind text, state text, entity i64?, item i64?, payment i64?, customer i64?, person i64?,
--     actor text, now i64, detail text, note text)
--   one: id i64
insert into batch (kind, state, entity, item, payment, customer, person, actor, recorded, detail,
                   note)
values (:kind, :state, :entity, :item, :payment, :customer, :person, :actor, :now, :detail, :note)
returning id;

-- batch_entry_add(batch i64, entry i64)
--   none
insert into batch_entry (batch, entry) values (:batch, :entry);

-- batch_state_set(id i64, from_state text, to_state text, undone i64?, undone_by text, why text)
--   many: id i64
update batch set state = :to_state, undone = :undone, undone_by = :undone_by, why = :why
 where id = :id and state = :from_state
returning id;

-- batch_line_add(batch i64, item i64?, document i64?, payment i64?, customer i64?, dispute i64?,
--     was i64?, hold i64?, was_hold i64?, number text, amount money, what text, state text,
--     problem text)
--   none
insert into batch_row (batch, n, item, document, payment, customer, dispute, was, hold, was_hold,
                       number, amount_minor, currency, what, state, problem)
select :batch, coalesce(max(n), 0) + 1, :item, :document, :payment, :customer, :dispute, :was,
       :hold, :was_hold, :number, :amount_minor, :amount_currency, :what, :state, :problem
  from batch_row where batch = :batch;

-- batch_line_set(batch i64, n i64, state text, problem text)
--   none
update batch_row set state = :state, problem = :problem where batch = :batch and n = :n;

-- batch_lines(batch i64, after i64, waiting bool, limit i64)
--   many: n i64, item i64?, document i64?, payment i64?, customer i64?, dispute i64?, was i64?,
--     was_name text, hold i64?, was_hold i64?, customer_name text, number text, amount money,
--     what text, state text, problem text
select r.n, r.item, r.document, r.payment, r.customer, r.dispute, r.was, coalesce(p.name, ''),
       r.hold, r.was_hold, coalesce(c.name, ''), r.number, r.amount_minor, r.currency, r.what,
       r.state, r.problem
  from batch_row r
  left join person p on p.id = r.was
  left join customer c on c.id = r.customer
 where r.batch = :batch and r.n > :after and (not :waiting or r.state = 'waiting')
 order by r.n limit :limit;

-- batch_heads(id i64?, payment i64?)
--   many: id i64, kind text, state text, entity i64?, item i64?, payment i64?, customer i64?,
--     person i64?, actor text, recorded i64, detail text, note text, undone i64?, undone_by text,
--     why text, rows i64, refused i64, left i64, entries i64
select b.id, b.kind, b.state, b.entity, b.item, b.payment, b.customer, b.person, b.actor,
       b.recorded, b.detail, b.note, b.undone, b.undone_by, b.why,
       (select count(*) from batch_row r where r.batch = b.id),
       (select count(*) from batch_row r where r.batch = b.id and r.state = 'refused'),
       (select count(*) from batch_row r where r.batch = b.id and r.state = 'waiting'),
       (select count(*) from batch_entry e where e.batch = b.id)
  from batch b
 where b.id in (select id from batch where id = :id
                union select id from batch where payment = :payment
                union select batch from batch_row where payment = :payment)
 order by b.id desc;

-- batch_page(below i64, limit i64)
--   many: as batch_heads
select b.id, b.kind, b.state, b.entity, b.item, b.payment, b.customer, b.person, b.actor,
       b.recorded, b.detail, b.note, b.undone, b.undone_by, b.why,
       (select count(*) from batch_row r where r.batch = b.id),
       (select count(*) from batch_row r where r.batch = b.id and r.state = 'refused'),
       (select count(*) from batch_row r where r.batch = b.id and r.state = 'waiting'),
       (select count(*) from batch_entry e where e.batch = b.id)
  from batch b where b.id < :below
 order by b.id desc limit :limit;

-- batch_entry_of(entry i64)
--   maybe: batch i64
select batch from batch_entry where entry = :entry;

-- batch_entry_rows(batch i64)
--   many: entry i64, kind text, reversed bool
select e.id, e.kind, exists (select 1 from entry r where r.reverses = e.id)
  from batch_entry b join entry e on e.id = b.entry
 where b.batch = :batch order by e.id desc;
