-- What happened with a customer.

-- timeline_page(customer i64, before_at i64, before_id i64, limit i64)
--   many: id i64, at i64, topic text, what text, subject i64?, document i64?, payment i64?,
--     number text, minor i64?, currency text, who text, words text, mail_subject text,
--     recipient text, whom text
select h.id, h.at, h.topic, h.what, h.subject, h.document, h.payment, h.number, h.minor,
       coalesce(h.currency, ''), h.who, h.words, coalesce(m.subject, ''), coalesce(m.recipient, ''),
       coalesce(p.name, c.name, '')
  from happening h left join mail m on m.id = h.subject and h.topic = 'mail'
  left join audit a on a.id = h.subject and h.topic in ('person', 'change')
  left join membership b on b.id = a.object and a.object_kind = 'membership'
  left join person p on p.id = b.person
  left join contact c on c.id = a.object and a.object_kind = 'contact'
 where h.customer = :customer and (h.at, h.id) < (:before_at, :before_id)
 order by h.at desc, h.id desc
 limit :limit;

-- timeline_topic_page(customer i64, topic text, before_at i64, before_id i64, limit i64)
--   many: as timeline_page
select h.id, h.at, h.topic, h.what, h.subject, h.document, h.payment, h.number, h.minor,
       coalesce(h.currency, ''), h.who, h.words, coalesce(m.subject, ''), coalesce(m.recipient, ''),
       coalesce(p.name, c.name, '')
  from happening h left join mail m on m.id = h.subject and h.topic = 'mail'
  left join audit a on a.id = h.subject and h.topic in ('person', 'change')
  left join membership b on b.id = a.object and a.object_kind = 'membership'
  left join person p on p.id = b.person
  left join contact c on c.id = a.object and a.object_kind = 'contact'
 where h.customer = :customer and h.topic = :topic and (h.at, h.id) < (:before_at, :before_id)
 order by h.at desc, h.id desc
 limit :limit;

-- note_insert(customer i64, at i64, what text, who text, words text)
--   none
insert into happening (customer, at, topic, what, number, who, words)
values (:customer, :at, 'note', :what, '', :who, :words);
