-- currency_units()
--   many: currency text, unit i64
select currency, unit from currency_unit order by currency;
