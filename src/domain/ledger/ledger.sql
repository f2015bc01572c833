-- The ledger's statements. Nothing here changes or deletes what is posted; the database would
-- refuse it.

-- entry_open(entity i64, kind text, effective date, recorded i64, idem text, document i64?,
--     payment i64?, reverses i64?, actor text, note text)
--   one: id i64
insert into entry (entity, kind, effective, recorded, idem, document, payment, reverses, actor,
                   note)
values (:entity, :kind, :effective, :recorded, :idem, :document, :payment, :reverses, :actor,
        :note)
returning id;

-- posting_add(entry i64, n i64, gl text, account i64?, item i64?, amount money)
--   none
insert into posting (entry, n, gl, account, item, amount_minor, currency)
values (:entry, :n, :gl, :account, :item, :amount_minor, :amount_currency);

-- entry_post(entry i64)
--   none
update entry set posted = true where id = :entry;

-- entry_head(entry i64)
--   one: entity i64, kind text, effective date, document i64?, payment i64?, reversed bool
select entity, kind, effective, document, payment,
       exists (select 1 from entry r where r.reverses = entry.id)
  from entry where id = :entry;

-- entry_postings(entry i64)
--   many: n i64, gl text, account i64?, item i64?, amount money
select n, gl, account, item, amount_minor, currency from posting where entry = :entry order by n;

-- item_add(entity i64, account i64?, customer i64?, currency text, gl text, kind text, side i64,
--     document i64?, payment i64?, n i64, number text, issued date, due date, discount_until date?,
--     discount_ppm i64, amount i64)
--   one: id i64
insert into item (entity, account, customer, currency, gl, kind, side, document, payment, n,
                  number, issued, due, discount_until, discount_ppm, amount_minor, po)
values (:entity, :account, :customer, :currency, :gl, :kind, :side, :document, :payment, :n,
        :number, :issued, :due, :discount_until, :discount_ppm, :amount,
        coalesce((select po from document where id = :document), ''))
returning id;

-- item_row(id i64)
--   maybe: entity i64, account i64?, customer i64?, kind text, side i64, document i64?,
--     payment i64?, number text, issued date, due date, amount money, open money, reserved money,
--     disputed money
select entity, account, customer, kind, side, document, payment, number, issued, due,
       amount_minor, currency, open_minor, currency, reserved_minor, currency, disputed_minor,
       currency
  from item where id = :id;

-- item_hold(id i64, amount money)
--   many: id i64
update item set reserved_minor = reserved_minor + :amount_minor
 where id = :id and currency = :amount_currency
   and open_minor - reserved_minor >= :amount_minor
returning id;

-- item_let_go(id i64, amount money)
--   many: id i64
update item set reserved_minor = reserved_minor - :amount_minor
 where id = :id and currency = :amount_currency and reserved_minor >= :amount_minor
returning id;

-- allocation_add(entry i64, account i64, from_item i64, to_item i64, amount i64, recorded i64,
--     reverses i64?, rule text)
--   one: id i64
insert into allocation (entry, account, from_item, to_item, amount_minor, recorded, reverses, rule)
values (:entry, :account, :from_item, :to_item, :amount, :recorded, :reverses, :rule)
returning id;

-- allocation_rows(id i64?, item i64?, entry i64?)
--   many: id i64, entry i64, account i64, from_item i64, to_item i64, reverses i64?, reversed bool,
--     rule text, amount money, recorded i64, effective date, payment i64?, from_number text,
--     from_kind text, from_document i64?, to_number text, to_kind text, to_document i64?
select a.id, a.entry, a.account, a.from_item, a.to_item, a.reverses,
       exists (select 1 from allocation r where r.reverses = a.id), a.rule, a.amount_minor,
       f.currency, a.recorded, e.effective, e.payment, f.number, f.kind, f.document, t.number,
       t.kind, t.document
  from allocation a
  join entry e on e.id = a.entry
  join item f on f.id = a.from_item
  join item t on t.id = a.to_item
 where a.id in (select id from allocation where id = :id
                 union select id from allocation where from_item = :item
                 union select id from allocation where to_item = :item
                 union select id from allocation where entry = :entry)
 order by a.id;

-- entry_line_rows(item i64?, document i64?, payment i64?, entry i64?)
--   many: entry i64, n i64, kind text, effective date, recorded i64, gl text, gl_name text,
--     item i64?, item_number text, document i64?, payment i64?, reverses i64?, note text,
--     actor text, amount money
select e.id, p.n, e.kind, e.effective, e.recorded, p.gl, g.name, p.item, coalesce(i.number, ''),
       e.document, e.payment, e.reverses, e.note, e.actor, p.amount_minor, p.currency
  from entry e
  join posting p on p.entry = e.id
  join gl_account g on g.code = p.gl
  left join item i on i.id = p.item
 where e.id in (select id from entry where id = :entry
                 union select entry from posting where item = :item
                 union select id from entry where document = :document
                 union select q.entry from item d join posting q on q.item = d.id
                        where d.document = :document
                 union select id from entry where payment = :payment)
 order by e.id, p.n;
