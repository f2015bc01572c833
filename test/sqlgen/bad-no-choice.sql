-- thing_page(limit i64)
--   many: id i64
--   {turn}
--     up: asc
--     down: desc
select id from thing order by id {than} limit :limit;
