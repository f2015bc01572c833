-- Who raised a dispute gets the answer by mail.
alter table dispute add column person {{int}} references person (id);

-- down:
alter table dispute drop column person;
