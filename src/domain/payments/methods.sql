-- Saved cards.

-- method_insert(customer i64, gateway text, token_tag text, card text, expires date, funding text,
--     same_tag text, person i64?, now i64)
--   many: id i64
insert into payment_method (customer, gateway, token, token_tag, card, expires, funding, same_tag,
                            person, created)
values (:customer, :gateway, '', :token_tag, :card, :expires, :funding, :same_tag, :person, :now)
on conflict (gateway, token_tag) do nothing
returning id;

-- method_same(id i64, customer i64, gateway text, card text, expires date, same_tag text)
--   maybe: id i64
select min(id) from payment_method
 where customer = :customer and id <> :id and removed is null and gateway = :gateway
   and card = :card and expires = :expires
   and (same_tag = :same_tag or same_tag = '' or :same_tag = '')
having min(id) is not null;

-- method_token_set(id i64, token text)
--   none
update payment_method set token = :token where id = :id;

-- method_rows(customer i64)
--   many: id i64, gateway text, card text, expires date, funding text, created i64, person text
select m.id, m.gateway, m.card, m.expires, m.funding, m.created, coalesce(p.name, '')
  from payment_method m left join person p on p.id = m.person
 where m.customer = :customer and m.removed is null
 order by m.id desc;

-- method_row(id i64)
--   maybe: customer i64, gateway text, token text, expires date, funding text, removed i64?
select customer, gateway, token, expires, funding, removed from payment_method where id = :id;

-- method_end(id i64, now i64)
--   many: id i64
update payment_method set removed = :now where id = :id and removed is null
returning id;
