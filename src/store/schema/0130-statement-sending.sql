-- That staff asked for an issued statement to be mailed again: each asking is one mail a contact.
create table statement_sending (
    id        {{id}},
    statement {{int}} not null references statement (id),
    who       text not null,
    asked     {{int}} not null
) {{strict}};

-- down:
drop table statement_sending;
