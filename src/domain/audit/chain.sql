-- The chain over the audit trail and the journal. across customers: all of them.

-- wait_rows(most i64)
--   many: id i64, kind text, row_id i64
select id, kind, row_id from seal_wait order by id limit :most;

-- Only what has its seal, whatever else came in between.
-- wait_end(first i64, last i64)
--   none
delete from seal_wait
 where id between :first and :last
   and exists (select 1 from seal s where s.kind = seal_wait.kind and s.row_id = seal_wait.row_id);

-- seal_last()
--   maybe: n i64, hash text
select n, hash from seal where n = (select max(n) from seal);

-- seal_insert(n i64, kind text, row_id i64, hash text)
--   none
insert into seal (n, kind, row_id, hash) values (:n, :kind, :row_id, :hash);

-- audit_waiting(first i64, last i64)
--   many: place i64, id i64, at i64, actor_kind text, actor i64, actor_name text, action text,
--         object_kind text, object i64, before text, after text, request text, address text
select w.id, a.id, a.at, a.actor_kind, coalesce(a.actor, 0), a.actor_name, a.action, a.object_kind,
       a.object, coalesce(a.before, ''), coalesce(a.after, ''), a.request, a.address
  from seal_wait w join audit a on a.id = w.row_id
 where w.id between :first and :last and w.kind = 'audit'
 order by w.id;

-- The kind is not to be looked up: a page is a stretch of the chain, by its numbers.
-- audit_sealed(first i64, last i64)
--   many: place i64, id i64, at i64, actor_kind text, actor i64, actor_name text, action text,
--         object_kind text, object i64, before text, after text, request text, address text
select s.n, a.id, a.at, a.actor_kind, coalesce(a.actor, 0), a.actor_name, a.action, a.object_kind,
       a.object, coalesce(a.before, ''), coalesce(a.after, ''), a.request, a.address
  from seal s join audit a on a.id = s.row_id
 where s.n between :first and :last and s.kind || '' = 'audit'
 order by s.n;

-- entry_waiting(first i64, last i64)
--   many: place i64, id i64, entity i64, kind text, effective date, recorded i64, idem text,
--         document i64, payment i64, reverses i64, actor text, note text
select w.id, e.id, e.entity, e.kind, e.effective, e.recorded, e.idem, coalesce(e.document, 0),
       coalesce(e.payment, 0), coalesce(e.reverses, 0), e.actor, e.note
  from seal_wait w join entry e on e.id = w.row_id
 where w.id between :first and :last and w.kind = 'entry'
 order by w.id;

-- entry_sealed(first i64, last i64)
--   many: place i64, id i64, entity i64, kind text, effective date, recorded i64, idem text,
--         document i64, payment i64, reverses i64, actor text, note text
select s.n, e.id, e.entity, e.kind, e.effective, e.recorded, e.idem, coalesce(e.document, 0),
       coalesce(e.payment, 0), coalesce(e.reverses, 0), e.actor, e.note
  from seal s join entry e on e.id = s.row_id
 where s.n between :first and :last and s.kind || '' = 'entry'
 order by s.n;

-- posting_waiting(first i64, last i64)
--   many: place i64, n i64, gl text, account i64, item i64, amount money
select w.id, p.n, p.gl, coalesce(p.account, 0), coalesce(p.item, 0), p.amount_minor, p.currency
  from seal_wait w join posting p on p.entry = w.row_id
 where w.id between :first and :last and w.kind = 'entry'
 order by w.id, p.n;

-- posting_sealed(first i64, last i64)
--   many: place i64, n i64, gl text, account i64, item i64, amount money
select s.n, p.n, p.gl, coalesce(p.account, 0), coalesce(p.item, 0), p.amount_minor, p.currency
  from seal s join posting p on p.entry = s.row_id
 where s.n between :first and :last and s.kind || '' = 'entry'
 order by s.n, p.n;

-- seal_page(after i64, most i64)
--   many: n i64, kind text, row_id i64, hash text
select n, kind, row_id, hash from seal where n > :after order by n limit :most;

-- seal_at(n i64)
--   maybe: hash text
select hash from seal where n = :n;

-- seal_missing_audit()
--   many: id i64
select id from audit a
 where not exists (select 1 from seal s where s.kind = 'audit' and s.row_id = a.id)
   and not exists (select 1 from seal_wait w where w.kind = 'audit' and w.row_id = a.id)
 order by id limit 100;

-- seal_missing_entry()
--   many: id i64
select id from entry e
 where posted
   and not exists (select 1 from seal s where s.kind = 'entry' and s.row_id = e.id)
   and not exists (select 1 from seal_wait w where w.kind = 'entry' and w.row_id = e.id)
 order by id limit 100;

-- seal_waiting()
--   one: count i64
select count(*) from seal_wait;

-- checkpoint_insert(n i64, at i64, hash text, key text, signature text)
--   none
insert into seal_checkpoint (n, at, hash, key, signature)
values (:n, :at, :hash, :key, :signature);

-- checkpoint_last()
--   maybe: n i64, at i64, hash text, key text, signature text
select n, at, hash, key, signature from seal_checkpoint order by n desc limit 1;

-- checkpoint_page(after i64, most i64)
--   many: n i64, at i64, hash text, key text, signature text
select n, at, hash, key, signature from seal_checkpoint where n > :after order by n limit :most;
