-- Customers, contacts and accounts.

-- customer_rows(id i64?, number text)
--   many: id i64, number text, name text, parent i64?, country text, language text, address text,
--     tax_id text, terms text, custom text, version i64
select id, number, name, parent, country, language, address, tax_id, terms, custom, version
  from customer
 where id = :id or number = :number;

-- customer_before(id i64, at i64)
--   maybe: name text, address text, tax_id text
select name, address, tax_id
  from customer_was where customer = :id and until > :at order by until, id limit 1;

-- customer_insert(number text, name text, parent i64?, country text, language text, address text,
--     tax_id text, terms text, custom text, now i64)
--   one: id i64
insert into customer (number, name, parent, country, language, address, tax_id, terms, custom,
                      created, changed)
values (:number, :name, :parent, :country, :language, :address, :tax_id, :terms, :custom,
        :now, :now)
returning id;

-- customer_update(id i64, name text, parent i64?, country text, language text, address text,
--     tax_id text, terms text, custom text, now i64)
--   none
update customer
   set name = :name, parent = :parent, country = :country, language = :language,
       address = :address, tax_id = :tax_id, terms = :terms, custom = :custom, changed = :now,
       version = version + 1
 where id = :id;

-- What is open is kept with every posting (0120-item-tally.sql); only what is overdue is counted, from
-- its index, to :most and no further: a customer may have any number, and a page has fifty customers.
-- "true or" begins at the start: no text is before, or behind, all others in every language's order.
-- customer_page(search text, anywhere text, owner i64, after text, after_id i64, today date, most i64,
--     limit i64)
--   many: id i64, number text, name text, country text, open_count i64, overdue_count i64,
--     owner_name text, owner_email text, on_hold bool, hold_until date?, terms text,
--     parent_number text
--   {by}
--     name: c.name
--     number: c.number
--   {who}
--     all:
--     owned: c.owner = :owner and
--     unowned: c.owner is null and
--     held: c.hold is not null and (h.until_day is null or h.until_day >= :today) and
--   {turn} {than} {start}
--     up_first: asc | > | true or
--     up_next: asc | > |
--     down_first: desc | < | true or
--     down_next: desc | < |
select c.id, c.number, c.name, c.country,
       coalesce(t.open - t.credits, 0),
       (select count(*) from (select 1 from item i where i.customer = c.id and i.side = 1
           and i.due < :today and i.open_minor > 0 and i.kind in ('invoice', 'credit_note', 'payment')
           limit :most) o),
       coalesce(p.name, ''), coalesce(p.email, ''),
       c.hold is not null and (h.until_day is null or h.until_day >= :today), h.until_day, c.terms,
       coalesce(a.number, '')
  from customer c
  left join person p on p.id = c.owner
  left join customer a on a.id = c.parent
  left join customer_hold h on h.id = c.hold
  left join item_tally t on t.customer = c.id
 where {who} ({start} ({by}, c.id) {than} (:after, :after_id))
   and (:search = '' or c.number like :search or lower(c.name) like :anywhere)
 order by {by} {turn}, c.id {turn}
 limit :limit;

-- customer_below(id i64)
--   many: id i64
with recursive family (id) as (
    select id from customer where id = :id
    union
    select c.id from customer c join family f on c.parent = f.id
)
select id from family order by id;

-- customer_parent_of_some(id i64)
--   one: yes bool
select exists (select 1 from customer where parent = :id);

-- contact_insert(customer i64, name text, email text, phone text, role text, language text,
--     notices bool, now i64)
--   one: id i64
insert into contact (customer, name, email, phone, role, language, notices, created)
values (:customer, :name, :email, :phone, :role, :language, :notices, :now)
returning id;

-- contact_update(customer i64, id i64, name text, email text, phone text, role text,
--     language text, notices bool)
--   one: id i64
update contact
   set name = :name, email = :email, phone = :phone, role = :role, language = :language,
       notices = :notices
 where customer = :customer and id = :id and not gone
returning id;

-- contact_go(customer i64, id i64)
--   many: id i64
update contact set gone = true, email = '', phone = '' where customer = :customer and id = :id
returning id;

-- contact_row(id i64)
--   maybe: customer i64, name text, email text, phone text, role text, language text, notices bool
select customer, name, email, phone, role, language, notices
  from contact where id = :id and not gone;

-- contact_rows(customer i64)
--   many: id i64, name text, email text, phone text, role text, language text, notices bool
select id, name, email, phone, role, language, notices
  from contact where customer = :customer and not gone order by id;

-- account_find(customer i64, entity i64, currency text)
--   maybe: id i64
select id from account where customer = :customer and entity = :entity and currency = :currency;

-- account_insert(customer i64, entity i64, currency text)
--   one: id i64
insert into account (customer, entity, currency) values (:customer, :entity, :currency)
on conflict (customer, entity, currency) do update set currency = excluded.currency
returning id;

-- account_rows(id i64?, customer i64?)
--   many: id i64, customer i64, entity i64, currency text
select id, customer, entity, currency from account
 where id = :id or customer = :customer
 order by entity, currency;
