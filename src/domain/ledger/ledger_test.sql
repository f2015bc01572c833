-- What only the ledger's cases ask.

-- case_item(number text)
--   one: id i64
select id from item where number = :number;

-- case_balance(gl text, currency text)
--   one: balance i64
select cast(coalesce(sum(amount_minor), 0) as bigint) from posting
 where gl = :gl and currency = :currency;
