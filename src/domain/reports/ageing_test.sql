-- What the ledger itself says, without the sums that are kept.

-- gl_balance_then(currency text, as_of date, known i64)
--   one: balance i64
select cast(coalesce(sum(p.amount_minor), 0) as bigint)
  from posting p join entry e on e.id = p.entry
 where p.gl in ('1100', '1105', '1110', '2055') and p.currency = :currency
   and e.effective <= :as_of and e.recorded < :known;
