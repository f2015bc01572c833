-- person_by_id(id i64)
--   maybe: id i64, email text, name text, language text, theme text, helpers text,
--          staff_role text, has_password bool, blocked bool, signed_in_at i64,
--          came_before_at i64
select id, email, name, language, theme, helpers, coalesce(staff_role, ''),
       password_hash is not null, blocked_at is not null, coalesce(signed_in_at, 0),
       coalesce(came_before_at, 0)
  from person
 where id = :id;

-- person_id_by_email(email text)
--   maybe: id i64
select id from person where email = :email;

-- person_insert(email text, name text, language text, staff_role text, created_at i64)
--   one: id i64
insert into person (email, name, language, staff_role, created_at)
values (:email, :name, :language, :staff_role, :created_at)
returning id;

-- person_update(id i64, name text, language text, theme text, helpers text)
--   none
update person
   set name = :name, language = :language, theme = :theme, helpers = :helpers
 where id = :id;

-- person_update_blocked(id i64, blocked_at i64?)
--   none
update person set blocked_at = :blocked_at where id = :id;

-- person_update_staff_role(id i64, staff_role text)
--   none
update person set staff_role = :staff_role where id = :id;

-- person_signed_in(id i64, signed_in_at i64)
--   none
update person set came_before_at = signed_in_at, signed_in_at = :signed_in_at where id = :id;

-- staff_rows()
--   many: id i64
select id from person where staff_role is not null order by name, id;

-- administrators_other_than(person i64)
--   one: count i64
select count(*) from person
 where staff_role = 'administrator' and blocked_at is null and id <> :person;

-- member_rows(customer i64, id i64)
--   many: id i64, person i64, email text, name text, role text, created_at i64,
--         signed_in_at i64, blocked bool
select m.id, m.person, p.email, p.name, m.role, m.created_at, coalesce(p.signed_in_at, 0),
       p.blocked_at is not null
  from membership m
  join person p on p.id = m.person
 where m.customer = :customer and (:id = 0 or m.id = :id)
 order by p.name, m.id;

-- member_insert(person i64, customer i64, role text, created_at i64)
--   many: id i64
insert into membership (person, customer, role, created_at)
values (:person, :customer, :role, :created_at)
on conflict (person, customer) do nothing
returning id;

-- member_update_role(customer i64, id i64, role text)
--   none
update membership set role = :role where customer = :customer and id = :id;

-- member_delete(customer i64, id i64)
--   none
delete from membership where customer = :customer and id = :id;

-- members_at(customer i64, role text, other_than i64)
--   one: count i64
select count(*)
  from membership m
  join person p on p.id = m.person
 where m.customer = :customer and m.role = :role and m.id <> :other_than and p.blocked_at is null;

-- seat_rows(person i64)
--   many: customer i64, name text, number text, role text
with recursive below (customer, role, depth) as (
    select customer, role, 0 from membership where person = :person
    union all
    select c.id, case when b.role = 'admin' then 'payer' else b.role end, b.depth + 1
      from below b join customer c on c.parent = b.customer
     where b.depth < 20
), nearest (customer, role, place) as (
    select customer, role, row_number() over (partition by customer order by depth) from below
)
select n.customer, c.name, c.number, n.role
  from nearest n
  join customer c on c.id = n.customer
 where n.place = 1
 order by c.name, n.customer;
