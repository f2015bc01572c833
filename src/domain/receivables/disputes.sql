-- Disputes: raised, looked after, answered.

-- At most one of an item is open: the one who comes second gets no row.
-- dispute_add(item i64, customer i64, amount i64, currency text, reason text, words text,
--     origin text, at i64, actor text, person i64?)
--   many: id i64
insert into dispute (item, customer, amount_minor, currency, reason, words, origin, raised,
                     raised_by, person)
values (:item, :customer, :amount, :currency, :reason, :words, :origin, :at, :actor,
        :person)
    on conflict do nothing
returning id;

-- dispute_step_add(dispute i64, what text, at i64, actor text, note text)
--   none
insert into dispute_step (dispute, n, what, at, actor, note)
select :dispute, coalesce(max(n), 0) + 1, :what, :at, :actor, :note
  from dispute_step where dispute = :dispute;

-- dispute_step_rows(dispute i64)
--   many: what text, at i64, actor text, note text
select what, at, actor, note from dispute_step where dispute = :dispute order by n;

-- dispute_end(id i64, state text, at i64, actor text, answer text)
--   many: id i64
update dispute set state = :state, decided = :at, decided_by = :actor, answer = :answer
 where id = :id and state = 'open'
returning id;

-- dispute_owner_set(id i64, owner i64?)
--   many: id i64
update dispute set owner = :owner where id = :id and state = 'open' returning id;

-- The items of an invoice: the last dispute that the ERP raised of each, and the one that is open.
-- dispute_said(document i64)
--   many: item i64, customer i64, number text, open money, said text, said_id i64, open_id i64
select i.id, i.customer, i.number, i.open_minor, i.currency, coalesce(e.state, ''),
       coalesce(e.id, 0), coalesce(o.id, 0)
  from item i
  left join dispute o on o.item = i.id and o.state = 'open'
  left join dispute e on e.id = (select d.id from dispute d where d.item = i.id
                                    and d.origin = 'erp' order by d.id desc limit 1)
 where i.document = :document and i.kind = 'invoice'
 order by i.id;

-- One by its number, those of an invoice, those of a customer (open ones first), and pages: of the open
-- ones, the oldest first, by the index of what is open; of all, the newest first. `after` is the
-- dispute at which the last page ended.
-- dispute_page(of i64, reason text, customer i64?, owner i64?, unowned bool, after i64, limit i64)
--   many: id i64, item i64, document i64?, customer i64, entity i64, owner i64?, person i64?,
--     credit i64?, number text, customer_number text, customer_name text, reason text,
--     reason_words text, words text, origin text, state text, owner_name text, raised_by text,
--     decided_by text, answer text, credit_number text, amount money, open money, due date,
--     raised i64, decided i64?
--   {set} {order}
--     one: x.id = :of | x.id
--     of_document: i.document = :of | x.id desc
--     of_customer: x.customer = :of | case when x.state = 'open' then 0 else 1 end, x.id desc
--     open: x.state = 'open' and x.id > :after and (:reason = '' or x.reason = :reason) and (:customer is null or x.customer = :customer) and (:owner is null or x.owner = :owner) and (not :unowned or x.owner is null) | x.id
--     to_credit: x.state = 'resolved' and x.id > :after and (:reason = '' or x.reason = :reason) and (:customer is null or x.customer = :customer) and not exists (select 1 from document e where e.corrects = i.document and e.recorded >= x.decided) | x.id
--     all: x.id < :after and (:reason = '' or x.reason = :reason) and (:customer is null or x.customer = :customer) and (:owner is null or x.owner = :owner) and (not :unowned or x.owner is null) | x.id desc
select x.id, x.item, i.document, x.customer, i.entity, x.owner, x.person, k.id, i.number, c.number,
       c.name, x.reason, r.words, x.words, x.origin, x.state, coalesce(p.name, ''), x.raised_by,
       x.decided_by, x.answer, coalesce(k.number, ''), x.amount_minor, x.currency, i.open_minor,
       i.currency, i.due, x.raised, x.decided
  from dispute x
  join item i on i.id = x.item
  join reason r on r.code = x.reason
  join customer c on c.id = x.customer
  left join person p on p.id = x.owner
  left join document k on x.state = 'resolved' and k.id = (
       select d.id from document d where d.corrects = i.document and d.recorded >= x.decided
        order by d.id limit 1)
 where {set}
 order by {order}
 limit :limit;

-- How much is in dispute for each reason, by currency: the largest first. A payment may have left less.
-- dispute_sum_rows()
--   many: reason text, words text, disputes i64, amount money
select x.reason, r.words, count(*),
       cast(sum(case when i.open_minor < x.amount_minor then i.open_minor
                     else x.amount_minor end) as bigint), x.currency
  from dispute x join item i on i.id = x.item join reason r on r.code = x.reason
 where x.state = 'open'
 group by x.reason, r.words, x.currency
 order by x.currency, 4 desc, x.reason;
