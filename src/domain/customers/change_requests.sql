-- What customers ask us to change about themselves.

-- Nothing comes back when one is waiting for the same already.
-- change_request_insert(customer i64, kind text, contact i64?, name text, address text,
--     tax_id text, email text, phone text, role text, notices bool, person i64, now i64)
--   many: id i64
insert into change_request (customer, kind, contact, name, address, tax_id, email, phone, role,
                            notices, asked_by, asked)
values (:customer, :kind, :contact, :name, :address, :tax_id, :email, :phone, :role, :notices,
        :person, :now)
on conflict do nothing
returning id;

-- change_request_end(id i64, state text, person i64, now i64, words text)
--   many: id i64
update change_request
   set state = :state, ended_by = :person, ended = :now, words = :words
 where id = :id and state = 'waiting'
returning id;

-- change_request_row(id i64)
--   many: id i64, customer i64, kind text, contact i64?, name text, address text, tax_id text,
--     email text, phone text, role text, notices bool, asked_by i64, asked i64, state text,
--     ended i64?, words text, asked_by_name text, ended_by_name text, customer_name text
select r.id, r.customer, r.kind, r.contact, r.name, r.address, r.tax_id, r.email, r.phone, r.role,
       r.notices, r.asked_by, r.asked, r.state, r.ended, r.words, a.name, coalesce(e.name, ''),
       c.name
  from change_request r
  join person a on a.id = r.asked_by
  join customer c on c.id = r.customer
  left join person e on e.id = r.ended_by
 where r.id = :id;

-- Of one customer, the newest first.
-- change_request_ids(customer i64, limit i64)
--   many: id i64
select id from change_request where customer = :customer order by id desc limit :limit;

-- Of all customers, the oldest first.
-- change_request_queue(after i64, limit i64)
--   many: id i64
select id from change_request where state = 'waiting' and id > :after order by id limit :limit;

-- change_request_count()
--   one: count i64
select count(*) from change_request where state = 'waiting';
