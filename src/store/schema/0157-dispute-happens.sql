-- What became of a dispute stands in the customer's line of time.
-- sqlite:
create trigger dispute_step_happens after insert on dispute_step begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                           currency, who, words)
    select x.customer, new.at, 'invoice', 'dispute.' || new.what, x.id, i.document, null, i.number,
           x.amount_minor, x.currency, new.actor, new.note
      from dispute x join item i on i.id = x.item where x.id = new.dispute; end;
-- postgres:
create function dispute_step_happens() returns trigger language plpgsql as $$
begin
    insert into happening (customer, at, topic, what, subject, document, payment, number, minor,
                           currency, who, words)
    select x.customer, new.at, 'invoice', 'dispute.' || new.what, x.id, i.document, null, i.number,
           x.amount_minor, x.currency, new.actor, new.note
      from dispute x join item i on i.id = x.item where x.id = new.dispute;
    return null;
end $$;
create trigger dispute_step_happens after insert on dispute_step for each row
    execute function dispute_step_happens();

-- down:
-- sqlite:
drop trigger dispute_step_happens;
-- postgres:
drop trigger dispute_step_happens on dispute_step;
drop function dispute_step_happens();
