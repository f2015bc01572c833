-- passkey_insert(person i64, credential text, algorithm i64, public_key blob, sign_count i64,
--     name text, created_at i64)
--   maybe: id i64
insert into passkey (person, credential, algorithm, public_key, sign_count, name, created_at)
values (:person, :credential, :algorithm, :public_key, :sign_count, :name, :created_at)
on conflict (credential) do nothing
returning id;

-- passkey_rows(person i64)
--   many: id i64, name text, credential text, created_at i64, last_used_at i64
select id, name, credential, created_at, coalesce(last_used_at, 0)
  from passkey where person = :person order by id;

-- passkey_delete(person i64, id i64)
--   maybe: name text
delete from passkey where person = :person and id = :id returning name;

-- passkey_by_credential(credential text)
--   maybe: id i64, person i64, algorithm i64, public_key blob, sign_count i64
select k.id, k.person, k.algorithm, k.public_key, k.sign_count
  from passkey k join person p on p.id = k.person
 where k.credential = :credential and p.blocked_at is null;

-- A key that counts never counts backwards: of two that come together, or of a copy, one is too late.
-- passkey_used(id i64, sign_count i64, now i64)
--   maybe: id i64
update passkey set sign_count = :sign_count, last_used_at = :now
 where id = :id and (sign_count < :sign_count or (sign_count = 0 and :sign_count = 0))
returning id;

-- challenge_use(hash text, expires_at i64)
--   maybe: hash text
insert into passkey_challenge (hash, expires_at) values (:hash, :expires_at)
on conflict (hash) do nothing
returning hash;
