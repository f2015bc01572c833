-- only a brace
create table a (id {{id);
