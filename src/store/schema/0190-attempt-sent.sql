-- When an attempt was last sent: "never heard of it" counts only when nothing can be under way.
alter table attempt add column sent {{int}} not null default 0;
update attempt set sent = changed;

-- down:
alter table attempt drop column sent;
