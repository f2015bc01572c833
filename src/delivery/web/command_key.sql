-- A key is claimed by whoever inserts it first; see command_key.h.
-- command_claim(principal text, key text, route text, body_hash text, now i64, claim text)
--   maybe: id i64
insert into command_key (principal, key, route, body_hash, made_at, claim)
values (:principal, :key, :route, :body_hash, :now, :claim)
on conflict (principal, key) do nothing
returning id;

-- command_find(principal text, key text)
--   one: id i64, route text, body_hash text, status i64, type text, location text, body blob,
--        made_at i64, claim text
select id, route, body_hash, status, type, location, body, made_at, claim
  from command_key
 where principal = :principal and key = :key;

-- From a claim that nobody works on any more: the first to take it over has it.
-- command_take_over(id i64, from text, now i64, claim text)
--   maybe: id i64
update command_key set made_at = :now, claim = :claim
 where id = :id and status = 0 and claim = :from
returning id;

-- Whoever was at work on them has died: the next who sends one does it. What is older is free by
-- itself: a start does not read all the answers that are kept.
-- commands_orphan(since i64)
--   none
update command_key set made_at = 0 where made_at >= :since and status = 0;

-- Whoever was at work for so long that another one has taken over changes nothing any more.
-- command_answer(id i64, claim text, status i64, type text, location text, body blob)
--   none
update command_key set status = :status, type = :type, location = :location, body = :body
 where id = :id and claim = :claim;

-- command_drop(id i64, claim text)
--   none
delete from command_key where id = :id and claim = :claim;

-- commands_forget(before i64)
--   none
delete from command_key where made_at < :before and status > 0;
