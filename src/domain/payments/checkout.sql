-- What a payer chose to pay.

-- checkout_insert(account i64, customer i64, person i64?, now i64)
--   one: id i64
insert into checkout (account, customer, person, created, changed)
values (:account, :customer, :person, :now, :now)
returning id;

-- checkout_row(customer i64?, id i64)
--   maybe: account i64, customer i64, entity i64, currency text, state text, entry i64?,
--     payment i64?, reserved bool
select c.account, c.customer, a.entity, a.currency, c.state, c.entry, p.id,
       coalesce(p.reserved, false)
  from checkout c
  join account a on a.id = c.account
  left join payment p on p.checkout = c.id
 where c.id = :id and (:customer is null or c.customer = :customer);

-- checkout_state_set(id i64, from_state text, to_state text, entry i64?, now i64)
--   many: id i64
update checkout set state = :to_state, entry = :entry, changed = :now
 where id = :id and state = :from_state
returning id;

-- checkout_line_insert(checkout i64, item i64, amount i64)
--   none
insert into checkout_line (checkout, item, amount_minor) values (:checkout, :item, :amount)
on conflict (checkout, item) do nothing;

-- checkout_line_rows(checkout i64)
--   many: item i64, amount i64, typed text, held i64, reason text, deducts bool, note text
select l.item, l.amount_minor, l.typed, l.held_minor, l.reason, coalesce(r.deducts, false), l.note
  from checkout_line l left join reason r on r.code = l.reason
 where l.checkout = :checkout order by l.item;

-- checkout_line_amount(checkout i64, item i64, amount i64, typed text)
--   none
update checkout_line set amount_minor = :amount, typed = :typed
 where checkout = :checkout and item = :item;

-- checkout_line_reason(checkout i64, item i64, reason text, note text)
--   none
update checkout_line set reason = (select code from reason where code = :reason), note = :note
 where checkout = :checkout and item = :item;

-- checkout_line_delete(checkout i64, item i64)
--   none
delete from checkout_line where checkout = :checkout and item = :item;

-- checkout_line_hold(checkout i64, item i64, held i64)
--   none
update checkout_line set held_minor = :held where checkout = :checkout and item = :item;
