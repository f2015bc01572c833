-- Money that waits to be applied, and what it could be applied to.

-- application_lines(customer i64, currency text, account i64, item i64, limit i64)
--   many: item i64, document i64?, side i64, kind text, number text, document_number text, po text,
--     issued date, due date, discount_until date?, discount_ppm i64, open money, reserved money
select i.id, i.document, i.side, i.kind, i.number, coalesce(d.number, ''), coalesce(d.po, ''),
       i.issued, i.due, i.discount_until, i.discount_ppm, i.open_minor, i.currency, i.reserved_minor, i.currency
  from item i left join document d on d.id = i.document
 where i.customer = :customer and i.currency = :currency and i.open_minor > 0
   and i.account = :account and i.kind in ('invoice', 'credit_note') and i.id <> :item
 order by i.side desc, i.due, i.id
 limit :limit;

-- unapplied_page(kind text, customer i64?, currency text, search text, after_day date,
--     after_currency text, after_minor i64, after i64, limit i64)
--   many: item i64, entity i64, payment i64?, customer i64?, number text, customer_name text,
--     payer text, text text, open money, amount money, day date
--   {past} {order}
--     oldest: (i.issued, i.id) > (:after_day, :after) | i.issued, i.id
--     newest: (i.issued, i.id) < (:after_day, :after) | i.issued desc, i.id desc
--     smallest: (i.currency, i.open_minor, i.id) > (:after_currency, :after_minor, :after) | i.currency, i.open_minor, i.id
--     largest: (i.currency, i.open_minor, i.id) < (:after_currency, :after_minor, :after) | i.currency desc, i.open_minor desc, i.id desc
select i.id, i.entity, i.payment, i.customer, i.number, coalesce(c.name, ''), coalesce(p.payer, ''),
       coalesce((select s.note from payment_step s where s.payment = i.payment and s.n = 1), ''),
       i.open_minor, i.currency, i.amount_minor, i.currency, i.issued
  from item i left join payment p on p.id = i.payment left join customer c on c.id = i.customer
 where i.kind = :kind and i.kind in ('payment', 'receipt', 'deduction') and i.open_minor > 0
   and {past}
   and (:currency = '' or i.currency = :currency)
   and (:customer is null or i.customer = :customer)
   and (:search = '' or lower(c.name) like :search or lower(p.payer) like :search
        or lower(i.number) like :search)
 order by {order} limit :limit;
