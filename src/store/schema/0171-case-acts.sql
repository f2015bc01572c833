-- Acts over many cases: which dispute a row is about, and who looked after the case before.
alter table batch_row add column dispute {{int}} references dispute (id);
alter table batch_row add column was {{int}} references person (id);

-- down:
alter table batch_row drop column was;
alter table batch_row drop column dispute;
