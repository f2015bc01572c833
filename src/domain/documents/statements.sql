-- Statements as they were issued.

-- statement_insert(entity i64, customer i64, currency text, form text, family bool, number text,
--     from_day date, to_day date, balance i64, snapshot text, sha256 text, who text, now i64)
--   one: id i64
insert into statement (entity, customer, currency, form, family, number, from_day, to_day, balance,
                       snapshot, sha256, who, recorded)
values (:entity, :customer, :currency, :form, :family, :number, :from_day, :to_day, :balance,
        :snapshot, :sha256, :who, :now)
returning id;

-- statement_rows(customer i64?, id i64?)
--   many: id i64, entity i64, customer i64, currency text, form text, family bool, number text,
--     from_day date, to_day date, balance i64, who text, recorded i64
select id, entity, customer, currency, form, family, number, from_day, to_day, balance, who,
       recorded
  from statement where customer = :customer or id = :id order by id desc limit 100;

-- statement_last(customer i64, entity i64, currency text, form text, family bool, before date)
--   maybe: to_day date, recorded i64
select to_day, recorded from statement
 where customer = :customer and entity = :entity and currency = :currency and form = :form
   and family = :family and to_day < :before
 order by id desc limit 1;

-- statement_all()
--   each: id i64, snapshot text, sha256 text
select id, snapshot, sha256 from statement order by id;

-- statement_sending_insert(statement i64, who text, now i64)
--   one: id i64
insert into statement_sending (statement, who, asked) values (:statement, :who, :now) returning id;

-- statement_sending_row(id i64)
--   one: statement i64
select statement from statement_sending where id = :id;

-- statement_wish_row(customer i64)
--   maybe: form text, family bool, active bool
select form, family, active from statement_wish where customer = :customer;

-- statement_wish_set(customer i64, form text, family bool, active bool)
--   none
insert into statement_wish (customer, form, family, active)
values (:customer, :form, :family, :active)
on conflict (customer) do update
   set form = excluded.form, family = excluded.family, active = excluded.active;

-- statement_due(to_day date, limit i64)
--   many: customer i64, entity i64, currency text, form text, family bool
select w.customer, a.entity, a.currency, w.form, w.family
  from statement_wish w join account a on a.customer = w.customer
 where w.active
   and not exists (select 1 from statement s
                    where s.customer = w.customer and s.entity = a.entity
                      and s.currency = a.currency and s.to_day = :to_day)
 order by w.customer, a.id limit :limit;
