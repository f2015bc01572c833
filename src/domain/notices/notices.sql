-- mail_insert(event text, recipient text, to_name text, reply_to text, sender text,
--             sender_name text, subject text, body_text text, body_html text, language text,
--             secret bool, person i64, customer i64, document text, document_id i64,
--             created_at i64)
--   maybe: id i64
insert into mail (event, recipient, to_name, reply_to, sender, sender_name, subject, body_text,
                  body_html, language, secret, person, customer, document, document_id, created_at)
values (:event, :recipient, :to_name, :reply_to, :sender, :sender_name, :subject, :body_text,
        :body_html, :language, :secret, nullif(:person, 0), nullif(:customer, 0),
        nullif(:document, ''), nullif(:document_id, 0), :created_at)
on conflict (event) do nothing
returning id;

-- mail_rows(first i64, last i64, customer i64, most i64)
--   many: id i64, event text, recipient text, to_name text, reply_to text, sender text,
--         sender_name text, subject text, body_text text, body_html text, language text,
--         secret bool, person i64, customer i64, document text, document_id i64, state text,
--         problem text, tries i64, created_at i64, sent_at i64
select id, event, recipient, to_name, reply_to, sender, sender_name, subject, body_text, body_html,
       language, secret, coalesce(person, 0), coalesce(customer, 0), coalesce(document, ''),
       coalesce(document_id, 0), state, problem, tries, created_at, coalesce(sent_at, 0)
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
