-- Every list of the console may have filters: which of them do, one table in the program says.
-- sqlite:
create table saved_filter_new (
    id      {{id}},
    list    text not null check (list <> ''),
    name    text not null check (length(name) between 1 and 60),
    query   text not null,          -- of the list's address: 'show=overdue&sort=-open'
    person  {{int}} not null references person (id),
    shared  {{bool}} not null,
    created {{int}} not null
) {{strict}};
insert into saved_filter_new (id, list, name, query, person, shared, created)
select id, list, name, query, person, shared, created from saved_filter;
drop table saved_filter;
alter table saved_filter_new rename to saved_filter;
create index saved_filter_person on saved_filter (person, list, id);
create index saved_filter_shared on saved_filter (list, id) where shared;
-- postgres:
alter table saved_filter drop constraint saved_filter_list_check;
alter table saved_filter add constraint saved_filter_list_check check (list <> '');

-- down:
delete from saved_filter where list not in ('customers', 'invoices', 'payments');
-- sqlite:
create table saved_filter_new (
    id      {{id}},
    list    text not null check (list in ('customers', 'invoices', 'payments')),
    name    text not null check (length(name) between 1 and 60),
    query   text not null,
    person  {{int}} not null references person (id),
    shared  {{bool}} not null,
    created {{int}} not null
) {{strict}};
insert into saved_filter_new (id, list, name, query, person, shared, created)
select id, list, name, query, person, shared, created from saved_filter;
drop table saved_filter;
alter table saved_filter_new rename to saved_filter;
create index saved_filter_person on saved_filter (person, list, id);
create index saved_filter_shared on saved_filter (list, id) where shared;
-- postgres:
alter table saved_filter drop constraint saved_filter_list_check;
alter table saved_filter add constraint saved_filter_list_check
    check (list in ('customers', 'invoices', 'payments'));
