-- The books: whose they are, who owes, the ledger, what is open, and what was paid.
--
-- Amounts are whole minor units beside a currency. Instants are microseconds since 1970 in UTC.
-- What is posted is never changed or deleted: the triggers below refuse it on both engines, so an
-- error in the program cannot do it either (domain.md section 1, invariants 1 to 6).

create table entity (
    id              {{id}},
    code            text not null unique,
    name            text not null,
    legal_name      text not null default '',
    address         text not null default '',
    country         text not null default '',
    facts           text not null default '',
    currency        text not null,
    zone            text not null default 'UTC',
    calendar        text not null default '',
    payee           text not null default '',
    iban            text not null default '',
    bic             text not null default '',
    bank            text not null default '',
    contact_name    text not null default '',
    contact_phone   text not null default '',
    contact_email   text not null default '',
    tolerance_minor {{int}} not null default 0 check (tolerance_minor >= 0),
    created         {{int}} not null
) {{strict}};

-- Numbers without gaps: taken in the transaction that uses them (domain.md rule 29).
create table series (
    entity {{int}} not null references entity (id),
    kind   text not null,
    prefix text not null,
    width  {{int}} not null,
    next   {{int}} not null,
    primary key (entity, kind)
) {{strict}};

create table holiday (
    calendar text not null,
    day      {{date}} not null,
    primary key (calendar, day)
) {{strict}};

-- Why less was paid than was asked. `deducts`: the difference becomes a deduction of its own;
-- otherwise it simply stays open.
create table reason (
    code    text primary key,
    words   text not null,
    deducts {{bool}} not null,
    place   {{int}} not null,
    active  {{bool}} not null default true
) {{strict}};

insert into reason (code, words, deducts, place) values
    ('damaged_goods', 'Damaged goods', true, 1),
    ('missing_items', 'Missing items', true, 2),
    ('pricing', 'Price differs from the order', true, 3),
    ('quantity', 'Quantity differs from the delivery', true, 4),
    ('freight', 'Freight not agreed', true, 5),
    ('returned_goods', 'Goods returned', true, 6),
    ('duplicate', 'Billed twice', true, 7),
    ('tax', 'Tax is wrong', true, 8),
    ('late_delivery', 'Penalty for late delivery', true, 9),
    ('rebate', 'Rebate or promotion agreed', true, 10),
    ('withholding_tax', 'Tax withheld', true, 11),
    ('bank_charges', 'Bank charges', true, 12),
    ('other', 'Another reason', true, 13),
    ('rest_later', 'We pay the rest later', false, 14);

create table customer (
    id       {{id}},
    number   text not null unique,
    name     text not null,
    parent   {{int}} references customer (id),
    country  text not null default '',
    language text not null default '',
    address  text not null default '',
    tax_id   text not null default '',
    terms    text not null default '',
    custom   text not null default '',
    created  {{int}} not null,
    changed  {{int}} not null,
    version  {{int}} not null default 1,
    check (parent is null or parent <> id)
) {{strict}};
create index customer_name on customer (name, id);
create index customer_parent on customer (parent);

create table contact (
    id       {{id}},
    customer {{int}} not null references customer (id),
    name     text not null,
    email    text not null default '',
    phone    text not null default '',
    role     text not null check (role in ('billing', 'ap', 'approver', 'dispute')),
    language text not null default '',
    notices  {{bool}} not null default true,
    created  {{int}} not null,
    gone     {{bool}} not null default false
) {{strict}};
create index contact_customer on contact (customer, id);

-- The receivable sub-account: statements and balances live here.
create table account (
    id       {{id}},
    customer {{int}} not null references customer (id),
    entity   {{int}} not null references entity (id),
    currency text not null,
    unique (customer, entity, currency)
) {{strict}};

-- The chart of accounts (domain.md section 3). `open_items`: each posting names the item it moves.
create table gl_account (
    code       text primary key,
    name       text not null,
    kind       text not null check (kind in ('asset', 'liability', 'income', 'expense')),
    open_items {{bool}} not null
) {{strict}};

insert into gl_account (code, name, kind, open_items) values
    ('1010', 'Bank', 'asset', false),
    ('1015', 'Cash in transit', 'asset', false),
    ('1050', 'Payment provider clearing', 'asset', false),
    ('1055', 'Bank debit clearing', 'asset', false),
    ('1060', 'Payment provider reserve', 'asset', false),
    ('1065', 'Chargebacks in progress', 'asset', false),
    ('1100', 'Accounts receivable', 'asset', true),
    ('1105', 'Payments on account', 'asset', true),
    ('1110', 'Deductions receivable', 'asset', true),
    ('1120', 'Unbilled receivables', 'asset', false),
    ('1130', 'Withholding tax receivable', 'asset', false),
    ('1190', 'Allowance for doubtful accounts', 'asset', false),
    ('2050', 'Customer deposits', 'liability', false),
    ('2055', 'Unidentified receipts', 'liability', true),
    ('2100', 'Output tax', 'liability', false),
    ('2200', 'Deferred revenue', 'liability', false),
    ('4000', 'Revenue', 'income', false),
    ('4100', 'Surcharge income', 'income', false),
    ('4110', 'Interest and late fees', 'income', false),
    ('4900', 'Discounts allowed', 'income', false),
    ('6100', 'Bad debt', 'expense', false),
    ('6150', 'Chargeback loss', 'expense', false),
    ('6200', 'Processing fees', 'expense', false),
    ('6210', 'Bank charges', 'expense', false),
    ('7100', 'Realised exchange differences', 'expense', false),
    ('7110', 'Unrealised exchange differences', 'expense', false),
    ('7190', 'Rounding and tolerances', 'expense', false);

-- Invoices and credit notes as issued: frozen, and numbered in their series or by the ERP.
create table document (
    id          {{id}},
    entity      {{int}} not null references entity (id),
    customer    {{int}} not null references customer (id),
    account     {{int}} not null references account (id),
    kind        text not null check (kind in ('invoice', 'credit_note')),
    number      text not null check (length(number) between 1 and 60),
    issued      {{date}} not null,
    currency    text not null,
    net_minor   {{int}} not null,
    tax_minor   {{int}} not null,
    total_minor {{int}} not null check (total_minor >= 0 and total_minor = net_minor + tax_minor),
    terms       text not null default '',
    po          text not null default '',
    order_ref   text not null default '',
    delivery    text not null default '',
    note        text not null default '',
    custom      text not null default '',
    corrects    {{int}} references document (id),
    source      text not null default '',
    digest      text not null default '', -- of what was imported: the same again changes nothing
    recorded    {{int}} not null,
    unique (entity, kind, number)
) {{strict}};
create index document_customer on document (customer, issued, id);
create index document_number on document (number);
create index document_po on document (po) where po <> '';

create table document_line (
    document      {{int}} not null references document (id),
    n             {{int}} not null,
    sku           text not null default '',
    description   text not null default '',
    quantity      text not null default '', -- a decimal, as the document says it
    unit          text not null default '',
    unit_price    text not null default '',
    net_minor     {{int}} not null,
    tax_rate_ppm  {{int}},                  -- 190000 is 19 %
    primary key (document, n)
) {{strict}};

create table document_tax (
    document   {{int}} not null references document (id),
    n          {{int}} not null,
    name       text not null default '',
    rate_ppm   {{int}} not null,
    base_minor {{int}} not null,
    tax_minor  {{int}} not null,
    primary key (document, n)
) {{strict}};

-- What is open. Every posting to an account with open items names one of these; what is open is
-- never set, it follows from debits and credits that only grow. An invoice has one per due date; a
-- payment has one for its money on account; a deduction and an unidentified receipt likewise.
create table item (
    id             {{id}},
    entity         {{int}} not null references entity (id),
    account        {{int}} references account (id),
    customer       {{int}} references customer (id),
    currency       text not null,
    gl             text not null references gl_account (code),
    kind           text not null check (kind in ('invoice', 'credit_note', 'payment', 'deduction',
                                                 'receipt')),
    side           {{int}} not null check (side in (1, -1)), -- 1: owed to us, -1: owed by us
    document       {{int}} references document (id),
    payment        {{int}},
    n              {{int}} not null default 1,
    number         text not null,
    issued         {{date}} not null,
    due            {{date}} not null,
    discount_until {{date}},
    discount_ppm   {{int}} not null default 0,
    disputed_minor {{int}} not null default 0 check (disputed_minor >= 0),
    amount_minor   {{int}} not null check (amount_minor > 0),
    debit_minor    {{int}} not null default 0,
    credit_minor   {{int}} not null default 0,
    reserved_minor {{int}} not null default 0,
    open_minor     {{int}} generated always as (side * (debit_minor - credit_minor)) stored,
    check (side * (debit_minor - credit_minor) between 0 and amount_minor),
    check (reserved_minor between 0 and side * (debit_minor - credit_minor)),
    check ((account is null) = (customer is null)),
    check (account is not null or gl = '2055')
) {{strict}};
create index item_due on item (customer, currency, due, id);
create index item_open on item (customer, currency, due, id) where open_minor > 0;
create index item_number on item (number);
create index item_document on item (document, n);
create index item_payment on item (payment) where payment is not null;
create index item_overdue on item (due, id) where open_minor > 0;

create table entry (
    id         {{id}},
    entity     {{int}} not null references entity (id),
    kind       text not null,
    effective  {{date}} not null,
    recorded   {{int}} not null,
    idem       text not null unique, -- the command it comes from: for ever
    document   {{int}} references document (id),
    payment    {{int}},
    reverses   {{int}} unique references entry (id),
    actor      text not null,
    note       text not null default '',
    posted     {{bool}} not null default false
) {{strict}};
create index entry_document on entry (document) where document is not null;
create index entry_payment on entry (payment) where payment is not null;
create index entry_day on entry (entity, effective, id);

create table posting (
    entry        {{int}} not null references entry (id),
    n            {{int}} not null,
    gl           text not null references gl_account (code),
    account      {{int}} references account (id),
    item         {{int}} references item (id),
    amount_minor {{int}} not null check (amount_minor <> 0), -- debit above zero, credit below
    currency     text not null,
    primary key (entry, n)
) {{strict}};
create index posting_account on posting (account, entry) where account is not null;
create index posting_item on posting (item, entry) where item is not null;

-- Which credit paid which debt. Reversals are rows of their own that name the first.
create table allocation (
    id           {{id}},
    entry        {{int}} not null references entry (id),
    account      {{int}} not null references account (id),
    from_item    {{int}} not null references item (id),
    to_item      {{int}} not null references item (id),
    amount_minor {{int}} not null check (amount_minor > 0),
    recorded     {{int}} not null,
    reverses     {{int}} unique references allocation (id),
    rule         text not null default ''
) {{strict}};
create index allocation_from on allocation (from_item, id);
create index allocation_to on allocation (to_item, id);
create index allocation_entry on allocation (entry);

create table deduction (
    item     {{int}} primary key references item (id),
    of_item  {{int}} not null references item (id),
    payment  {{int}},
    reason   text not null references reason (code),
    note     text not null default '',
    state    text not null default 'coded' check (state in ('coded', 'valid', 'invalid', 'partly'))
) {{strict}};
create index deduction_of on deduction (of_item);

-- A payer's choice of what to pay: edited freely until it is submitted.
create table checkout (
    id       {{id}},
    account  {{int}} not null references account (id),
    customer {{int}} not null references customer (id),
    person   {{int}},
    state    text not null default 'open' check (state in ('open', 'submitted', 'applied')),
    entry    {{int}} references entry (id), -- of a checkout without money: credits against invoices
    created  {{int}} not null,
    changed  {{int}} not null
) {{strict}};

create table checkout_line (
    checkout     {{int}} not null references checkout (id),
    item         {{int}} not null references item (id),
    amount_minor {{int}} not null check (amount_minor >= 0), -- to pay, or of a credit to use
    typed        text not null default '',                   -- as entered, while it is refused
    held_minor   {{int}} not null default 0 check (held_minor >= 0), -- reserved by its payment
    reason       text references reason (code),
    note         text not null default '',
    primary key (checkout, item)
) {{strict}};

create table payment (
    id           {{id}},
    number       text not null unique,
    entity       {{int}} not null references entity (id),
    account      {{int}} references account (id), -- null: the payer is not known yet
    customer     {{int}} references customer (id),
    currency     text not null,
    amount_minor {{int}} not null check (amount_minor > 0),
    method       text not null check (method in ('card', 'transfer', 'imported')),
    state        text not null check (state in ('created', 'requires_action', 'submitting',
                     'unknown', 'pending', 'succeeded', 'settled', 'failed', 'cancelled',
                     'expired', 'returned', 'partially_refunded', 'refunded')),
    checkout     {{int}} unique references checkout (id),
    item         {{int}} references item (id),    -- its money on account, once it has arrived
    reference    text not null unique,            -- ISO 11649, for transfers
    bank_ref     text not null default '',        -- what the bank or the gateway calls it
    card         text not null default '',
    payer        text not null default '',
    value_date   {{date}},
    reserved     {{bool}} not null default false, -- its lines hold reservations
    expires      {{int}},                         -- when an unfinished one lets go
    person       {{int}},
    created      {{int}} not null,
    changed      {{int}} not null,
    version      {{int}} not null default 1
) {{strict}};
create index payment_customer on payment (customer, created, id);
create index payment_created on payment (created, id);
create index payment_waiting on payment (state, expires)
    where state in ('created', 'requires_action', 'submitting', 'unknown', 'pending');

create table payment_step (
    payment {{int}} not null references payment (id),
    n       {{int}} not null,
    state   text not null,
    at      {{int}} not null,
    actor   text not null,
    note    text not null default '',
    primary key (payment, n)
) {{strict}};

create table attempt (
    id         {{id}},
    payment    {{int}} not null references payment (id),
    n          {{int}} not null,
    our_id     text not null unique, -- what the gateway knows it by, and the idempotency key
    gateway    text not null,
    state      text not null check (state in ('submitting', 'open', 'unknown', 'paid', 'declined',
                                              'cancelled')),
    their_id   text not null default '',
    page       text not null default '',
    decline    text not null default '',
    card       text not null default '',
    absent     {{int}} not null default 0, -- how often they said they had never heard of it
    created    {{int}} not null,
    changed    {{int}} not null,
    unique (payment, n)
) {{strict}};
-- The lock against double payment: at most one attempt of a payment is under way.
create unique index attempt_live on attempt (payment) where state in ('submitting', 'open', 'unknown');

create table refund (
    id           {{id}},
    payment      {{int}} not null references payment (id),
    our_id       text not null unique,
    amount_minor {{int}} not null check (amount_minor > 0),
    state        text not null check (state in ('requested', 'submitted', 'succeeded', 'failed', 'unknown')),
    their_id     text not null default '',
    reason       text not null default '',
    entry        {{int}} references entry (id),
    created      {{int}} not null,
    changed      {{int}} not null
) {{strict}};
create index refund_payment on refund (payment);

-- Messages from gateways, kept before they are answered: the same one twice is one.
create table gateway_inbox (
    gateway  text not null,
    event    text not null,
    our_id   text not null,
    received {{int}} not null,
    primary key (gateway, event)
) {{strict}};

-- What went to the ERP: each entry once, in numbered batches that it confirms with its reference.
create table export_batch (
    id            {{id}},
    format        text not null,
    entity        {{int}} references entity (id),
    entries       {{int}} not null,
    created       {{int}} not null,
    actor         text not null,
    acknowledged  {{int}},
    erp_reference text not null default ''
) {{strict}};

create table export_entry (
    entry {{int}} primary key references entry (id),
    batch {{int}} not null references export_batch (id)
) {{strict}};
create index export_entry_batch on export_entry (batch, entry);

-- sqlite:

create trigger entry_opens before insert on entry when new.posted <> 0 begin
    select raise(abort, 'an entry is opened, given its postings, and then posted'); end;
create trigger entry_posts before update on entry begin
    select case when old.posted <> 0 then raise(abort, 'a posted entry does not change') end;
    select case when new.posted <> 1 or new.id <> old.id or new.entity <> old.entity
                  or new.kind <> old.kind or new.effective <> old.effective
                  or new.recorded <> old.recorded or new.idem <> old.idem
        then raise(abort, 'an entry changes only by being posted') end;
    select case when (select count(*) from posting where entry = old.id) < 2
                  or exists (select 1 from posting where entry = old.id
                              group by currency having sum(amount_minor) <> 0)
        then raise(abort, 'an entry must balance') end; end;
create trigger entry_stays before delete on entry begin
    select raise(abort, 'entries are never deleted'); end;

create trigger posting_fits before insert on posting begin
    select case when (select posted from entry where id = new.entry) <> 0
        then raise(abort, 'the entry is posted already') end;
    select case when (select open_items from gl_account where code = new.gl) <> (new.item is not null)
        then raise(abort, 'an account with open items needs the item, another must not have one') end;
    select case when new.item is not null and not exists (
                     select 1 from item where id = new.item and gl = new.gl
                        and account is new.account and currency = new.currency
                        and entity = (select entity from entry where id = new.entry))
        then raise(abort, 'the posting does not fit its item') end; end;
create trigger posting_moves after insert on posting when new.item is not null begin
    update item set debit_minor = debit_minor + max(new.amount_minor, 0),
                    credit_minor = credit_minor + max(-new.amount_minor, 0)
     where id = new.item; end;
create trigger posting_keeps before update on posting begin
    select raise(abort, 'postings do not change'); end;
create trigger posting_stays before delete on posting begin
    select raise(abort, 'postings are never deleted'); end;

create trigger item_keeps before update on item begin
    select case when new.entity <> old.entity or new.account is not old.account
                  or new.customer is not old.customer or new.currency <> old.currency
                  or new.gl <> old.gl or new.side <> old.side or new.amount_minor <> old.amount_minor
                  or new.document is not old.document or new.number <> old.number
                  or new.debit_minor < old.debit_minor or new.credit_minor < old.credit_minor
        then raise(abort, 'an item keeps what it is, and its sums only grow') end; end;
create trigger item_stays before delete on item begin
    select raise(abort, 'items are never deleted'); end;

create trigger document_keeps before update on document begin
    select raise(abort, 'an issued document does not change'); end;
create trigger document_stays before delete on document begin
    select raise(abort, 'an issued document is never deleted'); end;
create trigger document_line_keeps before update on document_line begin
    select raise(abort, 'an issued document does not change'); end;
create trigger document_line_stays before delete on document_line begin
    select raise(abort, 'an issued document is never deleted'); end;
create trigger document_tax_keeps before update on document_tax begin
    select raise(abort, 'an issued document does not change'); end;
create trigger document_tax_stays before delete on document_tax begin
    select raise(abort, 'an issued document is never deleted'); end;

create trigger allocation_keeps before update on allocation begin
    select raise(abort, 'an allocation is undone by another, never changed'); end;
create trigger allocation_stays before delete on allocation begin
    select raise(abort, 'an allocation is undone by another, never deleted'); end;

-- postgres:

create function refuse() returns trigger language plpgsql as $$
begin
    raise exception '%', tg_argv[0] using errcode = 'integrity_constraint_violation';
end $$;

create function entry_posts() returns trigger language plpgsql as $$
begin
    if old.posted then
        raise exception 'a posted entry does not change' using errcode = 'integrity_constraint_violation';
    end if;
    if not new.posted or (new.id, new.entity, new.kind, new.effective, new.recorded, new.idem)
           is distinct from (old.id, old.entity, old.kind, old.effective, old.recorded, old.idem) then
        raise exception 'an entry changes only by being posted' using errcode = 'integrity_constraint_violation';
    end if;
    if (select count(*) from posting where entry = old.id) < 2
       or exists (select 1 from posting where entry = old.id group by currency having sum(amount_minor) <> 0) then
        raise exception 'an entry must balance' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create function entry_is_posted() returns trigger language plpgsql as $$
begin
    if not (select posted from entry where id = new.id) then
        raise exception 'an entry was left open' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

create function posting_fits() returns trigger language plpgsql as $$
begin
    if (select posted from entry where id = new.entry) then
        raise exception 'the entry is posted already' using errcode = 'integrity_constraint_violation';
    end if;
    if (select open_items from gl_account where code = new.gl) <> (new.item is not null) then
        raise exception 'an account with open items needs the item, another must not have one'
            using errcode = 'integrity_constraint_violation';
    end if;
    if new.item is not null and not exists (
           select 1 from item where id = new.item and gl = new.gl
              and account is not distinct from new.account and currency = new.currency
              and entity = (select entity from entry where id = new.entry)) then
        raise exception 'the posting does not fit its item' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create function posting_moves() returns trigger language plpgsql as $$
begin
    update item set debit_minor = debit_minor + greatest(new.amount_minor, 0),
                    credit_minor = credit_minor + greatest(-new.amount_minor, 0)
     where id = new.item;
    return null;
end $$;

create function item_keeps() returns trigger language plpgsql as $$
begin
    if (new.entity, new.account, new.customer, new.currency, new.gl, new.side, new.amount_minor,
        new.document, new.number)
           is distinct from (old.entity, old.account, old.customer, old.currency, old.gl, old.side,
        old.amount_minor, old.document, old.number)
       or new.debit_minor < old.debit_minor or new.credit_minor < old.credit_minor then
        raise exception 'an item keeps what it is, and its sums only grow'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger entry_opens before insert on entry for each row when (new.posted)
    execute function refuse('an entry is opened, given its postings, and then posted');
create trigger entry_posts before update on entry for each row execute function entry_posts();
create trigger entry_stays before delete on entry for each row
    execute function refuse('entries are never deleted');
create constraint trigger entry_is_posted after insert on entry deferrable initially deferred
    for each row execute function entry_is_posted();
create trigger posting_fits before insert on posting for each row execute function posting_fits();
create trigger posting_moves after insert on posting for each row when (new.item is not null)
    execute function posting_moves();
create trigger posting_keeps before update on posting for each row
    execute function refuse('postings do not change');
create trigger posting_stays before delete on posting for each row
    execute function refuse('postings are never deleted');
create trigger item_keeps before update on item for each row execute function item_keeps();
create trigger item_stays before delete on item for each row
    execute function refuse('items are never deleted');
create trigger document_keeps before update or delete on document for each row
    execute function refuse('an issued document does not change');
create trigger document_line_keeps before update or delete on document_line for each row
    execute function refuse('an issued document does not change');
create trigger document_tax_keeps before update or delete on document_tax for each row
    execute function refuse('an issued document does not change');
create trigger allocation_keeps before update or delete on allocation for each row
    execute function refuse('an allocation is undone by another, never changed');
create trigger truncate_entry before truncate on entry execute function refuse('entries are never deleted');
create trigger truncate_posting before truncate on posting execute function refuse('postings are never deleted');

-- down:
-- postgres:
drop trigger truncate_entry on entry;
drop trigger truncate_posting on posting;
-- both:
drop table export_entry;
drop table export_batch;
drop table gateway_inbox;
drop table refund;
drop table attempt;
drop table payment_step;
drop table payment;
drop table checkout_line;
drop table checkout;
drop table deduction;
drop table allocation;
drop table posting;
drop table entry;
drop table item;
drop table document_tax;
drop table document_line;
drop table document;
drop table gl_account;
drop table account;
drop table contact;
drop table customer;
drop table reason;
drop table holiday;
drop table series;
drop table entity;
-- postgres:
drop function refuse();
drop function entry_posts();
drop function entry_is_posted();
drop function posting_fits();
drop function posting_moves();
drop function item_keeps();
