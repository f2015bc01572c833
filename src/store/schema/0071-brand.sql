-- How each entity looks: its colour and its logo. Versions are only ever added; the newest counts,
-- and what is made as of an earlier moment has the look of then.

create table logo (
    digest text primary key, -- SHA-256 of the picture; also its name in addresses
    svg    {{blob}},         -- rewritten from what was sent; null: it was a PNG
    png    {{blob}} not null,
    width  {{int}} not null check (width between 1 and 1200),
    height {{int}} not null check (height between 1 and 1200)
) {{strict}};

create table brand_version (
    id       {{id}},
    entity   {{int}} not null references entity (id),
    colour   {{int}} not null check (colour between 0 and 16777215), -- 0xRRGGBB
    logo     text references logo (digest),
    who      text not null,
    recorded {{int}} not null
) {{strict}};
create index brand_version_entity on brand_version (entity, id);

-- What stood in the address of a document before it was changed: one issued earlier keeps it.
alter table entity add column changed {{int}} not null default 0;
create table entity_was (
    id            {{id}},
    entity        {{int}} not null references entity (id),
    until         {{int}} not null,
    name          text not null,
    legal_name    text not null,
    address       text not null,
    facts         text not null,
    payee         text not null,
    iban          text not null,
    bic           text not null,
    contact_name  text not null,
    contact_phone text not null,
    contact_email text not null
) {{strict}};
create index entity_was_until on entity_was (entity, until, id);
create table customer_was (
    id       {{id}},
    customer {{int}} not null references customer (id),
    until    {{int}} not null,
    name     text not null,
    address  text not null,
    tax_id   text not null
) {{strict}};
create index customer_was_until on customer_was (customer, until, id);

-- sqlite:
create trigger logo_keeps before update on logo begin
    select raise(abort, 'a logo does not change'); end;
create trigger logo_stays before delete on logo begin
    select raise(abort, 'logos are never deleted'); end;
create trigger brand_version_keeps before update on brand_version begin
    select raise(abort, 'a look is changed by a further version'); end;
create trigger brand_version_stays before delete on brand_version begin
    select raise(abort, 'versions of a look are never deleted'); end;
create trigger brand_version_once before insert on brand_version
when exists (select 1 from brand_version where id = new.id) begin
    select raise(abort, 'versions of a look are never replaced'); end;
create trigger entity_leaves after update on entity
when (old.name, old.legal_name, old.address, old.facts, old.payee, old.iban, old.bic,
      old.contact_name, old.contact_phone, old.contact_email)
     <> (new.name, new.legal_name, new.address, new.facts, new.payee, new.iban, new.bic,
         new.contact_name, new.contact_phone, new.contact_email) begin
    insert into entity_was (entity, until, name, legal_name, address, facts, payee, iban, bic,
                            contact_name, contact_phone, contact_email)
    values (old.id, new.changed, old.name, old.legal_name, old.address, old.facts, old.payee,
            old.iban, old.bic, old.contact_name, old.contact_phone, old.contact_email); end;
create trigger customer_leaves after update on customer
when (old.name, old.address, old.tax_id) <> (new.name, new.address, new.tax_id) begin
    insert into customer_was (customer, until, name, address, tax_id)
    values (old.id, new.changed, old.name, old.address, old.tax_id); end;
create trigger entity_was_keeps before update on entity_was begin
    select raise(abort, 'what was does not change'); end;
create trigger entity_was_stays before delete on entity_was begin
    select raise(abort, 'what was is never deleted'); end;
create trigger customer_was_keeps before update on customer_was begin
    select raise(abort, 'what was does not change'); end;
create trigger customer_was_stays before delete on customer_was begin
    select raise(abort, 'what was is never deleted'); end;
-- postgres:
create function entity_leaves() returns trigger language plpgsql as $$
begin
    insert into entity_was (entity, until, name, legal_name, address, facts, payee, iban, bic,
                            contact_name, contact_phone, contact_email)
    values (old.id, new.changed, old.name, old.legal_name, old.address, old.facts, old.payee,
            old.iban, old.bic, old.contact_name, old.contact_phone, old.contact_email);
    return null;
end $$;
create function customer_leaves() returns trigger language plpgsql as $$
begin
    insert into customer_was (customer, until, name, address, tax_id)
    values (old.id, new.changed, old.name, old.address, old.tax_id);
    return null;
end $$;
create trigger logo_keeps before update or delete on logo for each row
    execute function refuse('a logo does not change');
create trigger brand_version_keeps before update or delete on brand_version for each row
    execute function refuse('a look is changed by a further version');
create trigger truncate_brand_version before truncate on brand_version
    execute function refuse('versions of a look are never deleted');
create trigger entity_leaves after update on entity for each row
when ((old.name, old.legal_name, old.address, old.facts, old.payee, old.iban, old.bic,
       old.contact_name, old.contact_phone, old.contact_email)
      is distinct from (new.name, new.legal_name, new.address, new.facts, new.payee, new.iban,
                        new.bic, new.contact_name, new.contact_phone, new.contact_email))
    execute function entity_leaves();
create trigger customer_leaves after update on customer for each row
when ((old.name, old.address, old.tax_id) is distinct from (new.name, new.address, new.tax_id))
    execute function customer_leaves();
create trigger entity_was_keeps before update or delete on entity_was for each row
    execute function refuse('what was does not change');
create trigger customer_was_keeps before update or delete on customer_was for each row
    execute function refuse('what was does not change');

-- down:
-- sqlite:
drop trigger customer_leaves;
drop trigger entity_leaves;
-- postgres:
drop trigger customer_leaves on customer;
drop trigger entity_leaves on entity;
-- both:
drop table customer_was;
drop table entity_was;
alter table entity drop column changed;
drop table brand_version;
drop table logo;
-- postgres:
drop function entity_leaves();
drop function customer_leaves();
