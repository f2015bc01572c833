-- mail_insert(kind text, event text, recipient text, to_name text, reply_to text, sender text,
--             sender_name text, subject text, body_text text, body_html text, language text,
--             secret bool, person i64, customer i64, entity i64, contact i64, document text,
--             document_id i64, created_at i64)
--   maybe: id i64
insert into mail (kind, event, recipient, to_name, reply_to, sender, sender_name, subject,
                  body_text, body_html, language, secret, person, customer, entity, contact,
                  document, document_id, created_at)
values (:kind, :event, :recipient, :to_name, :reply_to, :sender, :sender_name, :subject,
        :body_text, :body_html, :language, :secret, nullif(:person, 0), nullif(:customer, 0),
        nullif(:entity, 0), nullif(:contact, 0), nullif(:document, ''), nullif(:document_id, 0),
        :created_at)
on conflict (event) do nothing
returning id;

-- mail_rows(first i64, last i64, customer i64, most i64)
--   many: id i64, kind text, event text, recipient text, to_name text, reply_to text, sender text,
--         sender_name text, subject text, body_text text, body_html text, language text,
--         secret bool, person i64, customer i64, entity i64, contact i64, document text,
--         document_id i64, state text, problem text, message_id text, tries i64, created_at i64,
--         sent_at i64, bounced_at i64
select id, kind, event, recipient, to_name, reply_to, sender, sender_name, subject, body_text,
       body_html, language, secret, coalesce(person, 0), coalesce(customer, 0),
       coalesce(entity, 0), coalesce(contact, 0), coalesce(document, ''),
       coalesce(document_id, 0), state, problem, message_id, tries, created_at,
       coalesce(sent_at, 0), coalesce(bounced_at, 0)
  from mail
 where id between :first and :last and (:customer = 0 or customer = :customer)
 order by id desc
 limit :most;

-- mail_sent(id i64, sent_at i64)
--   none
update mail
   set state = 'sent', sent_at = :sent_at, tries = tries + 1, problem = '',
       body_text = case when secret then '' else body_text end,
       body_html = case when secret then '' else body_html end
 where id = :id and state = 'waiting';

-- mail_failed(id i64, problem text, state text)
--   none
update mail
   set problem = :problem, state = :state, tries = tries + 1
 where id = :id and state = 'waiting';

-- mail_named(id i64, message_id text)
--   none
update mail set message_id = :message_id where id = :id and message_id = '';

-- mail_again(id i64)
--   many: id i64
update mail set state = 'waiting', problem = '', left_at = null
 where id = :id and state = 'failed' and not secret
returning id;

-- mail_leave(id i64, now i64)
--   many: id i64
update mail set left_at = :now where id = :id and state = 'failed' and left_at is null
returning id;

-- mail_count(person i64, kind text, since i64)
--   one: count i64
select count(*) from mail where person = :person and kind = :kind and created_at >= :since;

-- try_insert(mail i64, at i64)
--   none
insert into mail_try (mail, at, outcome) values (:mail, :at, 'begun');

-- try_begun(mail i64)
--   maybe: id i64, at i64
select id, at from mail_try where mail = :mail and outcome = 'begun';

-- try_end(mail i64, outcome text, answer text)
--   none
update mail_try set outcome = :outcome, answer = :answer where mail = :mail and outcome = 'begun';

-- try_rows(mail i64)
--   many: at i64, outcome text, answer text
select at, outcome, answer from mail_try where mail = :mail order by id;

-- content_insert(mail i64, at i64, bytes blob, hash text)
--   none
insert into mail_content (mail, at, bytes, hash) values (:mail, :at, :bytes, :hash)
on conflict (mail) do nothing;

-- content_row(mail i64)
--   maybe: bytes blob, hash text
select bytes, hash from mail_content where mail = :mail;

-- content_forget(before i64)
--   none
delete from mail_content where at < :before;

-- body_forget(before i64)
--   none
update mail set body_text = '', body_html = ''
 where created_at < :before and state <> 'waiting' and (body_text <> '' or body_html <> '');

-- stop_find(address text)
--   maybe: id i64, words text
select id, words from mail_stop where address = :address and cleared is null;

-- mail_measured()
--   one: waiting i64, since i64
select count(*), coalesce(min(created_at), 0) from mail where state = 'waiting';
