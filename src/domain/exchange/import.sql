-- Runs of imports, what they refused, and saved mappings.

-- import_unfinished(fingerprint text)
--   maybe: id i64, position i64, row_count i64, created i64, updated i64, unchanged i64,
--     refused i64, customers i64
select id, position, row_count, created, updated, unchanged, refused, customers
  from import_run
 where fingerprint = :fingerprint and state = 'running'
 order by id desc
 limit 1;

-- import_run_insert(kind text, file_name text, fingerprint text, header text, state text,
--     owner text, who text, now i64)
--   one: id i64
insert into import_run (kind, file_name, fingerprint, header, state, owner, who, started_at,
                        changed_at)
values (:kind, :file_name, :fingerprint, :header, :state, :owner, :who, :now, :now)
returning id;

-- import_take_over(id i64, owner text, now i64)
--   none
update import_run set owner = :owner, changed_at = :now where id = :id;

-- import_advance(id i64, owner text, state text, position i64, row_count i64, created i64,
--     updated i64, unchanged i64, refused i64, customers i64, problem text, now i64)
--   many: id i64
update import_run
   set state = :state, position = :position, row_count = :row_count, created = :created, updated = :updated,
       unchanged = :unchanged, refused = :refused, customers = :customers, problem = :problem,
       changed_at = :now
 where id = :id and owner = :owner and state = 'running'
returning id;

-- import_total_put(run i64, currency text, total i64)
--   none
insert into import_total (run, currency, total_minor)
values (:run, :currency, :total)
on conflict (run, currency) do update set total_minor = excluded.total_minor;

-- import_totals(run i64)
--   many: total money
select total_minor, currency from import_total where run = :run order by currency;

-- import_refusal_insert(run i64, n i64, line i64, number text, column_name text, value text,
--     reason text, raw text)
--   none
insert into import_refusal (run, n, line, number, column_name, value, reason, raw)
values (:run, :n, :line, :number, :column_name, :value, :reason, :raw);

-- import_refusal_last(run i64)
--   one: n i64
select coalesce(max(n), 0) from import_refusal where run = :run;

-- import_refusal_page(run i64, after i64, most i64)
--   many: n i64, line i64, number text, column_name text, value text, reason text, raw text
select n, line, number, column_name, value, reason, raw
  from import_refusal
 where run = :run and n > :after and reason <> ''
 order by n
 limit :most;

-- import_refusal_rows(run i64)
--   each: raw text
select raw from import_refusal where run = :run order by n;

-- import_header(run i64)
--   maybe: header text
select header from import_run where id = :run;

-- import_runs(first i64, last i64, most i64)
--   many: id i64, kind text, file_name text, state text, who text, problem text, row_count i64,
--     created i64, updated i64, unchanged i64, refused i64, customers i64, started_at i64,
--     changed_at i64
select id, kind, file_name, state, who, problem, row_count, created, updated, unchanged, refused,
       customers, started_at, changed_at
  from import_run
 where id between :first and :last
 order by id desc
 limit :most;

-- import_mapping_put(name text, kind text, mapping text, now i64)
--   none
insert into import_mapping (name, kind, mapping, changed_at)
values (:name, :kind, :mapping, :now)
on conflict (name) do update
   set kind = excluded.kind, mapping = excluded.mapping, changed_at = excluded.changed_at;

-- import_mapping_get(name text)
--   maybe: kind text, mapping text
select kind, mapping from import_mapping where name = :name;
