-- all(id i64,
select 1;
