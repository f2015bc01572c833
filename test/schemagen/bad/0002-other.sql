create table a (id {{id}});
