-- Links that show one document to whoever has them, until they run out or are taken back.

create table share_link (
    id       {{id}},
    document {{int}} not null references document (id),
    customer {{int}} not null references customer (id),
    person   {{int}},
    created  {{int}} not null,
    expires  {{int}} not null,
    revoked  {{int}}
) {{strict}};
create index share_link_document on share_link (document, id);

-- down:
drop table share_link;
