-- The console's search. PostgreSQL compares texts by its language; the beginning of a number is
-- compared byte by byte there.

-- found_items(low text, high text, po text, limit i64)
--   many: item i64, customer i64?, customer_name text, kind text, number text, due date, side i64,
--     amount money, open money
select i.id, i.customer, coalesce(c.name, ''), i.kind, i.number, i.due, i.side, i.amount_minor,
       i.currency, i.open_minor, i.currency
  from (select * from (select id from item where lower(number) >= :low and lower(number) < :high
                        order by lower(number), id limit :limit) by_number
         union
        select i.id from document d join item i on i.document = d.id
         where d.po = :po and d.po <> '') hit
  join item i on i.id = hit.id
  left join customer c on c.id = i.customer
 where i.kind in ('invoice', 'credit_note')
 order by i.open_minor > 0 desc, i.due desc, i.id desc
 limit :limit
-- postgres: texts are compared byte by byte, as its index holds them
select i.id, i.customer, coalesce(c.name, ''), i.kind, i.number, i.due, i.side, i.amount_minor,
       i.currency, i.open_minor, i.currency
  from (select * from (select id from item where lower(number) ~>=~ :low and lower(number) ~<~ :high
                        order by lower(number) using ~<~, id limit :limit) by_number
         union
        select i.id from document d join item i on i.document = d.id
         where d.po = :po and d.po <> '') hit
  join item i on i.id = hit.id
  left join customer c on c.id = i.customer
 where i.kind in ('invoice', 'credit_note')
 order by i.open_minor > 0 desc, i.due desc, i.id desc
 limit :limit;

-- An amount is looked for in ten-thousandths, and each currency has one of four smallest units.
-- found_item_amounts(one i64, other i64, limit i64)
--   many: as found_items
select i.id, i.customer, coalesce(c.name, ''), i.kind, i.number, i.due, i.side, i.amount_minor,
       i.currency, i.open_minor, i.currency
  from (select id from item
         where amount_minor in (:one, :one / 10, :one / 100, :one / 10000,
                                :other, :other / 10, :other / 100, :other / 10000)
         union
        select id from item
         where open_minor > 0
           and open_minor in (:one, :one / 10, :one / 100, :one / 10000,
                              :other, :other / 10, :other / 100, :other / 10000)) hit
  join item i on i.id = hit.id
  join currency_unit u on u.currency = i.currency
  left join customer c on c.id = i.customer
 where i.kind in ('invoice', 'credit_note')
   and (i.amount_minor * u.unit in (:one, :other) or i.open_minor * u.unit in (:one, :other))
 order by i.open_minor > 0 desc, i.due desc, i.id desc
 limit :limit;

-- found_payments(low text, high text, reference text, one i64, other i64, limit i64)
--   many: payment i64, customer i64?, customer_name text, number text, payer text, state text,
--     day date, amount money
select p.id, p.customer, coalesce(c.name, ''), p.number, p.payer, p.state, p.day,
       p.amount_minor, p.currency
  from (select * from (select id from payment where lower(number) >= :low and lower(number) < :high
                        order by lower(number), id limit :limit) by_number
         union
        select id from payment where reference = :reference
         union
        select q.id from payment q join currency_unit u on u.currency = q.currency
         where q.amount_minor in (:one, :one / 10, :one / 100, :one / 10000,
                                  :other, :other / 10, :other / 100, :other / 10000)
           and q.amount_minor * u.unit in (:one, :other)) hit
  join payment p on p.id = hit.id
  left join customer c on c.id = p.customer
 order by p.day desc, p.id desc
 limit :limit
-- postgres: texts are compared byte by byte, as its index holds them
select p.id, p.customer, coalesce(c.name, ''), p.number, p.payer, p.state, p.day,
       p.amount_minor, p.currency
  from (select * from (select id from payment
                        where lower(number) ~>=~ :low and lower(number) ~<~ :high
                        order by lower(number) using ~<~, id limit :limit) by_number
         union
        select id from payment where reference = :reference
         union
        select q.id from payment q join currency_unit u on u.currency = q.currency
         where q.amount_minor in (:one, :one / 10, :one / 100, :one / 10000,
                                  :other, :other / 10, :other / 100, :other / 10000)
           and q.amount_minor * u.unit in (:one, :other)) hit
  join payment p on p.id = hit.id
  left join customer c on c.id = p.customer
 order by p.day desc, p.id desc
 limit :limit;

-- People by the beginning of their name, of its last word, or of their address: colleagues, whom a
-- customer lets in, and contacts.
-- found_people(low text, high text, limit i64)
--   many: what text, id i64, name text, email text, customer i64?, customer_name text
with person_hit (id) as (
  select * from (select id from person
                  where lower(name) >= :low
                    and lower(name) < :high
                  order by lower(name), id limit :limit) by_name
   union
  select * from (select id from person
                  where lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) >= :low
                    and lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) < :high
                  order by lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)), id limit :limit) by_last
   union
  select * from (select id from person
                  where email >= :low
                    and email < :high
                  order by email, id limit :limit) by_email),
contact_hit (id) as (
  select * from (select id from contact
                  where lower(name) >= :low
                    and lower(name) < :high and not gone
                  order by lower(name), id limit :limit) by_name
   union
  select * from (select id from contact
                  where lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) >= :low
                    and lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) < :high and not gone
                  order by lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)), id limit :limit) by_last
   union
  select * from (select id from contact
                  where lower(email) >= :low
                    and lower(email) < :high and not gone
                  order by lower(email), id limit :limit) by_email)
select 'colleague', p.id, p.name, p.email, null, ''
  from person_hit hit join person p on p.id = hit.id
 where p.staff_role is not null
union all
select 'access', p.id, p.name, p.email, m.customer, c.name
  from person_hit hit join person p on p.id = hit.id
  join membership m on m.person = p.id
  join customer c on c.id = m.customer
union all
select 'contact', k.id, k.name, k.email, k.customer, c.name
  from contact_hit hit join contact k on k.id = hit.id
  join customer c on c.id = k.customer
 order by 3, 2
 limit :limit
-- postgres: texts are compared byte by byte, as its indexes hold them
with person_hit (id) as (
  select * from (select id from person
                  where lower(name) ~>=~ :low
                    and lower(name) ~<~ :high
                  order by lower(name) using ~<~, id limit :limit) by_name
   union
  select * from (select id from person
                  where lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) ~>=~ :low
                    and lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) ~<~ :high
                  order by lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) using ~<~, id limit :limit) by_last
   union
  select * from (select id from person
                  where email ~>=~ :low
                    and email ~<~ :high
                  order by email using ~<~, id limit :limit) by_email),
contact_hit (id) as (
  select * from (select id from contact
                  where lower(name) ~>=~ :low
                    and lower(name) ~<~ :high and not gone
                  order by lower(name) using ~<~, id limit :limit) by_name
   union
  select * from (select id from contact
                  where lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) ~>=~ :low
                    and lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) ~<~ :high and not gone
                  order by lower(substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)) using ~<~, id limit :limit) by_last
   union
  select * from (select id from contact
                  where lower(email) ~>=~ :low
                    and lower(email) ~<~ :high and not gone
                  order by lower(email) using ~<~, id limit :limit) by_email)
select 'colleague', p.id, p.name, p.email, null, ''
  from person_hit hit join person p on p.id = hit.id
 where p.staff_role is not null
union all
select 'access', p.id, p.name, p.email, m.customer, c.name
  from person_hit hit join person p on p.id = hit.id
  join membership m on m.person = p.id
  join customer c on c.id = m.customer
union all
select 'contact', k.id, k.name, k.email, k.customer, c.name
  from contact_hit hit join contact k on k.id = hit.id
  join customer c on c.id = k.customer
 order by 3, 2
 limit :limit;
