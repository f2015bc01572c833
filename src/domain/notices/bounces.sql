-- bounce_mail(message_id text)
--   maybe: id i64, recipient text
select id, recipient from mail where message_id <> '' and message_id = :message_id;

-- bounce_insert(mail i64, at i64, kind text, address text, status text, words text, report text)
--   maybe: id i64
insert into mail_bounce (mail, at, kind, address, status, words, report)
values (:mail, :at, :kind, :address, :status, :words, :report)
on conflict (report) do nothing
returning id;

-- bounce_mark(mail i64, at i64)
--   none
update mail set bounced_at = :at where id = :mail and bounced_at is null;

-- bounce_rows(mail i64)
--   many: at i64, kind text, address text, status text, words text
select at, kind, address, status, words from mail_bounce where mail = :mail order by id;

-- stop_insert(address text, bounce i64, words text, since i64)
--   none
insert into mail_stop (address, bounce, words, since) values (:address, :bounce, :words, :since)
on conflict (address) where cleared is null do nothing;

-- stop_rows(limit i64)
--   many: id i64, address text, words text, since i64, mail i64?, customer i64?,
--         customer_name text, subject text
select s.id, s.address, s.words, s.since, m.id, m.customer, coalesce(c.name, ''),
       coalesce(m.subject, '')
  from mail_stop s left join mail_bounce b on b.id = s.bounce left join mail m on m.id = b.mail
       left join customer c on c.id = m.customer
 where s.cleared is null
 order by s.id desc limit :limit;

-- stop_row(address text)
--   maybe: id i64, words text, since i64
select id, words, since from mail_stop where address = :address and cleared is null;

-- stop_end(id i64, now i64, who text)
--   many: id i64
update mail_stop set cleared = :now, cleared_by = :who where id = :id and cleared is null
returning id;
