-- Requests for access with an invoice in hand. What proves them belongs to the books, and is only
-- read here.

-- claim_setting_row()
--   maybe: open bool
select open from claim_setting where one = 1;

-- claim_setting_put(open bool, now i64)
--   none
insert into claim_setting (one, open, changed) values (1, :open, :now)
on conflict (one) do update set open = excluded.open, changed = excluded.changed;

-- claim_ask_insert(name text, email text, language text, invoice text, total text, address text,
--                  created_at i64)
--   one: id i64
insert into claim_ask (name, email, language, invoice, total, address, created_at)
values (:name, :email, :language, :invoice, :total, :address, :created_at)
returning id;

-- claim_ask_take(id i64)
--   maybe: name text, email text, language text, invoice text, total text, address text
delete from claim_ask
 where id = :id
returning name, email, language, invoice, total, address;

-- claim_invoices(find_number text)
--   many: document i64, customer i64, total money
select d.id, d.customer, d.total_minor, d.currency
  from item i
  join document d on d.id = i.document
 where i.find_number = :find_number and i.kind = 'invoice' and i.n = 1
 order by d.id
 limit 20;

-- claim_addresses(customer i64)
--   many: email text
select email from contact where customer = :customer and not gone and email <> ''
union
select p.email
  from membership m
  join person p on p.id = m.person
 where m.customer = :customer and p.blocked_at is null;

-- claim_seat(person i64, customer i64)
--   maybe: id i64
select id from membership where person = :person and customer = :customer;

-- claim_newest(email text, customer i64, now i64)
--   maybe: id i64, state text, mailed_at i64
select id, state, mailed_at
  from claim
 where email = :email and customer = :customer and expires_at > :now
 order by id desc
 limit 1;

-- claim_insert(name text, email text, language text, customer i64, document i64, address text,
--              state text, role text, at_once bool, created_at i64, expires_at i64)
--   one: id i64
insert into claim (name, email, language, customer, document, address, state, role, at_once,
                   created_at, expires_at)
values (:name, :email, :language, :customer, :document, :address, :state, :role, :at_once,
        :created_at, :expires_at)
returning id;

-- claims_to_decide(customer i64, now i64, limit i64)
--   many: id i64
select id from claim
 where state = 'waiting' and expires_at > :now and (:customer = 0 or customer = :customer)
 order by expires_at, id
 limit :limit;

-- claims_newest(limit i64)
--   many: id i64
select id from claim order by id desc limit :limit;

-- claim_row(id i64, customer i64)
--   maybe: id i64, name text, email text, customer i64, customer_name text, document i64,
--         invoice text, address text, state text, role text, at_once bool, decided_by text,
--         decided_at i64, words text, created_at i64, expires_at i64, language text
select l.id, l.name, l.email, l.customer, c.name, l.document, d.number, l.address, l.state, l.role,
       l.at_once, l.decided_by, coalesce(l.decided_at, 0), l.words, l.created_at, l.expires_at,
       l.language
  from claim l
  join customer c on c.id = l.customer
  join document d on d.id = l.document
 where l.id = :id and (:customer = 0 or l.customer = :customer);

-- claims_at(customer i64, now i64)
--   one: count i64
select count(*) from claim
 where customer = :customer and state = 'waiting' and expires_at > :now;

-- claim_decide(id i64, customer i64, state text, role text, words text, decided_by text, now i64,
--              expires_at i64)
--   maybe: id i64
update claim
   set state = :state, role = :role, words = :words, decided_by = :decided_by, decided_at = :now,
       expires_at = :expires_at
 where id = :id and (:customer = 0 or customer = :customer) and state = 'waiting'
   and expires_at > :now
returning id;

-- claim_mailed(id i64, hash text, now i64)
--   none
update claim set hash = coalesce(:hash, hash), mailed_at = :now where id = :id;

-- claim_by_hash(hash text, now i64)
--   maybe: id i64
select id from claim where hash = :hash and state = 'granted' and expires_at > :now;

-- claim_use(id i64, now i64)
--   maybe: id i64
update claim set state = 'used', decided_at = coalesce(decided_at, :now)
 where id = :id and state = 'granted' and expires_at > :now
returning id;

-- claim_admins(customer i64)
--   many: person i64, email text, name text, language text
select p.id, p.email, p.name, p.language
  from membership m
  join person p on p.id = m.person
 where m.customer = :customer and m.role = 'admin' and p.blocked_at is null
 order by p.id;

-- claim_ask_sweep(before i64)
--   none
delete from claim_ask where created_at < :before;

-- claim_sweep(before i64)
--   none
delete from claim where expires_at < :before;
