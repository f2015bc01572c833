-- audit_insert(at i64, actor_kind text, actor i64, actor_name text, action text,
--              object_kind text, object i64, before text, after text, request text, address text)
--   none
insert into audit (at, actor_kind, actor, actor_name, action, object_kind, object, before, after,
                   request, address)
values (:at, :actor_kind, nullif(:actor, 0), :actor_name, :action, :object_kind, :object, :before,
        :after, :request, :address);

-- audit_by_object(object_kind text, object i64, below i64, most i64)
--   many: id i64, at i64, actor_kind text, actor i64, actor_name text, action text,
--         object_kind text, object i64, before text, after text, request text, address text
select id, at, actor_kind, coalesce(actor, 0), actor_name, action, object_kind, object,
       coalesce(before, ''), coalesce(after, ''), request, address
  from audit
 where object_kind = :object_kind and object = :object and id < :below
 order by id desc
 limit :most;

-- audit_by_age(below i64, actor_kind text, actor i64, most i64)
--   many: id i64, at i64, actor_kind text, actor i64, actor_name text, action text,
--         object_kind text, object i64, before text, after text, request text, address text
select id, at, actor_kind, coalesce(actor, 0), actor_name, action, object_kind, object,
       coalesce(before, ''), coalesce(after, ''), request, address
  from audit
 where id < :below
   and (:actor_kind = '' or (actor_kind = :actor_kind and coalesce(actor, 0) = :actor))
 order by id desc
 limit :most;
