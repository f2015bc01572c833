-- A key is claimed by whoever inserts it first; see command_key.h.
-- command_claim(principal text, key text, route text, body_hash text, now i64, claim text)
--   maybe: id i64
insert into command_key (principal, key, route, body_hash, made_at, claim)
values (:principal, :key, :route, :body_hash, :now, :claim)
on conflict (principal, key) do nothing
returning id;

-- command_find(principal text, key text)
--   one: id i64, route text, body_hash text, status i64, type text, location text, body blob
select id, route, body_hash, status, type, location, body
  from command_key
 where principal = :principal and key = :key;

-- One that was under way when its process died is taken over after a while; one's own, at once.
-- command_take_over(id i64, before i64, now i64, claim text)
--   maybe: id i64
update command_key set made_at = :now, claim = :claim
 where id = :id and status = 0 and (made_at < :before or claim = :claim)
returning id;

-- Whoever was at work on them has died: the next who sends one does it.
-- commands_orphan()
--   none
update command_key set made_at = 0 where status = 0;

-- command_answer(id i64, status i64, type text, location text, body blob)
--   none
update command_key set status = :status, type = :type, location = :location, body = :body
 where id = :id;

-- command_drop(id i64)
--   none
delete from command_key where id = :id;

-- commands_forget(before i64)
--   none
delete from command_key where made_at < :before and status > 0;
