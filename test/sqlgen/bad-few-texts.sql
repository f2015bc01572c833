-- thing_page(limit i64)
--   many: id i64
--   {turn} {than}
--     up: asc
select id from thing order by id {turn} limit :limit;
