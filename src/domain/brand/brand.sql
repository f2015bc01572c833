-- Colours and logos.

-- brand_insert(entity i64, colour i64, logo text, who text, now i64)
--   one: id i64
insert into brand_version (entity, colour, logo, who, recorded)
values (:entity, :colour, :logo, :who, :now)
returning id;

-- brand_row(entity i64, before i64)
--   maybe: colour i64, logo text, svg bool, who text, recorded i64
select b.colour, b.logo, l.svg is not null, b.who, b.recorded
  from brand_version b left join logo l on l.digest = b.logo
 where b.entity = :entity and b.recorded <= :before
 order by b.id desc limit 1;

-- logo_insert(digest text, svg blob, png blob, width i64, height i64)
--   none
insert into logo (digest, svg, png, width, height) values (:digest, :svg, :png, :width, :height)
on conflict (digest) do nothing;

-- logo_row(digest text)
--   maybe: svg blob, png blob, width i64, height i64
select svg, png, width, height from logo where digest = :digest;
