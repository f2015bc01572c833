-- Looking for items by what people know of them. `low` and `high` are the first and the last text
-- that begin with what was typed, in lower case; amounts are in ten-thousandths (currency_unit).
-- "cross join" makes SQLite go through the currencies, and not through the items.

-- items_sought(low text, high text, one i64, other i64, most i64)
--   many: item i64
select id from (select i.id as id from item i
                 where i.find_number >= :low and i.find_number < :high
                   and i.kind in ('invoice', 'credit_note', 'payment') limit :most) its_1
union
select id from (select i.id as id from document d join item i on i.document = d.id
                 where d.po <> '' and d.find_po >= :low and d.find_po < :high limit :most) its_2
union
select id from (select i.id as id from document d join item i on i.document = d.id
                 where d.order_ref <> '' and d.find_order >= :low and d.find_order < :high
                 limit :most) its_3
union
select id from (select i.id as id from document d join item i on i.document = d.id
                 where d.delivery <> '' and d.find_delivery >= :low and d.find_delivery < :high
                 limit :most) its_4
union
select id from (select i.id as id from currency_unit u cross join item i
                 where :one > 0 and :one % u.unit = 0 and i.amount_minor = :one / u.unit
                   and i.currency = u.currency limit :most) its_5
union
select id from (select i.id as id from currency_unit u cross join item i
                 where :other > 0 and :other % u.unit = 0 and i.amount_minor = :other / u.unit
                   and i.currency = u.currency limit :most) its_6
union
select id from (select i.id as id from currency_unit u cross join item i
                 where :one > 0 and :one % u.unit = 0 and i.open_minor = :one / u.unit
                   and i.currency = u.currency and i.open_minor > 0 limit :most) its_7
union
select id from (select i.id as id from currency_unit u cross join item i
                 where :other > 0 and :other % u.unit = 0 and i.open_minor = :other / u.unit
                   and i.currency = u.currency and i.open_minor > 0 limit :most) its_8;
