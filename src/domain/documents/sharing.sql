-- Links to one document.

-- share_insert(document i64, customer i64, person i64?, now i64, expires i64)
--   one: id i64
insert into share_link (document, customer, person, created, expires)
values (:document, :customer, :person, :now, :expires)
returning id;

-- share_rows(id i64?, document i64?)
--   many: id i64, document i64, customer i64, created i64, expires i64, revoked i64?, opened i64
select id, document, customer, created, expires, revoked, coalesce(opened, 0)
  from share_link where id = :id or document = :document order by id desc;

-- share_use(id i64, now i64)
--   none
update share_link set opened = :now, opens = opens + 1 where id = :id;

-- share_end(id i64, customer i64, now i64)
--   many: id i64
update share_link set revoked = coalesce(revoked, :now) where id = :id and customer = :customer
returning id;
