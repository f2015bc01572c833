-- How an entity works.

-- work_rule_row(entity i64)
--   maybe: unapplied_days i64, clerk_off i64, manager_off i64, reduces_tax bool
select unapplied_days, clerk_off_minor, manager_off_minor, discount_reduces_tax
  from work_rule where entity = :entity;

-- work_rule_put(entity i64, unapplied_days i64, clerk_off i64, manager_off i64, reduces_tax bool)
--   none
insert into work_rule (entity, unapplied_days, clerk_off_minor, manager_off_minor,
                       discount_reduces_tax)
values (:entity, :unapplied_days, :clerk_off, :manager_off, :reduces_tax)
on conflict (entity) do update
   set unapplied_days = excluded.unapplied_days, clerk_off_minor = excluded.clerk_off_minor,
       manager_off_minor = excluded.manager_off_minor,
       discount_reduces_tax = excluded.discount_reduces_tax;
