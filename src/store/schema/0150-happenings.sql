-- What happened with a customer, in one line of time: documents, postings, steps of payments,
-- mails, links that were opened, people, changes, and notes of staff. Each row is written by the
-- database in the transaction of what it tells, so that none can be forgotten; rows are never
-- changed or removed.
-- Mails are not copied: the row names them. Notes of staff stand here and nowhere else.
create table happening (
    id       {{id}},
    customer {{int}} not null,      -- neither customers nor payments are ever deleted
    at       {{int}} not null,
    topic    text not null check (topic in ('invoice', 'payment', 'mail', 'note', 'person',
                                            'change')),
    what     text not null,         -- 'entry.invoice', 'payment.settled', 'mail.sent', 'note.call'
    subject  {{int}},               -- the entry, payment, mail, link, or row of the audit trail
    document {{int}} references document (id),
    payment  {{int}},
    number   text not null default '',
    minor    {{int}},
    currency text,
    who      text not null,
    words    text not null default ''
) {{strict}};
create index happening_customer on happening (customer, at, id);
create index happening_topic on happening (customer, topic, at, id);

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select a.customer, e.recorded,
           case when e.payment is null and e.document is not null then 'invoice'
                else 'payment' end,
           'entry.' || e.kind, e.id, e.document, e.payment,
           coalesce((select number from document where id = e.document),
                    (select i.number from posting q join item i on i.id = q.item
                      where q.entry = e.id and i.side = 1 order by q.n limit 1),
                    (select number from payment where id = e.payment), ''),
           case when sum(case when p.amount_minor > 0 then p.amount_minor else 0 end) > 0
                then sum(case when p.amount_minor > 0 then p.amount_minor else 0 end)
                else -sum(p.amount_minor) end,
           p.currency, e.actor, e.note
      from entry e join posting p on p.entry = e.id join account a on a.id = p.account
     where e.posted and e.kind not in ('payment', 'receipt')
     group by e.id, e.recorded, e.payment, e.document, e.kind, e.actor, e.note, a.customer,
              p.currency
     order by e.id;

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select p.customer, s.at, 'payment', 'payment.' || s.state, p.id, null, p.id, p.number,
           p.amount_minor, p.currency, s.actor, s.note
      from payment_step s join payment p on p.id = s.payment
     where p.customer is not null and s.state not in ('created', 'submitting')
     order by s.at;

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select i.customer, s.at, 'invoice', 'deduction.' || s.what, i.id, null, null, i.number,
           i.amount_minor, i.currency, s.actor, s.note
      from deduction_step s join item i on i.id = s.item where i.customer is not null;

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select m.customer, t.at, 'mail', 'mail.' || t.outcome, m.id, null, null, '', null, null, '',
           ''
      from mail_try t join mail m on m.id = t.mail
     where m.customer is not null and t.outcome in ('sent', 'refused');

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select m.customer, b.at, 'mail', 'mail.bounced', m.id, null, null, '', null, null, '', ''
      from mail_bounce b join mail m on m.id = b.mail where m.customer is not null;

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'change', a.action, a.id, null, null, '', null, null,
           a.actor_name, ''
      from audit a join (select id, id as customer from customer) x on x.id = a.object
     where a.object_kind = 'customer';

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'change', a.action, a.id, null, null, '', null, null,
           a.actor_name, ''
      from audit a join contact x on x.id = a.object
     where a.object_kind = 'contact';

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'person', a.action, a.id, null, null, '', null, null,
           a.actor_name, ''
      from audit a join membership x on x.id = a.object
     where a.object_kind = 'membership';

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'person', a.action, a.id, null, null, '', null, null,
           a.actor_name, ''
      from audit a join membership x on x.person = a.object
     where a.object_kind = 'person' and a.action = 'session.begin';

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'invoice', a.action, a.id, x.id, null, x.number, null, null,
           a.actor_name, ''
      from audit a join document x on x.id = a.object
     where a.object_kind = 'document';

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'invoice', a.action, a.id, x.document, null, '', null, null,
           a.actor_name, ''
      from audit a join share_link x on x.id = a.object
     where a.object_kind = 'share_link';

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'change', a.action, a.id, null, null, '', null, null,
           a.actor_name, ''
      from audit a join payment_method x on x.id = a.object
     where a.object_kind = 'payment_method';

insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, a.at, 'payment', a.action, a.id, null, x.id, x.number, null, null,
           a.actor_name, ''
      from audit a join payment x on x.id = a.object
     where a.object_kind = 'payment' and x.customer is not null
       and a.action in ('payment.identify', 'payment.twice', 'payment.amount_differs');

-- sqlite:

create trigger entry_happens after update of posted on entry
when new.posted <> 0 and old.posted = 0 and new.kind not in ('payment', 'receipt') begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select a.customer, new.recorded,
           case when new.payment is null and new.document is not null then 'invoice'
                else 'payment' end,
           'entry.' || new.kind, new.id, new.document, new.payment,
           coalesce((select number from document where id = new.document),
                    (select i.number from posting q join item i on i.id = q.item
                      where q.entry = new.id and i.side = 1 order by q.n limit 1),
                    (select number from payment where id = new.payment), ''),
           case when sum(case when p.amount_minor > 0 then p.amount_minor else 0 end) > 0
                then sum(case when p.amount_minor > 0 then p.amount_minor else 0 end)
                else -sum(p.amount_minor) end,
           p.currency, new.actor, new.note
      from posting p join account a on a.id = p.account
     where p.entry = new.id
     group by a.customer, p.currency; end;
create trigger payment_step_happens after insert on payment_step begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select p.customer, new.at, 'payment', 'payment.' || new.state, p.id, null, p.id, p.number,
           p.amount_minor, p.currency, new.actor, new.note
      from payment p
     where p.id = new.payment and p.customer is not null
       and new.state not in ('created', 'submitting'); end;
create trigger deduction_step_happens after insert on deduction_step begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select i.customer, new.at, 'invoice', 'deduction.' || new.what, i.id, null, null, i.number,
           i.amount_minor, i.currency, new.actor, new.note
      from item i where i.id = new.item and i.customer is not null; end;
create trigger mail_try_happens after update of outcome on mail_try begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select m.customer, new.at, 'mail', 'mail.' || new.outcome, m.id, null, null, '', null, null, '',
           ''
      from mail m
     where m.id = new.mail and m.customer is not null and new.outcome in ('sent', 'refused'); end;
create trigger mail_bounce_happens after insert on mail_bounce begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select m.customer, new.at, 'mail', 'mail.bounced', m.id, null, null, '', null, null, '', ''
      from mail m where m.id = new.mail and m.customer is not null; end;
create trigger audit_happens after insert on audit begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from (select id, id as customer from customer) x
     where new.object_kind = 'customer' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from contact x
     where new.object_kind = 'contact' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'person', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from membership x
     where new.object_kind = 'membership' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'person', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from membership x
     where new.object_kind = 'person' and x.person = new.object and new.action = 'session.begin';
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'invoice', new.action, new.id, x.id, null, x.number, null, null,
           new.actor_name, ''
      from document x
     where new.object_kind = 'document' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'invoice', new.action, new.id, x.document, null, '', null, null,
           new.actor_name, ''
      from share_link x
     where new.object_kind = 'share_link' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from payment_method x
     where new.object_kind = 'payment_method' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'payment', new.action, new.id, null, x.id, x.number, null, null,
           new.actor_name, ''
      from payment x
     where new.object_kind = 'payment' and x.id = new.object and x.customer is not null
       and new.action in ('payment.identify', 'payment.twice', 'payment.amount_differs'); end;
create trigger pay_link_happens after update of opens on pay_link
when new.opens > old.opens begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select new.customer, coalesce(new.opened, new.created), 'invoice', 'link.opened', new.id, null,
           null, '', null, null, new.email, ''; end;
create trigger share_link_happens after update of opens on share_link
when new.opens > old.opens begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select new.customer, coalesce(new.opened, new.created), 'invoice', 'share.opened', new.id,
           new.document, null, '', null, null, '', ''; end;
create trigger happening_keeps before update on happening begin
    select raise(abort, 'what happened does not change'); end;
create trigger happening_stays before delete on happening begin
    select raise(abort, 'what happened is never deleted'); end;
create trigger happening_once before insert on happening
when exists (select 1 from happening where id = new.id) begin
    select raise(abort, 'what happened is never replaced'); end;

-- postgres:

create function entry_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select a.customer, new.recorded,
           case when new.payment is null and new.document is not null then 'invoice'
                else 'payment' end,
           'entry.' || new.kind, new.id, new.document, new.payment,
           coalesce((select number from document where id = new.document),
                    (select i.number from posting q join item i on i.id = q.item
                      where q.entry = new.id and i.side = 1 order by q.n limit 1),
                    (select number from payment where id = new.payment), ''),
           case when sum(case when p.amount_minor > 0 then p.amount_minor else 0 end) > 0
                then sum(case when p.amount_minor > 0 then p.amount_minor else 0 end)
                else -sum(p.amount_minor) end,
           p.currency, new.actor, new.note
      from posting p join account a on a.id = p.account
     where p.entry = new.id
     group by a.customer, p.currency;
    return null;
end $$;
create trigger entry_happens after update of posted on entry for each row
    when (new.posted and not old.posted and new.kind not in ('payment', 'receipt'))
    execute function entry_happens();

create function payment_step_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select p.customer, new.at, 'payment', 'payment.' || new.state, p.id, null, p.id, p.number,
           p.amount_minor, p.currency, new.actor, new.note
      from payment p
     where p.id = new.payment and p.customer is not null
       and new.state not in ('created', 'submitting');
    return null;
end $$;
create trigger payment_step_happens after insert on payment_step for each row
    execute function payment_step_happens();

create function deduction_step_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select i.customer, new.at, 'invoice', 'deduction.' || new.what, i.id, null, null, i.number,
           i.amount_minor, i.currency, new.actor, new.note
      from item i where i.id = new.item and i.customer is not null;
    return null;
end $$;
create trigger deduction_step_happens after insert on deduction_step for each row
    execute function deduction_step_happens();

create function mail_try_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select m.customer, new.at, 'mail', 'mail.' || new.outcome, m.id, null, null, '', null, null, '',
           ''
      from mail m
     where m.id = new.mail and m.customer is not null and new.outcome in ('sent', 'refused');
    return null;
end $$;
create trigger mail_try_happens after update of outcome on mail_try for each row
    execute function mail_try_happens();

create function mail_bounce_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select m.customer, new.at, 'mail', 'mail.bounced', m.id, null, null, '', null, null, '', ''
      from mail m where m.id = new.mail and m.customer is not null;
    return null;
end $$;
create trigger mail_bounce_happens after insert on mail_bounce for each row
    execute function mail_bounce_happens();

create function audit_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from (select id, id as customer from customer) x
     where new.object_kind = 'customer' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from contact x
     where new.object_kind = 'contact' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'person', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from membership x
     where new.object_kind = 'membership' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'person', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from membership x
     where new.object_kind = 'person' and x.person = new.object and new.action = 'session.begin';
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'invoice', new.action, new.id, x.id, null, x.number, null, null,
           new.actor_name, ''
      from document x
     where new.object_kind = 'document' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'invoice', new.action, new.id, x.document, null, '', null, null,
           new.actor_name, ''
      from share_link x
     where new.object_kind = 'share_link' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'change', new.action, new.id, null, null, '', null, null,
           new.actor_name, ''
      from payment_method x
     where new.object_kind = 'payment_method' and x.id = new.object;
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select x.customer, new.at, 'payment', new.action, new.id, null, x.id, x.number, null, null,
           new.actor_name, ''
      from payment x
     where new.object_kind = 'payment' and x.id = new.object and x.customer is not null
       and new.action in ('payment.identify', 'payment.twice', 'payment.amount_differs');
    return null;
end $$;
create trigger audit_happens after insert on audit for each row
    execute function audit_happens();

create function pay_link_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select new.customer, coalesce(new.opened, new.created), 'invoice', 'link.opened', new.id, null,
           null, '', null, null, new.email, '';
    return null;
end $$;
create trigger pay_link_happens after update of opens on pay_link for each row
    when (new.opens > old.opens)
    execute function pay_link_happens();

create function share_link_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                       currency, who, words)
    select new.customer, coalesce(new.opened, new.created), 'invoice', 'share.opened', new.id,
           new.document, null, '', null, null, '', '';
    return null;
end $$;
create trigger share_link_happens after update of opens on share_link for each row
    when (new.opens > old.opens)
    execute function share_link_happens();

create trigger happening_keeps before update or delete on happening for each row
    execute function refuse('what happened does not change');
create trigger truncate_happening before truncate on happening
    execute function refuse('what happened is never deleted');

-- down:
-- sqlite:
drop trigger entry_happens;
drop trigger payment_step_happens;
drop trigger deduction_step_happens;
drop trigger mail_try_happens;
drop trigger mail_bounce_happens;
drop trigger audit_happens;
drop trigger pay_link_happens;
drop trigger share_link_happens;
-- postgres:
drop trigger entry_happens on entry;
drop function entry_happens();
drop trigger payment_step_happens on payment_step;
drop function payment_step_happens();
drop trigger deduction_step_happens on deduction_step;
drop function deduction_step_happens();
drop trigger mail_try_happens on mail_try;
drop function mail_try_happens();
drop trigger mail_bounce_happens on mail_bounce;
drop function mail_bounce_happens();
drop trigger audit_happens on audit;
drop function audit_happens();
drop trigger pay_link_happens on pay_link;
drop function pay_link_happens();
drop trigger share_link_happens on share_link;
drop function share_link_happens();
drop trigger truncate_happening on happening;
-- both:
drop table happening;
