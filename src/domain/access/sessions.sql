-- session_insert(hash text, person i64, customer i64, created_at i64, seen_at i64, idle_until i64,
--                ends_at i64, address text, browser text)
--   none
insert into session (hash, person, customer, created_at, seen_at, idle_until, ends_at, address,
                     browser)
values (:hash, :person, nullif(:customer, 0), :created_at, :seen_at, :idle_until, :ends_at,
        :address, :browser);

-- session_by_hash(hash text)
--   maybe: id i64, person i64, customer i64, created_at i64, seen_at i64, idle_until i64,
--          email text, name text, language text, theme text, helpers text, blocked bool,
--          staff_role text, role text, customer_name text, customer_number text
select s.id, s.person, coalesce(s.customer, 0), s.created_at, s.seen_at, s.idle_until,
       p.email, p.name, p.language, p.theme, p.helpers, p.blocked_at is not null,
       coalesce(p.staff_role, ''),
       coalesce(m.role, (
           -- nothing of one's own here: what one is at the group's parents counts, nearest first,
           -- to see and to pay, but not to manage this company's people (domain.md rule 37)
           with recursive above (customer, depth) as (
               select c.parent, 1 where c.parent is not null
               union all
               select o.parent, a.depth + 1 from above a join customer o on o.id = a.customer
                where o.parent is not null and a.depth < 20
           )
           select case when g.role = 'admin' then 'payer' else g.role end
             from above a join membership g on g.customer = a.customer and g.person = s.person
            order by a.depth limit 1), ''),
       coalesce(c.name, ''), coalesce(c.number, '')
  from session s
  join person p on p.id = s.person
  left join membership m on m.person = s.person and m.customer = s.customer
  left join customer c on c.id = s.customer
 where s.hash = :hash;

-- session_touch(id i64, seen_at i64, idle_until i64)
--   none
update session
   set seen_at = :seen_at,
       idle_until = case when :idle_until < ends_at then :idle_until else ends_at end
 where id = :id;

-- session_delete(person i64, id i64)
--   none
delete from session where person = :person and id = :id;

-- session_delete_all(person i64, but i64, customer i64)
--   none
delete from session
 where person = :person and id <> :but and (:customer = 0 or customer = :customer);

-- session_places(person i64, now i64)
--   many: id i64, address text, browser text, created_at i64, seen_at i64
select id, address, browser, created_at, seen_at
  from session
 where person = :person and idle_until > :now
 order by seen_at desc, id desc;

-- session_sweep(before i64)
--   none
delete from session where idle_until < :before;

-- link_sweep(before i64)
--   none
delete from sign_in_link where expires_at < :before;

-- request_sweep(before i64)
--   none
delete from sign_in_request where created_at < :before;

-- challenge_sweep(before i64)
--   none
delete from passkey_challenge where expires_at < :before;

-- attempt_sweep(before i64)
--   none
delete from sign_in_try where at < :before;

-- sessions_counted(now i64)
--   one: count i64
select count(*) from session where idle_until > :now;
