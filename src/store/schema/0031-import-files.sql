-- Files that were sent to be imported: kept in pieces until they were, so that whoever runs the
-- import has them, on whatever machine.
create table import_file (
    id         {{id}},
    kind       text not null check (kind in ('customers', 'invoices', 'credit-notes')),
    name       text not null,
    size       {{int}} not null,
    settings   text not null,             -- JSON: how it is to be read
    state      text not null check (state in ('waiting', 'running', 'done', 'failed')),
    problem    text not null default '',
    run        {{int}} references import_run (id),
    who        text not null,
    created_at {{int}} not null
) {{strict}};

create table import_piece (
    file  {{int}} not null references import_file (id),
    n     {{int}} not null,
    bytes {{blob}} not null,
    primary key (file, n)
) {{strict}};

-- down:
drop table import_piece;
drop table import_file;
