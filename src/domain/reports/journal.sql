-- The journal, newest entry first. Which entries: by their days and, of what is asked for, a line.

-- journal_ids(from_day date, to_day date, gl text, kind text, customer text, amount i64?, other i64?,
--     below i64, limit i64)
--   many: id i64
select e.id from entry e
 where e.effective between :from_day and :to_day and e.posted and e.id < :below
   and (:kind = '' or e.kind = :kind)
   and ((:gl = '' and :customer = '' and :amount is null)
        or exists (select 1 from posting p join currency_unit u on u.currency = p.currency
                    where p.entry = e.id and (:gl = '' or p.gl = :gl)
                      and (:amount is null
                           or (:amount % u.unit = 0 and :amount / u.unit = abs(p.amount_minor))
                           or (:other % u.unit = 0 and :other / u.unit = abs(p.amount_minor)))
                      and (:customer = ''
                           or p.account in (select a.id from account a join customer c on c.id = a.customer
                                             where c.number = :customer))))
 order by e.id desc limit :limit;

-- journal_lines(entry i64)
--   many: entry i64, n i64, kind text, effective date, recorded i64, gl text, gl_name text,
--     item i64?, item_number text, document i64?, payment i64?, reverses i64?, note text,
--     actor text, amount money
select e.id, p.n, e.kind, e.effective, e.recorded, p.gl, g.name, p.item, coalesce(i.number, ''),
       e.document, e.payment, e.reverses, e.note, e.actor, p.amount_minor, p.currency
  from entry e
  join posting p on p.entry = e.id
  join gl_account g on g.code = p.gl
  left join item i on i.id = p.item
 where e.id = :entry
 order by p.n;

-- journal_sum_rows(from_day date, to_day date, gl text, kind text, customer text)
--   many: gl text, name text, postings i64, debit money, credit money
select p.gl, g.name, count(*),
       cast(sum(case when p.amount_minor > 0 then p.amount_minor else 0 end) as bigint), p.currency,
       cast(sum(case when p.amount_minor < 0 then -p.amount_minor else 0 end) as bigint), p.currency
  from entry e
  join posting p on p.entry = e.id
  join gl_account g on g.code = p.gl
 where e.effective between :from_day and :to_day and e.posted
   and (:kind = '' or e.kind = :kind) and (:gl = '' or p.gl = :gl)
   and (:customer = ''
        or p.account in (select a.id from account a join customer c on c.id = a.customer
                          where c.number = :customer))
 group by p.gl, g.name, p.currency
 order by p.currency, p.gl;

-- gl_rows()
--   many: code text, name text
select code, name from gl_account order by code;
