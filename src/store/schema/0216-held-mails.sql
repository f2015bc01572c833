-- What a hold on a customer's reminders keeps back: one statement and one reminder of an account,
-- however many were. A queue: the row goes when the hold is over and its mail is asked for anew, or
-- when another one was mailed meanwhile.
create table held_mail (
    customer  {{int}} not null references customer (id),
    entity    {{int}} not null references entity (id),
    currency  text not null,
    kind      text not null check (kind in ('statement', 'reminder')),
    statement {{int}} references statement (id), -- the one that was not mailed
    held      {{int}} not null,
    primary key (customer, entity, currency, kind),
    check ((kind = 'statement') = (statement is not null))
) {{strict}};

-- down:
drop table held_mail;
