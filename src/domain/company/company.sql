-- Statements about the seller's entities.

-- entity_insert(code text, name text, legal_name text, address text, country text, facts text,
--     currency text, zone text, calendar text, payee text, iban text, bic text, bank text,
--     contact_name text, contact_phone text, contact_email text, tolerance i64, card_fee i64,
--     card_fee_text text, now i64)
--   one: id i64
insert into entity (code, name, legal_name, address, country, facts, currency, zone, calendar,
                    payee, iban, bic, bank, contact_name, contact_phone, contact_email,
                    tolerance_minor, card_fee_ppm, card_fee_text, created,
                    changed)
values (:code, :name, :legal_name, :address, :country, :facts, :currency, :zone, :calendar,
        :payee, :iban, :bic, :bank, :contact_name, :contact_phone, :contact_email,
        :tolerance, :card_fee, :card_fee_text, :now, :now)
on conflict (code) do update set
    name = excluded.name, legal_name = excluded.legal_name, address = excluded.address,
    country = excluded.country, facts = excluded.facts, zone = excluded.zone,
    calendar = excluded.calendar, payee = excluded.payee, iban = excluded.iban,
    bic = excluded.bic, bank = excluded.bank, contact_name = excluded.contact_name,
    contact_phone = excluded.contact_phone, contact_email = excluded.contact_email,
    tolerance_minor = excluded.tolerance_minor, card_fee_ppm = excluded.card_fee_ppm,
    card_fee_text = excluded.card_fee_text, changed = excluded.changed
returning id;

-- entity_rows(id i64?, code text)
--   many: id i64, code text, name text, legal_name text, address text, country text, facts text,
--     currency text, zone text, calendar text, payee text, iban text, bic text, bank text,
--     contact_name text, contact_phone text, contact_email text, tolerance i64,
--     card_fee i64, card_fee_text text
select id, code, name, legal_name, address, country, facts, currency, zone, calendar, payee, iban,
       bic, bank, contact_name, contact_phone, contact_email, tolerance_minor,
       card_fee_ppm, card_fee_text
  from entity
 where (:id is null or id = :id) and (:code is null or code = :code)
 order by id;

-- entity_named()
--   many: id i64, name text
select id, name from entity order by id;

-- entity_before(id i64, at i64)
--   maybe: name text, legal_name text, address text, facts text, payee text, iban text, bic text,
--     contact_name text, contact_phone text, contact_email text
select name, legal_name, address, facts, payee, iban, bic, contact_name, contact_phone,
       contact_email
  from entity_was where entity = :id and until > :at order by until, id limit 1;

-- series_take(entity i64, kind text, prefix text)
--   one: prefix text, width i64, number i64
insert into series (entity, kind, prefix, width, next) values (:entity, :kind, :prefix, 4, 2)
on conflict (entity, kind) do update set next = series.next + 1
returning prefix, width, next - 1;

-- A number that may leave a gap.
-- series_draw(entity i64, kind text)
--   maybe: prefix text, width i64, number i64
update series set next = next + 1 where entity = :entity and kind = :kind
returning prefix, width, next - 1
-- postgres: the row would be locked until the commit, and a sequence is not (0141-payment-numbers)
select prefix, width, nextval(cast('series_' || :entity || '_' || :kind as regclass))
  from series where entity = :entity and kind = :kind;

-- series_row(entity i64, kind text)
--   maybe: prefix text, width i64, number i64
select prefix, width, next from series where entity = :entity and kind = :kind
-- postgres: where a sequence counts
select prefix, width,
       coalesce(pg_sequence_last_value(to_regclass('series_' || entity || '_' || kind)) + 1, next)
  from series where entity = :entity and kind = :kind;

-- series_put(entity i64, kind text, prefix text, width i64, next i64)
--   none
insert into series (entity, kind, prefix, width, next)
values (:entity, :kind, :prefix, :width, :next)
on conflict (entity, kind) do update
   set prefix = excluded.prefix, width = excluded.width, next = excluded.next
 where excluded.next >= series.next;

-- reason_rows()
--   many: code text, words text, deducts bool
select code, words, deducts from reason where active order by place;

-- holiday_insert(calendar text, day date)
--   none
insert into holiday (calendar, day) values (:calendar, :day) on conflict do nothing;

-- holiday_rows(calendar text, first date, last date)
--   many: day date
select day from holiday
 where calendar = :calendar and day >= :first and day <= :last
 order by day;
