-- What only the ledger's cases ask.

-- case_item(number text)
--   one: id i64
select id from item where number = :number;

-- case_balance(gl text, currency text)
--   one: balance i64
select cast(coalesce(sum(amount_minor), 0) as bigint) from posting
 where gl = :gl and currency = :currency;

-- How many such jobs wait, and when the first of them is due (0: there is none).
-- case_jobs(kind text, subject i64)
--   one: count i64, due i64
select count(*), cast(coalesce(min(due_at), 0) as bigint) from job
 where kind = :kind and subject = :subject;

-- case_audits(action text, object i64)
--   one: count i64
select count(*) from audit where action = :action and object = :object;
