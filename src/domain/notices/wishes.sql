-- wish_insert(kind text, customer i64, account i64, day date, person i64, now i64)
--   one: id i64
insert into mail_wish (kind, customer, account, day, person, created)
values (:kind, :customer, :account, :day, nullif(:person, 0), :now)
returning id;

-- wish_row(id i64)
--   one: kind text, customer i64, account i64, day date, person i64, created i64
select kind, customer, coalesce(account, 0), day, coalesce(person, 0), created
  from mail_wish where id = :id;

-- wishes_of(customer i64, kind text)
--   many: id i64, account i64, day date, person i64, created i64
select id, coalesce(account, 0), day, coalesce(person, 0), created
  from mail_wish where customer = :customer and kind = :kind order by id desc limit 20;
