-- What was run here. The table is made by migrate.c: it must be there before the first migration.

-- migrations_done()
--   many: number i64, name text, checksum i64
select number, name, checksum from migration order by number;

-- migration_add(number i64, name text, checksum i64, done_at i64)
--   none
insert into migration (number, name, checksum, done_at)
values (:number, :name, :checksum, :done_at);

-- migration_remove(number i64)
--   none
delete from migration where number = :number;
