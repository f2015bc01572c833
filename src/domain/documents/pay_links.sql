-- Links of mails to documents.

-- pay_link_insert(customer i64, entity i64, email text, event text, now i64, expires i64)
--   maybe: id i64
insert into pay_link (customer, entity, email, event, created, expires)
values (:customer, :entity, :email, :event, :now, :expires)
on conflict (event) do nothing
returning id;

-- pay_link_of_event(event text)
--   one: id i64
select id from pay_link where event = :event;

-- pay_link_document_add(link i64, document i64)
--   none
insert into pay_link_document (link, document) values (:link, :document) on conflict do nothing;

-- pay_link_document_rows(link i64)
--   many: document i64
select document from pay_link_document where link = :link order by document;

-- pay_link_payment_add(link i64, payment i64)
--   none
insert into pay_link_payment (link, payment) values (:link, :payment) on conflict do nothing;

-- pay_link_payment_rows(link i64)
--   many: payment i64
select payment from pay_link_payment where link = :link order by payment desc;

-- pay_link_row(id i64)
--   maybe: customer i64, entity i64, email text, created i64, expires i64, revoked i64?,
--          revoked_by text, opened i64, opens i64
select customer, entity, email, created, expires, revoked, revoked_by, coalesce(opened, 0), opens
  from pay_link where id = :id;

-- pay_link_rows(customer i64, limit i64)
--   many: id i64
select id from pay_link where customer = :customer order by id desc limit :limit;

-- pay_link_document_links(document i64, limit i64)
--   many: link i64
select link from pay_link_document where document = :document order by link desc limit :limit;

-- pay_link_use(id i64, now i64)
--   none
update pay_link set opened = :now, opens = opens + 1 where id = :id;

-- pay_link_end(id i64, customer i64, now i64, who text)
--   many: id i64
update pay_link set revoked = :now, revoked_by = :who
 where id = :id and (:customer = 0 or customer = :customer) and revoked is null
returning id;
