-- only a word
create table a (id {{serial}});
