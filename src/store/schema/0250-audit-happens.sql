-- Most audit records are of nothing that a customer's timeline tells: of a payment nearly all. What
-- kinds it tells is asked before the function is called, whose eight statements cost more than
-- writing the record; SQLite asks them in no time.
-- postgres:
drop trigger audit_happens on audit;
create trigger audit_happens after insert on audit for each row
    when (new.object_kind in ('customer', 'contact', 'membership', 'person', 'document', 'share_link',
                              'payment_method')
          or new.object_kind = 'payment'
             and new.action in ('payment.identify', 'payment.twice', 'payment.amount_differs'))
    execute function audit_happens();

-- down:
-- sqlite:
select 1; -- nothing was done
-- postgres:
drop trigger audit_happens on audit;
create trigger audit_happens after insert on audit for each row
    execute function audit_happens();
