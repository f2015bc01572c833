-- Acts over many items.

-- bulk_credit_rows(customer i64, currency text, account i64)
--   many: item i64, free money
select id, open_minor - reserved_minor, currency
  from item
 where customer = :customer and currency = :currency and open_minor > 0 and account = :account
   and side = -1 and open_minor > reserved_minor
 order by issued, id;
