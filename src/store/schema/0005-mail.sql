-- Mails: written down in the transaction of their cause, sent by the job mail.send.
create table mail (
    id           {{id}},
    event        text not null unique,            -- 'receipt:417': one event, one mail
    recipient    text not null,
    to_name      text not null,
    reply_to     text not null,
    sender       text not null,                   -- empty: the seller's address
    sender_name  text not null,
    subject      text not null,
    body_text    text not null,
    body_html    text not null,
    language     text not null,
    secret       {{bool}} not null,               -- the bodies are wiped once it is sent
    person       {{int}},
    customer     {{int}},
    document     text,                            -- what is attached: 'receipt', 'invoice'
    document_id  {{int}},
    state        text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
    problem      text not null default '',
    tries        {{int}} not null default 0,
    created_at   {{int}} not null,
    sent_at      {{int}}
) {{strict}};
create index mail_customer on mail (customer, id);
create index mail_waiting on mail (created_at) where state = 'waiting';

-- down:
drop table mail;
