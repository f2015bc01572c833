-- Issued documents.

-- document_insert(entity i64, customer i64, account i64, kind text, number text, issued date,
--     currency text, net i64, tax i64, total i64, terms text, po text, order_ref text,
--     delivery text, note text, custom text, corrects i64?, source text, digest text, now i64)
--   one: id i64
insert into document (entity, customer, account, kind, number, issued, currency, net_minor,
                      tax_minor, total_minor, terms, po, order_ref, delivery, note, custom,
                      corrects, source, digest, recorded)
values (:entity, :customer, :account, :kind, :number, :issued, :currency, :net, :tax, :total,
        :terms, :po, :order_ref, :delivery, :note, :custom, :corrects, :source, :digest, :now)
returning id;

-- document_line_insert(document i64, n i64, sku text, description text, quantity text, unit text,
--     unit_price text, net i64, tax_rate_ppm i64?)
--   none
insert into document_line (document, n, sku, description, quantity, unit, unit_price, net_minor,
                           tax_rate_ppm)
values (:document, :n, :sku, :description, :quantity, :unit, :unit_price, :net, :tax_rate_ppm);

-- document_tax_insert(document i64, n i64, name text, rate_ppm i64, base i64, tax i64)
--   none
insert into document_tax (document, n, name, rate_ppm, base_minor, tax_minor)
values (:document, :n, :name, :rate_ppm, :base, :tax);

-- document_same(entity i64, kind text, number text)
--   maybe: id i64, digest text
select id, digest from document where entity = :entity and kind = :kind and number = :number;

-- document_row(id i64)
--   maybe: entity i64, customer i64, account i64, kind text, number text, issued date, net money,
--     tax money, total money, terms text, po text, order_ref text, delivery text, note text,
--     custom text, corrects i64?, source text, recorded i64
select entity, customer, account, kind, number, issued, net_minor, currency, tax_minor, currency,
       total_minor, currency, terms, po, order_ref, delivery, note, custom, corrects, source,
       recorded
  from document where id = :id;

-- document_line_rows(document i64)
--   many: sku text, description text, quantity text, unit text, unit_price text, net i64,
--     tax_rate_ppm i64?
select sku, description, quantity, unit, unit_price, net_minor, tax_rate_ppm
  from document_line where document = :document order by n;

-- document_tax_rows(document i64)
--   many: name text, rate_ppm i64, base i64, tax i64
select name, rate_ppm, base_minor, tax_minor from document_tax where document = :document
 order by n;

-- Another number after whatever moves money on the document's items: debits and credits only grow, and
-- the factors keep what moves from a reservation to a credit from cancelling out.
-- document_version(document i64)
--   one: version i64
select cast(coalesce(sum(3 * debit_minor + 5 * credit_minor + 7 * reserved_minor
                         + 11 * disputed_minor), 0) as bigint)
  from item where document = :document;

-- document_due(document i64)
--   maybe: due date
select due from item where document = :document and kind in ('invoice', 'credit_note')
 order by due desc limit 1;

-- document_page(kind text, customer i64?, entity i64?, number text, open bool?, from_day date?,
--     to_day date?, below i64, limit i64)
--   many: id i64, entity i64, entity_code text, customer i64, customer_number text,
--     customer_name text, number text, issued date, due date?, net money, tax money, total money,
--     open money, po text, order_ref text, recorded i64
select d.id, d.entity, e.code, d.customer, c.number, c.name, d.number, d.issued,
       (select max(i.due) from item i where i.document = d.id and i.kind = d.kind), d.net_minor,
       d.currency, d.tax_minor, d.currency, d.total_minor, d.currency,
       cast(coalesce((select sum(i.open_minor) from item i
                       where i.document = d.id and i.kind = d.kind), 0) as bigint), d.currency,
       d.po, d.order_ref, d.recorded
  from document d
  join customer c on c.id = d.customer
  join entity e on e.id = d.entity
 where d.kind = :kind and d.id < :below
   and (:customer is null or d.customer = :customer) and (:entity is null or d.entity = :entity)
   and (:number = '' or d.number = :number)
   and (:from_day is null or d.issued >= :from_day) and (:to_day is null or d.issued <= :to_day)
   and (:open is null or :open = exists (select 1 from item i where i.document = d.id
                                            and i.kind = d.kind and i.open_minor > 0))
 order by d.id desc
 limit :limit;
