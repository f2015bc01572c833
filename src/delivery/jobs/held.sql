-- Mails that a hold on a customer's reminders keeps back.

-- held_put(customer i64, entity i64, currency text, kind text, statement i64?, now i64)
--   none
insert into held_mail (customer, entity, currency, kind, statement, held)
values (:customer, :entity, :currency, :kind, :statement, :now)
    on conflict (customer, entity, currency, kind)
    do update set statement = excluded.statement, held = excluded.held;

-- held_drop(customer i64, entity i64, currency text, kind text)
--   none
delete from held_mail
 where customer = :customer and entity = :entity and currency = :currency and kind = :kind;

-- held_over(today date, limit i64)
--   many: customer i64, entity i64, currency text, kind text, statement i64?
select m.customer, m.entity, m.currency, m.kind, m.statement
  from held_mail m
  join customer c on c.id = m.customer
  left join customer_hold h on h.id = c.hold
 where c.hold is null or h.until_day < :today
 order by m.customer, m.entity, m.currency, m.kind
 limit :limit;
