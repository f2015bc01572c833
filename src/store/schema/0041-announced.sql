-- Which payment under way holds an item: asked when a transfer names its invoice.
create index checkout_line_held on checkout_line (item) where held_minor > 0;

-- down:
drop index checkout_line_held;
