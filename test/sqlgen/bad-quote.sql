-- all()
--   one: n text
select 'it;
