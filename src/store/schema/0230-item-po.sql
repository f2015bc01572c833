-- An item has its document's PO: a list of items shows it in each row, and was a quarter dearer for
-- looking up a document for each. An issued document never changes, so the two are the same for
-- ever: the triggers refuse an item that has another one, and `quittance verify` compares them.
alter table item add column po text not null default '';

-- sqlite:

create trigger item_po_given before insert on item
when new.po <> coalesce((select po from document where id = new.document), '') begin
    select raise(abort, 'an item has the PO of its document'); end;
create trigger item_po_keeps before update of po on item
when new.po <> coalesce((select po from document where id = new.document), '') begin
    select raise(abort, 'an item has the PO of its document'); end;

-- postgres:

create function item_po() returns trigger language plpgsql as $$
begin
    if new.po <> coalesce((select po from document where id = new.document), '') then
        raise exception 'an item has the PO of its document'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger item_po_given before insert on item for each row execute function item_po();
create trigger item_po_keeps before update of po on item for each row execute function item_po();

-- both:

update item set po = (select po from document where id = item.document)
 where document in (select id from document where po <> '');

-- down:
-- sqlite:
drop trigger item_po_keeps;
drop trigger item_po_given;
-- postgres:
drop trigger item_po_keeps on item;
drop trigger item_po_given on item;
drop function item_po();
-- both:
alter table item drop column po;
