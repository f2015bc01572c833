-- A surcharge for credit cards (domain.md, row 7 and rule 19): off unless the entity says so, never
-- above 4 % (the highest that any card scheme allows), and never without the words that tell it.
alter table entity add column card_fee_ppm {{int}} not null default 0
    check (card_fee_ppm between 0 and 40000);
alter table entity add column card_fee_text text not null default '';

-- What a credit card would cost on top, as the payer was told; and what was collected with the
-- same capture in the end. Of neither is any part of amount_minor.
alter table payment add column fee_asked_minor {{int}} not null default 0
    check (fee_asked_minor >= 0);
alter table payment add column fee_minor {{int}} not null default 0 check (fee_minor >= 0);
-- The share of the surcharge that goes back with the refund.
alter table refund add column fee_minor {{int}} not null default 0 check (fee_minor >= 0);
-- What the gateway says the card draws on; empty: it has not said.
alter table payment_method add column funding text not null default ''
    check (funding in ('', 'credit', 'debit', 'prepaid'));

-- down:
alter table payment_method drop column funding;
alter table refund drop column fee_minor;
alter table payment drop column fee_minor;
alter table payment drop column fee_asked_minor;
alter table entity drop column card_fee_text;
alter table entity drop column card_fee_ppm;
