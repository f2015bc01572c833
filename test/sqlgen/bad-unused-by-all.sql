-- thing_page(owner i64, limit i64)
--   many: id i64
--   {turn}
--     up: asc
--     down: desc
select id from thing order by id {turn} limit :limit;
