-- Imports: each run with its position and its counts, what it refused, and the mappings people keep.
create table import_run (
    id          {{id}},
    kind        text not null check (kind in ('customers', 'invoices', 'credit-notes')),
    file_name   text not null,
    fingerprint text not null,            -- of the file and how it is read: the same goes on
    header      text not null,            -- as it stands in the file
    state       text not null check (state in ('running', 'done', 'failed', 'dry')),
    owner       text not null,            -- changes hands when another process goes on with it
    who         text not null,
    position    {{int}} not null default 0, -- rows of the file that are dealt with
    row_count   {{int}} not null default 0, -- of data, without empty ones
    created     {{int}} not null default 0,
    updated     {{int}} not null default 0,
    unchanged   {{int}} not null default 0,
    refused     {{int}} not null default 0,
    customers   {{int}} not null default 0,
    problem     text not null default '',
    started_at  {{int}} not null,
    changed_at  {{int}} not null
) {{strict}};
create index import_run_fingerprint on import_run (fingerprint);

create table import_total (
    run         {{int}} not null references import_run (id),
    currency    text not null,
    total_minor {{int}} not null,
    primary key (run, currency)
) {{strict}};

-- One row for each row of the file that was refused, the reason at the first row of a document.
create table import_refusal (
    run         {{int}} not null references import_run (id),
    n           {{int}} not null,
    line        {{int}} not null,
    number      text not null,            -- of the document, where it is known
    column_name text not null,
    value       text not null,
    reason      text not null,            -- empty: goes with the row above
    raw         text not null,
    primary key (run, n)
) {{strict}};

create table import_mapping (
    name       text primary key,
    kind       text not null,
    mapping    text not null,             -- JSON
    changed_at {{int}} not null
) {{strict}};

-- down:
drop table import_mapping;
drop table import_refusal;
drop table import_total;
drop table import_run;
