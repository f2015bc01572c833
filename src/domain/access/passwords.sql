-- password_by_email(email text)
--   maybe: person i64, hash text
select id, coalesce(password_hash, '') from person where email = :email and blocked_at is null;

-- password_update(person i64, hash text)
--   none
update person set password_hash = :hash where id = :person;

-- password_rehash(person i64, old text, new text)
--   none
update person set password_hash = :new where id = :person and password_hash = :old;

-- attempt_insert(subject text, at i64)
--   one: id i64
insert into sign_in_try (subject, at) values (:subject, :at) returning id;

-- attempts_since(subject text, since i64)
--   one: count i64, oldest i64
select count(*), coalesce(min(at), 0) from sign_in_try where subject = :subject and at > :since;

-- attempt_delete(id i64)
--   none
delete from sign_in_try where id = :id;
