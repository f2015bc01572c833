#include "domain/brand/brand.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "domain/audit/audit.h"
#include "domain/brand/brand_sql.h"

bool brand_load(struct op *op, int64_t entity, instant at, struct brand *out)
{
    struct brand_row_row row;
    bool found;
    struct brand_row_args args = {.entity = entity, .before = at ? at : op->now};
    *out = (struct brand){.colour = BRAND_STANDARD};
    if (!sql_brand_row(op, args, &row, &found)) return false;
    if (found)
        *out = (struct brand){.colour = (unsigned)row.colour,
                              .logo = row.logo,
                              .svg = row.logo.len > 0 && row.svg,
                              .who = row.who,
                              .recorded = row.recorded};
    return true;
}

static bool readable(struct op *op, unsigned colour)
{
    unsigned better = colour_for_white(colour);
    int has = colour_contrast(colour, 0xffffff);
    if (better == colour) return true;
    return op_fail(op, ERR_INVALID, "colour",
                   "White text on #%.*s has a contrast of %d.%02d to 1, and 4.5 to 1 is needed. "
                   "#%.*s is the nearest that has it.",
                   STR(colour_text(op->mem, colour)), has / 100, has % 100,
                   STR(colour_text(op->mem, better)));
}

static str look(struct arena *mem, unsigned colour, str logo)
{
    return str_printf(mem, "{\"colour\":\"#%.*s\",\"logo\":\"%.*s\"}",
                      STR(colour_text(mem, colour)), STR(str_head(logo, 12)));
}

bool brand_put(struct op *op, int64_t entity, unsigned colour, str logo)
{
    struct brand now;
    struct brand_insert_row row;
    if (!readable(op, colour) || !brand_load(op, entity, 0, &now)) return false;
    if (now.recorded && now.colour == colour && str_eq(now.logo, logo)) return true;
    struct brand_insert_args args = {
        .entity = entity,
        .colour = colour,
        .logo = logo.len > 0 ? logo : (str){0},
        .who = op->actor && op->actor->name.len > 0 ? op->actor->name : S("Quittance"),
        .now = op->now,
    };
    return sql_brand_insert(op, args, &row) &&
           audit_add(op, "brand.change", "entity", entity, look(op->mem, now.colour, now.logo),
                     look(op->mem, colour, logo));
}

bool logo_keep(struct op *op, struct logo *logo)
{
    logo->digest = crypto_sha256(op->mem, logo->svg.len > 0 ? logo->svg : logo->png);
    struct logo_insert_args args = {
        .digest = logo->digest,
        .svg = logo->svg.len > 0 ? logo->svg : (str){0},
        .png = logo->png,
        .width = logo->width,
        .height = logo->height,
    };
    return sql_logo_insert(op, args);
}

bool logo_get(struct op *op, str digest, struct logo *out, bool *found)
{
    struct logo_row_row row;
    *out = (struct logo){.digest = S("")};
    if (!sql_logo_row(op, (struct logo_row_args){.digest = digest.at ? digest : S("")}, &row,
                      found))
        return false;
    if (*found)
        *out = (struct logo){.digest = digest,
                             .svg = row.svg,
                             .png = row.png,
                             .width = (int)row.width,
                             .height = (int)row.height};
    return true;
}
