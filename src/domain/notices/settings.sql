-- setting_row(entity i64)
--   maybe: sender text, reply_to text, import_notices bool, quiet_days i64, keep_days i64,
--          link_policy text, link_days i64
select sender, reply_to, import_notices, quiet_days, keep_days, link_policy, link_days
  from mail_setting where entity = :entity;

-- setting_put(entity i64, sender text, reply_to text, import_notices bool, quiet_days i64,
--             keep_days i64, link_policy text, link_days i64, now i64)
--   none
insert into mail_setting (entity, sender, reply_to, import_notices, quiet_days, keep_days,
                          link_policy, link_days, changed)
values (:entity, :sender, :reply_to, :import_notices, :quiet_days, :keep_days, :link_policy,
        :link_days, :now)
on conflict (entity) do update set
    sender = excluded.sender, reply_to = excluded.reply_to,
    import_notices = excluded.import_notices, quiet_days = excluded.quiet_days,
    keep_days = excluded.keep_days, link_policy = excluded.link_policy,
    link_days = excluded.link_days, changed = excluded.changed;

-- wish_rows(contact i64)
--   many: kind text, wanted bool
select kind, wanted from contact_mail where contact = :contact;

-- wish_put(contact i64, kind text, wanted bool, now i64)
--   none
insert into contact_mail (contact, kind, wanted, changed) values (:contact, :kind, :wanted, :now)
on conflict (contact, kind) do update
   set wanted = excluded.wanted, changed = excluded.changed;
