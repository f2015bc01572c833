-- The journal, newest entry first.

-- journal_ids(from_day date, to_day date, below i64, limit i64)
--   many: id i64
select id from entry
 where effective between :from_day and :to_day and posted and id < :below
 order by id desc limit :limit;

-- journal_rows(from_day date, to_day date, below i64, lowest i64)
--   many: entry i64, n i64, kind text, effective date, recorded i64, gl text, gl_name text,
--     item i64?, item_number text, document i64?, payment i64?, reverses i64?, note text,
--     actor text, amount money
select e.id, p.n, e.kind, e.effective, e.recorded, p.gl, g.name, p.item, coalesce(i.number, ''),
       e.document, e.payment, e.reverses, e.note, e.actor, p.amount_minor, p.currency
  from entry e
  join posting p on p.entry = e.id
  join gl_account g on g.code = p.gl
  left join item i on i.id = p.item
 where e.effective between :from_day and :to_day and e.posted and e.id < :below and e.id >= :lowest
 order by e.id desc, p.n;
