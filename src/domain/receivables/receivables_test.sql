-- currency_units()
--   many: currency text, unit i64
select currency, unit from currency_unit order by currency;

-- item_places(document i64)
--   many: n i64, number text
select n, number from item where document = :document order by id;
