-- Payments that were begun by a mail's link: a guest sees these and no others.
create table pay_link_payment (
    link    {{int}} not null references pay_link (id),
    payment {{int}} not null references payment (id),
    primary key (link, payment)
) {{strict}};

-- down:
drop table pay_link_payment;
