-- key_insert(hash text, start text, name text, role text, owner i64, created_at i64)
--   one: id i64
insert into api_key (hash, start, name, role, owner, created_at)
values (:hash, :start, :name, :role, nullif(:owner, 0), :created_at)
returning id;

-- key_rows(hash text)
--   many: id i64, name text, start text, role text, owner i64, revoked bool, created_at i64,
--         last_used_at i64
select id, name, start, role, coalesce(owner, 0), revoked_at is not null, created_at,
       coalesce(last_used_at, 0)
  from api_key
 where :hash = '' or hash = :hash
 order by id;

-- key_touch(id i64, last_used_at i64)
--   none
update api_key set last_used_at = :last_used_at where id = :id;

-- key_revoke(id i64, revoked_at i64)
--   many: id i64
update api_key set revoked_at = :revoked_at where id = :id and revoked_at is null returning id;
