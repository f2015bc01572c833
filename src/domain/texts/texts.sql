-- The versions of texts. The newest of a key counts.

-- text_insert(entity i64, key text, language text, body text, who text, now i64)
--   one: id i64
insert into text_version (entity, key, language, body, who, recorded)
values (:entity, :key, :language, :body, :who, :now)
returning id;

-- text_rows(entity i64, language text, before i64)
--   many: key text, body text
select v.key, v.body
  from text_version v
 where v.entity = :entity and v.language = :language
   and v.id = (select max(w.id) from text_version w
                where w.entity = v.entity and w.language = v.language and w.key = v.key
                  and w.recorded <= :before);

-- text_history(entity i64, language text, key text)
--   many: body text, who text, recorded i64
select body, who, recorded from text_version
 where entity = :entity and language = :language and key = :key order by id desc limit 50;
