-- A keyed hash of what the gateway calls the card itself, whatever the token: so that one card that
-- is kept twice is seen to be one. Empty: the gateway has not said.
alter table payment_method add column same_tag text not null default '';

-- down:
alter table payment_method drop column same_tag;
