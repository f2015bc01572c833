-- Filters of the console's lists that somebody named: his own, or the team's.
create table saved_filter (
    id      {{id}},
    list    text not null check (list in ('customers', 'invoices', 'payments')),
    name    text not null check (length(name) between 1 and 60),
    query   text not null,          -- of the list's address: 'show=overdue&sort=-open'
    person  {{int}} not null references person (id),
    shared  {{bool}} not null,
    created {{int}} not null
) {{strict}};
create index saved_filter_person on saved_filter (person, list, id);
create index saved_filter_shared on saved_filter (list, id) where shared;

-- down:
drop table saved_filter;
