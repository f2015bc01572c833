-- What the server's own settings do with a commit. A standby that is away for the moment has a slot.
-- durability_row()
--   one: syncs bool, pages bool, commits text, standbys i64, named bool
select true, true, 'on', 0, true
-- postgres: only a server has such settings
select current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
       current_setting('synchronous_commit'),
       (select count(*) from pg_stat_replication
         where coalesce(application_name, '') not in ('pg_basebackup', 'pg_receivewal'))
       + (select count(*) from pg_replication_slots where slot_type = 'physical' and not active),
       current_setting('synchronous_standby_names') <> '';
