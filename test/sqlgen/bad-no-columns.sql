-- all()
--   many:
select 1;
