-- Files that wait to be imported.

-- import_file_insert(kind text, name text, size i64, settings text, who text, language text, now i64)
--   one: id i64
insert into import_file (kind, name, size, settings, state, who, language, created_at)
values (:kind, :name, :size, :settings, 'waiting', :who, :language, :now)
returning id;

-- import_piece_insert(file i64, n i64, bytes blob)
--   none
insert into import_piece (file, n, bytes) values (:file, :n, :bytes);

-- import_file_row(id i64)
--   maybe: kind text, name text, size i64, settings text, state text, problem text, run i64?,
--     who text, language text, created_at i64
select kind, name, size, settings, state, problem, run, who, language, created_at
  from import_file where id = :id;

-- import_piece_rows(file i64)
--   each: bytes blob
select bytes from import_piece where file = :file order by n;

-- import_file_set(id i64, settings text)
--   many: id i64
update import_file set settings = :settings where id = :id and state <> 'running' returning id;

-- import_file_state(id i64, from_state text, to_state text, run i64?, problem text)
--   many: id i64
update import_file
   set state = :to_state, run = coalesce(:run, run), problem = :problem
 where id = :id and state = :from_state
returning id;

-- import_file_by_run(run i64)
--   many: id i64
select f.id from import_file f
 where f.run = :run and exists (select 1 from import_piece p where p.file = f.id);

-- import_pieces_forget(before i64)
--   none
delete from import_piece
 where file in (select id from import_file where created_at < :before and state <> 'running');

-- mapping_rows(kind text)
--   many: name text
select name from import_mapping where kind = :kind order by name;
