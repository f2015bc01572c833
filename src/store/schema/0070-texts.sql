-- The words that staff changed: what documents, mails and the portal say, per entity and language.
--
-- Only ever added: the newest row of a key counts, one without a body is "back to the default". A
-- document made later as of its own day reads the row that counted then.

create table text_version (
    id       {{id}},
    entity   {{int}} not null references entity (id),
    key      text not null,
    language text not null,            -- 'de'; empty for what has no language, a layout
    body     text,                     -- null: the default again
    who      text not null,
    recorded {{int}} not null
) {{strict}};
create index text_version_key on text_version (entity, language, key, id);

-- sqlite:
create trigger text_version_keeps before update on text_version begin
    select raise(abort, 'a text is changed by a further version'); end;
create trigger text_version_stays before delete on text_version begin
    select raise(abort, 'versions of texts are never deleted'); end;
create trigger text_version_once before insert on text_version
when exists (select 1 from text_version where id = new.id) begin
    select raise(abort, 'versions of texts are never replaced'); end;
-- postgres:
create trigger text_version_keeps before update or delete on text_version for each row
    execute function refuse('a text is changed by a further version');
create trigger truncate_text_version before truncate on text_version
    execute function refuse('versions of texts are never deleted');

-- down:
-- sqlite:
drop trigger text_version_once;
drop trigger text_version_stays;
drop trigger text_version_keeps;
-- both:
drop table text_version;
