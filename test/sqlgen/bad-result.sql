-- all()
--   some: n text
select 1;
