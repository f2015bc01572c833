-- Whoever claims a command names himself, by chance: asked again after a commit whose answer was
-- lost, he is known as the one who has it.
alter table command_key add column claim text not null default '';

-- down:
alter table command_key drop column claim;
