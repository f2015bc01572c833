-- Who looks after a customer, and the hold on its reminders.

-- care_row(id i64)
--   maybe: number text, name text, owner i64?, owner_name text, hold i64?, until_day date?,
--     reason text, placed i64?, placed_by text
select c.number, c.name, c.owner, coalesce(p.name, ''), c.hold, h.until_day,
       coalesce(h.reason, ''), h.placed, coalesce(h.placed_by, '')
  from customer c
  left join person p on p.id = c.owner
  left join customer_hold h on h.id = c.hold
 where c.id = :id;

-- care_owner_set(id i64, owner i64?)
--   none
update customer set owner = :owner where id = :id;

-- care_staff(email text)
--   maybe: id i64
select id from person where email = :email and staff_role is not null and blocked_at is null;

-- care_hold_set(id i64, hold i64?)
--   none
update customer set hold = :hold where id = :id;

-- hold_insert(customer i64, until_day date?, reason text, now i64, who text)
--   one: id i64
insert into customer_hold (customer, until_day, reason, placed, placed_by)
values (:customer, :until_day, :reason, :now, :who)
returning id;
