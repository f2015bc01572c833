-- Documents as they were made.

-- kept_insert(kind text, subject i64, name text, sha256 text, bytes blob, now i64)
--   none
insert into paper (kind, subject, name, sha256, bytes, made)
values (:kind, :subject, :name, :sha256, :bytes, :now)
on conflict (kind, subject) do nothing;

-- kept_row(kind text, subject i64)
--   maybe: name text, sha256 text, bytes blob, made i64
select name, sha256, bytes, made from paper where kind = :kind and subject = :subject;

-- kept_all()
--   each: id i64, sha256 text, bytes blob
select id, sha256, bytes from paper order by id;
