-- The log of mails, without their contents. `way` says which branch is meant; each of them reads
-- one index from its end, and those that are not meant read nothing. What else is asked for is
-- looked at row by row: of a kind nearly all are sent, and of all other branches there are few.

-- log_rows(way text, customer i64, document text, document_id i64, recipient text, kind text,
--          state text, below i64, most i64)
--   many: id i64, kind text, event text, recipient text, to_name text, subject text,
--         language text, secret bool, person i64, customer i64, entity i64, contact i64,
--         document text, document_id i64, state text, problem text, message_id text, tries i64,
--         created_at i64, sent_at i64, bounced_at i64
select id, kind, event, recipient, to_name, subject, language, secret, coalesce(person, 0),
       coalesce(customer, 0), coalesce(entity, 0), coalesce(contact, 0), coalesce(document, ''),
       coalesce(document_id, 0), state, problem, message_id, tries, created_at,
       coalesce(sent_at, 0), coalesce(bounced_at, 0)
  from mail
 where id in (
    select id from (
        select id from mail where :way = 'all' and id < :below
        union all
        select id from mail where :way = 'sent' and id < :below and state = 'sent'
        union all
        select id from mail
         where :way = 'waiting' and id < :below and state = 'waiting'
           and (:kind = '' or kind = :kind)
        union all
        select id from mail
         where :way = 'failed' and id < :below and state = 'failed'
           and (:kind = '' or kind = :kind)
        union all
        select id from mail
         where :way = 'bounced' and id < :below and bounced_at is not null
           and (:kind = '' or kind = :kind)
        union all
        select id from mail
         where :way = 'kind' and id < :below and kind = :kind
           and (:state = '' or state = :state or (:state = 'bounced' and bounced_at is not null))
        union all
        select id from mail
         where :way = 'customer' and id < :below and customer = :customer
           and (:kind = '' or kind = :kind)
           and (:state = '' or state = :state or (:state = 'bounced' and bounced_at is not null))
        union all
        select id from mail
         where :way = 'document' and id < :below and document is not null
           and document = :document and document_id = :document_id
           and (:kind = '' or kind = :kind)
           and (:state = '' or state = :state or (:state = 'bounced' and bounced_at is not null))
        union all
        select id from mail
         where :way = 'recipient' and id < :below and recipient = :recipient
           and (:kind = '' or kind = :kind)
           and (:state = '' or state = :state or (:state = 'bounced' and bounced_at is not null))
        order by id desc limit :most) chosen)
 order by id desc;
