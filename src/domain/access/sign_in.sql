-- request_insert(kind text, email text, customer i64, inviter text, browser_hash text, next text,
--                created_at i64)
--   one: id i64
insert into sign_in_request (kind, email, customer, inviter, browser_hash, next, created_at)
values (:kind, :email, nullif(:customer, 0), :inviter, :browser_hash, :next, :created_at)
returning id;

-- request_take(id i64)
--   maybe: kind text, email text, customer i64, inviter text, browser_hash text, next text
delete from sign_in_request
 where id = :id
returning kind, email, coalesce(customer, 0), inviter, browser_hash, next;

-- request_customer_name(customer i64)
--   maybe: name text
select name from customer where id = :customer;

-- link_insert(hash text, person i64, kind text, customer i64, browser_hash text, next text,
--             uses_left i64, created_at i64, expires_at i64)
--   none
insert into sign_in_link (hash, person, kind, customer, browser_hash, next, uses_left, created_at,
                          expires_at)
values (:hash, :person, :kind, nullif(:customer, 0), :browser_hash, :next, :uses_left, :created_at,
        :expires_at);

-- links_since(person i64, since i64)
--   one: count i64, newest i64
select count(*), coalesce(max(created_at), 0)
  from sign_in_link
 where person = :person and kind <> 'direct' and created_at >= :since;

-- link_by_hash(hash text, now i64)
--   maybe: id i64, kind text, person i64, customer i64, browser_hash text, next text, email text,
--          name text
select l.id, l.kind, l.person, coalesce(l.customer, 0), l.browser_hash, l.next, p.email, p.name
  from sign_in_link l
  join person p on p.id = l.person
 where l.hash = :hash and l.uses_left > 0 and l.expires_at > :now and p.blocked_at is null;

-- link_take(id i64, used_at i64)
--   maybe: uses_left i64
update sign_in_link
   set uses_left = uses_left - 1, used_at = :used_at
 where id = :id and uses_left > 0
returning uses_left;
