create table other (state {{text}} check (state in ('a', -- the first
                                                    'b', 'c')));

-- down:
drop table other;
