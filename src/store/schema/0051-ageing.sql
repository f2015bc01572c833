-- Where the columns of the ageing end, as the team keeps them: '30,60,90'. One row, or none.
create table ageing_rule (
    id      {{int}} primary key check (id = 1),
    bounds  text not null,
    changed {{int}} not null,
    actor   text not null
) {{strict}};

-- down:
drop table ageing_rule;
