/* An entity's look: its colour with the contrast it has, and its logo. */
#include "base/arena.h"
#include "base/lang.h"
#include "delivery/console/settings.h"
#include "delivery/portal/brand.h"
#include "delivery/web/asset.h"

#include <stdio.h>

enum { LOGO_MIB = 1, DARK = 0x121517 /* the paper of the dark theme */ };

struct look_form {
    str done, colour;
    struct upload logo;
    bool remove;
};
static const struct input look_inputs[] = {
    {.name = "colour",
     .type = INPUT_TEXT,
     .offset = offsetof(struct look_form, colour),
     .longest = 7,
     .required = true},
    {.name = "logo",
     .type = INPUT_FILE,
     .offset = offsetof(struct look_form, logo),
     .longest = LOGO_MIB},
    {.name = "remove", .type = INPUT_BOOL, .offset = offsetof(struct look_form, remove)},
    {.name = NULL},
};
static const struct input show_inputs[] = {
    {.name = "done", .type = INPUT_TEXT, .offset = offsetof(struct look_form, done)},
    {.name = NULL},
};

static str ratio(const struct request *rq, int contrast)
{
    return str_printf(rq->op.mem, say(op_lang(&rq->op), "%d.%02d to 1"), contrast / 100,
                      contrast % 100);
}

/* The colour the page is shown with: the one that was typed, if it is one. */
static struct reply look_page(struct request *rq, unsigned colour, str typed)
{
    struct settings_head head;
    struct brand brand;
    if (!settings_head(rq, SETTINGS_LOOK, &head)) return reply_errors(rq);
    if (!brand_load(&rq->op, head.seller.id, 0, &brand)) return reply_errors(rq);
    if (typed.len == 0) colour = brand.colour;
    unsigned better = colour_for_white(colour);
    struct look_view v = {
        .head = &head,
        .action = settings_url(rq, head.seller.id, "/look"),
        .colour = str_printf(rq->op.mem, "#%.*s", STR(colour_text(rq->op.mem, colour))),
        .on_white = ratio(rq, colour_contrast(colour, 0xffffff)),
        .on_dark = ratio(rq, colour_contrast(colour, DARK)),
        .logo = brand_logo_path(rq->op.mem, &brand),
        .has_logo = brand.logo.len > 0,
    };
    if (better != colour)
        v.better = str_printf(rq->op.mem, "#%.*s", STR(colour_text(rq->op.mem, better)));
    if (brand.recorded) v.changed = settings_when(rq, brand.who, brand.recorded);
    struct question *q = ask(rq, &v.questions, ASK_LINE, "colour",
                             N_("Colour, as six hexadecimal digits"), v.colour);
    if (typed.len > 0) q->value = typed;
    q->required = true;
    ask(rq, &v.questions, ASK_FILE, "logo", N_("Logo, as SVG or PNG"), S(""))->hint =
        said(rq, "At most 1 MB. An SVG is cleaned of everything that is not a picture.");
    if (v.has_logo) ask(rq, &v.questions, ASK_TICK, "remove", N_("Show no logo"), S(""));
    ask_problems(rq, &v.questions);
    head.frame.brand_sheet = brand_path(rq->op.mem, colour_text(rq->op.mem, colour));
    struct page page = console_begin(rq, &head.frame);
    page_look(&page, &v);
    return console_end(rq, &head.frame, &page);
}

static struct reply look_show(struct request *rq)
{
    unsigned colour = BRAND_STANDARD;
    str typed = rq->method == GET ? S("") : request_typed(rq, "colour");
    if (typed.len > 0 && !colour_from(typed, &colour)) colour = BRAND_STANDARD;
    return look_page(rq, colour, typed);
}

static void close_file(void *file)
{
    fclose(file);
}

static bool file_read(struct op *op, const struct upload *upload, str *out)
{
    FILE *in = fopen(upload->path, "rb");
    if (!in) return op_broken(op, ERR_INTERNAL, "an upload is gone");
    arena_defer(op->mem, close_file, in);
    char *at = arena_array(op->mem, char, (ptrdiff_t)upload->size + 1);
    *out = (str){at, (ptrdiff_t)fread(at, 1, (size_t)upload->size, in)};
    return true;
}

struct saving {
    struct request *rq;
    struct logo logo;
    unsigned colour;
    bool remove;
    int64_t entity;
};

static bool save(struct op *op, void *arg)
{
    struct saving *s = arg;
    struct brand now;
    struct entity seller;
    if (!entity_get(op, s->entity, &seller) || !brand_load(op, s->entity, 0, &now)) return false;
    str logo = s->remove ? S("") : now.logo;
    if (s->logo.png.len > 0) {
        if (!logo_keep(op, &s->logo)) return false;
        logo = s->logo.digest;
    }
    return brand_put(op, s->entity, s->colour, logo);
}

/* Reading a picture takes its time: outside of a transaction. */
static struct reply look_save(struct request *rq)
{
    const struct look_form *form = rq->in;
    struct op *op = &rq->op;
    struct saving s = {.rq = rq, .remove = form->remove};
    str file;
    if (!place_of(rq, PLACE_SELLER, &s.entity)) return reply_errors(rq);
    if (!colour_from(form->colour, &s.colour)) {
        (void)op_fail(op, ERR_INVALID, "colour", "A colour is six hexadecimal digits: #0d5a66.");
        return reply_errors(rq);
    }
    if (form->logo.size > 0 &&
        (!file_read(op, &form->logo, &file) || !logo_make(op, file, &s.logo)))
        return reply_errors(rq);
    if (!store_transact(op, rq->store, TX_WRITE, save, &s)) return reply_errors(rq);
    return see_place(rq, PLACE_SELLER, s.entity, "/look?done=saved");
}

const struct route console_look_routes[] = {
    {.method = GET,
     .path = "/console/settings/:id/look",
     .handle = look_show,
     .may = MAY_ADMINISTER,
     INPUTS(show_inputs, struct look_form),
     .about = "A company's colour and logo"},
    {.method = POST,
     .path = "/console/settings/:id/look",
     .handle = look_save,
     .may = MAY_ADMINISTER,
     INPUTS(look_inputs, struct look_form),
     .talks = true,
     .redisplay = look_show,
     .about = "Changes a company's colour and logo"},
    {.method = POST,
     .path = "/console/settings/:id/look/preview",
     .handle = look_show,
     .may = MAY_ADMINISTER,
     INPUTS(look_inputs, struct look_form),
     .redisplay = look_show,
     .about = "Shows a colour before it is saved"},
    {.path = NULL},
};
