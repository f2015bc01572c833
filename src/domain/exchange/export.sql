-- Batches for the ERP. What goes into one is chosen once, and read from what never changes.

-- export_waiting_count(entity i64?, everything bool)
--   one: entries i64
select count(*)
  from entry e left join payment p on p.id = e.payment
 where e.posted and (:entity is null or e.entity = :entity)
   and (:everything or (e.kind not in ('invoice', 'credit_note')
        and not (e.kind in ('payment', 'allocation') and coalesce(p.method, '') = 'imported')))
   and not exists (select 1 from export_entry x where x.entry = e.id);

-- export_choose(batch i64, entity i64?, everything bool, most i64)
--   many: entry i64
insert into export_entry (entry, batch)
select e.id, :batch
  from entry e left join payment p on p.id = e.payment
 where e.posted and (:entity is null or e.entity = :entity)
   and (:everything or (e.kind not in ('invoice', 'credit_note')
        and not (e.kind in ('payment', 'allocation') and coalesce(p.method, '') = 'imported')))
   and not exists (select 1 from export_entry x where x.entry = e.id)
 order by e.id
 limit :most
returning entry;

-- export_batch_add(format text, entity i64?, created i64, actor text)
--   one: id i64
insert into export_batch (id, format, entity, entries, created, actor)
select coalesce(max(id), 0) + 1, :format, :entity, 0, :created, :actor from export_batch
returning id;

-- export_batch_count(id i64, entries i64)
--   none
update export_batch set entries = :entries where id = :id;

-- export_batch_drop(id i64)
--   none
delete from export_batch where id = :id and entries = 0;

-- export_batch_rows(first i64, last i64, most i64)
--   many: id i64, entity i64?, entity_code text, entries i64, created i64, actor text,
--     acknowledged i64?, erp_reference text
select b.id, b.entity, coalesce(s.code, ''), b.entries, b.created, b.actor, b.acknowledged,
       b.erp_reference
  from export_batch b left join entity s on s.id = b.entity
 where b.id between :first and :last
 order by b.id desc
 limit :most;

-- export_batch_confirm(id i64, now i64, erp_reference text)
--   many: id i64
update export_batch set acknowledged = :now, erp_reference = :erp_reference
 where id = :id and acknowledged is null
returning id;

-- export_posting_rows(batch i64)
--   many: entry i64, kind text, effective date, recorded i64, entity text, n i64, gl text,
--     customer text, item i64?, item_kind text, item_number text, instalment i64?, document text,
--     amount money, payment text, method text, reference text, bank_ref text, note text, reverses i64?
select e.id, e.kind, e.effective, e.recorded, s.code, p.n, p.gl, coalesce(c.number, ''), p.item,
       coalesce(i.kind, ''), coalesce(i.number, ''), i.n, coalesce(d.number, ''),
       p.amount_minor, p.currency,
       coalesce(m.number, ''), coalesce(m.method, ''), coalesce(m.reference, ''),
       coalesce(m.bank_ref, ''), e.note, e.reverses
  from export_entry x
  join entry e on e.id = x.entry
  join entity s on s.id = e.entity
  join posting p on p.entry = e.id
  left join item i on i.id = p.item
  left join document d on d.id = i.document
  left join account a on a.id = p.account
  left join customer c on c.id = a.customer
  left join payment m on m.id = e.payment
 where x.batch = :batch
 order by e.id, p.n;

-- export_allocation_rows(batch i64)
--   many: entry i64, from_item i64, to_item i64, from_kind text, from_number text,
--     from_instalment i64, to_kind text, to_number text, to_instalment i64, reverses i64?
select a.entry, a.from_item, a.to_item, f.kind, f.number, f.n, t.kind, t.number, t.n, r.entry
  from export_entry x
  join allocation a on a.entry = x.entry
  join item f on f.id = a.from_item
  join item t on t.id = a.to_item
  left join allocation r on r.id = a.reverses
 where x.batch = :batch
 order by a.entry, a.id;

-- The same of one payment, for its payer: what stands on their own account, and nothing of the seller's.
-- export_payment_rows(payment i64, customer i64)
--   many: as export_posting_rows
select e.id, e.kind, e.effective, e.recorded, s.code, p.n, p.gl, c.number, p.item,
       coalesce(i.kind, ''), coalesce(i.number, ''), i.n, coalesce(d.number, ''),
       p.amount_minor, p.currency, m.number, m.method, m.reference, m.bank_ref, e.note, e.reverses
  from entry e
  join entity s on s.id = e.entity
  join payment m on m.id = e.payment
  join posting p on p.entry = e.id
  join account a on a.id = p.account
  join customer c on c.id = a.customer
  left join item i on i.id = p.item
  left join document d on d.id = i.document
 where e.payment = :payment and e.posted and a.customer = :customer
 order by e.id, p.n;

-- export_payment_allocation_rows(payment i64)
--   many: as export_allocation_rows
select a.entry, a.from_item, a.to_item, f.kind, f.number, f.n, t.kind, t.number, t.n, r.entry
  from entry e
  join allocation a on a.entry = e.id
  join item f on f.id = a.from_item
  join item t on t.id = a.to_item
  left join allocation r on r.id = a.reverses
 where e.payment = :payment and e.posted
 order by a.entry, a.id;
