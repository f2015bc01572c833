-- All that makes the books, in one order: see ledger_root().

-- root_entries()
--   each: id i64, entity i64, kind text, effective date, recorded i64, idem text, document i64?,
--         payment i64?, reverses i64?, actor text, note text
select id, entity, kind, effective, recorded, idem, document, payment, reverses, actor, note
  from entry order by id;

-- root_postings()
--   each: entry i64, n i64, gl text, account i64?, item i64?, amount money
select entry, n, gl, account, item, amount_minor, currency from posting order by entry, n;

-- root_allocations()
--   each: id i64, entry i64, account i64, from_item i64, to_item i64, amount_minor i64,
--         recorded i64, reverses i64?, rule text
select id, entry, account, from_item, to_item, amount_minor, recorded, reverses, rule
  from allocation order by id;
