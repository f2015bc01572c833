/* Checks what was sent against a route's table, and fills the route's struct. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/card.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/web/form.h"
#include "delivery/web/route.h"

enum { LONGEST_DEFAULT = 200, EMAIL_LONGEST = 254, EMAIL_LOCAL_LONGEST = 64 };

/* One table of inputs being filled: the route's own, or one group of an INPUT_LIST. */
struct filling {
    struct request *rq;
    const struct input *table;
    char *to;
    str prefix; /* "line[3]." */
};

/* One input of it. */
struct taking {
    struct filling *f;
    const struct input *in;
    const char *field; /* the full name, for the error */
    void *to;
};

static str trimmed(const struct typed *t)
{
    return str_trim(t->value);
}

static bool is_named(const struct typed *t, str prefix, str name, str suffix)
{
    return t->name.len == prefix.len + name.len + suffix.len && str_starts(t->name, prefix) &&
           str_starts(str_from(t->name, prefix.len), name) && str_ends(t->name, suffix);
}

/* The one field of that name; a second one is refused. NULL when there is none. */
static const struct typed *take_one(struct taking *t, str suffix)
{
    struct typed *found = NULL;
    bool twice = false;
    for (struct typed *at = t->f->rq->typed; at; at = at->next) {
        if (!is_named(at, t->f->prefix, str_of(t->in->name), suffix)) continue;
        at->seen = true;
        if (!found)
            found = at;
        else
            twice = true;
    }
    if (twice) (void)op_fail(&t->f->rq->op, ERR_INVALID, t->field, "This was sent more than once.");
    return found;
}

static bool refuse(struct taking *t, const char *sentence)
{
    return op_fail(&t->f->rq->op, ERR_INVALID, t->field, "%s",
                   say(op_lang(&t->f->rq->op), sentence));
}

/* JSON says what it means; a form knows only text. */
static bool is_kind(struct taking *t, const struct typed *got, enum typed_kind want)
{
    if (got->kind == TYPED_FORM || got->kind == want) return true;
    switch (want) {
    case TYPED_NUMBER: return refuse(t, "This must be a whole number.");
    case TYPED_BOOL: return refuse(t, "This must be true or false.");
    case TYPED_FILE: return refuse(t, "This must be a file.");
    case TYPED_FORM:
    case TYPED_TEXT: break;
    }
    return refuse(t, "This must be text.");
}

/* A text area ends its lines with CR LF; a line end of ours is LF. */
static str lines(struct arena *mem, str s)
{
    if (s.len == 0 || !memchr(s.at, '\r', (size_t)s.len)) return s;
    char *at = arena_array(mem, char, s.len);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        bool pair = s.at[i] == '\r' && i + 1 < s.len && s.at[i + 1] == '\n';
        if (!pair) at[len++] = s.at[i];
    }
    return (str){at, len};
}

static ptrdiff_t characters(str s)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (((unsigned char)s.at[i] & 0xC0) != 0x80) count++;
    return count;
}

/* U+0000 to U+001F but tab and line feed, U+007F, and U+0080 to U+009F (C2 80 to C2 9F). */
static bool has_control(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        unsigned char next = i + 1 < s.len ? (unsigned char)s.at[i + 1] : 0;
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return true;
        if (c == 0xC2 && next < 0xA0) return true;
    }
    return false;
}

/* Readable, short enough, trimmed text; false when it is not. */
static bool take_words(struct taking *t, const struct typed *got, str *out)
{
    if (!is_kind(t, got, TYPED_TEXT)) return false;
    str text = lines(t->f->rq->op.mem, trimmed(got));
    int longest = t->in->longest ? t->in->longest : LONGEST_DEFAULT;
    if (!str_utf8(text) || has_control(text))
        return refuse(t, "This holds characters that cannot be shown.");
    if (characters(text) > longest)
        return op_fail(&t->f->rq->op, ERR_INVALID, t->field,
                       "This is longer than %d characters. Please shorten it.", longest);
    if (!t->in->card && card_in(text))
        return refuse(t, "This looks like the number of a card. Please leave it out: card numbers "
                         "are asked for on the card page only.");
    *out = text;
    return true;
}

static bool take_text(struct taking *t, const struct typed *got)
{
    return take_words(t, got, t->to);
}

static bool take_i64(struct taking *t, const struct typed *got)
{
    if (!is_kind(t, got, TYPED_NUMBER)) return false;
    return str_to_i64(trimmed(got), t->to) || refuse(t, "This must be a whole number.");
}

static bool take_date(struct taking *t, const struct typed *got)
{
    struct opt_date *to = t->to;
    if (!is_kind(t, got, TYPED_TEXT)) return false;
    str text = trimmed(got);
    to->some = got->kind == TYPED_TEXT ? date_from(text, &to->value)
                                       : lang_date_from(op_lang(&t->f->rq->op), text, &to->value);
    return to->some || refuse(t, "This is not a date. Write it like 2026-04-30.");
}

static bool take_bool(struct taking *t, const struct typed *got)
{
    static const char *const yes[] = {"on", "true", "1", "yes"}, *const no[] = {"false", "0", "no"};
    if (!is_kind(t, got, TYPED_BOOL)) return false;
    str text = trimmed(got);
    for (ptrdiff_t i = 0; i < COUNT(yes); i++)
        if (str_eq(text, str_of(yes[i]))) return *(bool *)t->to = true;
    for (ptrdiff_t i = 0; i < COUNT(no); i++)
        if (str_eq(text, str_of(no[i]))) return true;
    return refuse(t, "This must be true or false.");
}

static bool id_read(struct taking *t, const struct typed *got, int64_t *out)
{
    if (!is_kind(t, got, TYPED_TEXT)) return false;
    return id_from(t->f->rq->app->keys, t->in->kind, trimmed(got), out) ||
           refuse(t, "There is nothing with this id.");
}

static bool take_id(struct taking *t, const struct typed *got)
{
    return id_read(t, got, t->to);
}

/* Where nothing was typed (the choices of a page's address) there is no field to say it beside. */
static bool refuse_choice(struct taking *t)
{
    struct op *op = &t->f->rq->op;
    struct text list = {.mem = op->mem};
    for (const char *const *choice = t->in->choices; *choice; choice++) {
        if (list.len > 0) text_add(&list, S(", "));
        text_add(&list, str_of(*choice));
    }
    return op_fail(op, ERR_INVALID, t->field, "“%s” must be one of these: %.*s.", t->field,
                   STR(text_str(&list)));
}

static bool take_choice(struct taking *t, const struct typed *got)
{
    if (!is_kind(t, got, TYPED_TEXT)) return false;
    for (const char *const *choice = t->in->choices; *choice; choice++)
        if (str_eq(trimmed(got), str_of(*choice))) {
            *(str *)t->to = str_of(*choice);
            return true;
        }
    return refuse_choice(t);
}

static bool email_shaped(str s)
{
    struct str_pair at = str_cut(s, '@');
    if (!at.found || at.head.len == 0 || at.head.len > EMAIL_LOCAL_LONGEST) return false;
    if (s.len > EMAIL_LONGEST || str_find(at.tail, S(".")) < 1) return false;
    if (str_find(at.tail, S("..")) >= 0 || str_ends(at.tail, S(".")) || str_ends(at.tail, S("-")))
        return false;
    static const char bad[] = " \t\n\"(),:;<>[\\]";
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (strchr(bad, s.at[i])) return false;
    return str_find(at.tail, S("@")) < 0;
}

static bool take_email(struct taking *t, const struct typed *got)
{
    str text;
    if (!take_words(t, got, &text)) return false;
    if (!email_shaped(text))
        return refuse(t, "This is not an e-mail address. Write it like name@example.com.");
    *(str *)t->to = text;
    return true;
}

static bool take_file(struct taking *t, const struct typed *got)
{
    if (got->kind != TYPED_FILE) return refuse(t, "This must be a file.");
    int64_t most = (int64_t)(t->in->longest ? t->in->longest : 1) << 20;
    if (got->file.size > most)
        return op_fail(&t->f->rq->op, ERR_INVALID, t->field,
                       "This file is larger than %d MiB. Please send a smaller one.",
                       t->in->longest ? t->in->longest : 1);
    *(struct upload *)t->to = got->file;
    return true;
}

static bool one(struct taking *t, bool (*take)(struct taking *, const struct typed *))
{
    const struct typed *got = take_one(t, S(""));
    bool sent =
        got && (got->kind == TYPED_FILE ? got->file.path != NULL
                                        : trimmed(got).len > 0 || got->kind == TYPED_NUMBER);
    bool hollow = got && got->kind == TYPED_FILE && got->file.name.len > 0;
    if (!sent)
        return !t->in->required ||
               refuse(t, hollow ? N_("This file is empty. Please choose another.")
                                : N_("Please fill this in."));
    return take(t, got);
}

/* A form sends the amount as typed; the API an object of value and currency. */
static bool amount(struct taking *t)
{
    struct money_input *to = t->to;
    const struct typed *plain = take_one(t, S("")), *value = take_one(t, S(".value")),
                       *cur = take_one(t, S(".currency"));
    if (route_is_api(t->f->rq->route)) {
        if (!plain && !value && !cur) return !t->in->required || refuse(t, "Please fill this in.");
        if (plain || !value || !cur || value->kind != TYPED_TEXT || cur->kind != TYPED_TEXT)
            return refuse(t,
                          "Write an amount like {\"value\": \"119.00\", \"currency\": \"EUR\"}.");
        return take_words(t, value, &to->value) && take_words(t, cur, &to->currency);
    }
    if (value || cur) return refuse(t, "Write an amount as one field.");
    if (plain && !take_words(t, plain, &to->value)) return false;
    return to->value.len > 0 || !t->in->required || refuse(t, "Please fill this in.");
}

static bool ids(struct taking *t)
{
    struct id_list *to = t->to;
    struct arena *mem = t->f->rq->op.mem;
    ptrdiff_t count = 0;
    for (struct typed *at = t->f->rq->typed; at; at = at->next)
        if (is_named(at, t->f->prefix, str_of(t->in->name), S(""))) at->seen = true, count++;
    if (count == 0) return !t->in->required || refuse(t, "Please choose at least one.");

    to->at = arena_array(mem, int64_t, count);
    for (struct typed *at = t->f->rq->typed; at; at = at->next) {
        if (!is_named(at, t->f->prefix, str_of(t->in->name), S(""))) continue;
        if (trimmed(at).len == 0) continue;
        if (!id_read(t, at, &to->at[to->count])) return false;
        to->count++;
    }
    return to->count > 0 || !t->in->required || refuse(t, "Please choose at least one.");
}

static bool pairs(struct taking *t)
{
    struct pair_list *to = t->to;
    struct arena *mem = t->f->rq->op.mem;
    str prefix = str_printf(mem, "%.*s%s.", STR(t->f->prefix), t->in->name);
    ptrdiff_t count = 0;
    for (struct typed *at = t->f->rq->typed; at; at = at->next)
        if (str_starts(at->name, prefix)) at->seen = true, count++;
    to->at = arena_alloc(mem, sizeof *to->at, _Alignof(str), count);
    for (struct typed *at = t->f->rq->typed; at; at = at->next) {
        if (!str_starts(at->name, prefix)) continue;
        struct taking each = *t;
        each.field = str_z(mem, at->name);
        str name = str_from(at->name, prefix.len), value;
        if (at->kind == TYPED_FILE || has_control(name) || characters(name) > LONGEST_DEFAULT)
            return refuse(&each, "This field's name cannot be read.");
        if (!take_words(&each, at, &value)) return false;
        for (ptrdiff_t i = 0; i < to->count; i++)
            if (str_eq(to->at[i].name, name)) return refuse(&each, "This was sent more than once.");
        to->at[to->count].name = name;
        to->at[to->count++].value = value;
    }
    return to->count > 0 || !t->in->required || refuse(t, "Please fill this in.");
}

/* "line[3].amount" belongs to group 3 of "line"; -1: it belongs to none. */
static int64_t group_of(const struct typed *t, str opening)
{
    if (!str_starts(t->name, opening)) return -1;
    struct str_pair cut = str_cut(str_from(t->name, opening.len), ']');
    int64_t index;
    if (!cut.found || !str_starts(cut.tail, S(".")) || !str_to_i64(cut.head, &index)) return -1;
    return index;
}

static bool fill(struct filling *f);

static bool list(struct taking *t)
{
    struct input_list *to = t->to;
    struct arena *mem = t->f->rq->op.mem;
    str opening = str_printf(mem, "%.*s%s[", STR(t->f->prefix), t->in->name);
    int64_t *groups = arena_array(mem, int64_t, FORM_GROUPS_MAX);
    for (const struct typed *at = t->f->rq->typed; at; at = at->next) {
        int64_t group = group_of(at, opening);
        ptrdiff_t i = to->count - 1;
        while (i >= 0 && groups[i] != group) i--;
        if (group < 0 || i >= 0) continue;
        if (to->count == FORM_GROUPS_MAX)
            return op_fail(&t->f->rq->op, ERR_INVALID, t->field, "This has more than %d lines.",
                           FORM_GROUPS_MAX);
        groups[to->count++] = group;
    }
    if (to->count == 0) return !t->in->required || refuse(t, "Please add at least one line.");

    to->at = arena_alloc(mem, t->in->each_size, _Alignof(max_align_t), to->count);
    bool fine = true;
    for (ptrdiff_t i = 0; i < to->count; i++) {
        struct filling each = {.rq = t->f->rq, .table = t->in->each};
        each.to = (char *)to->at + i * t->in->each_size;
        each.prefix = str_printf(mem, "%.*s%lld].", STR(opening), (long long)groups[i]);
        fine = fill(&each) && fine;
    }
    return fine;
}

static bool take(struct taking *t)
{
    switch (t->in->type) {
    case INPUT_TEXT: return one(t, take_text);
    case INPUT_I64: return one(t, take_i64);
    case INPUT_MONEY: return amount(t);
    case INPUT_DATE: return one(t, take_date);
    case INPUT_BOOL: return one(t, take_bool);
    case INPUT_ID: return one(t, take_id);
    case INPUT_IDS: return ids(t);
    case INPUT_CHOICE: return one(t, take_choice);
    case INPUT_EMAIL: return one(t, take_email);
    case INPUT_FILE: return one(t, take_file);
    case INPUT_LIST: return list(t);
    case INPUT_PAIRS: return pairs(t);
    }
    return false;
}

static bool fill(struct filling *f)
{
    bool fine = true;
    for (const struct input *in = f->table; in && in->name; in++) {
        struct taking t = {.f = f, .in = in, .to = f->to + in->offset};
        t.field = f->prefix.len == 0
                      ? in->name
                      : str_printf(f->rq->op.mem, "%.*s%s", STR(f->prefix), in->name).at;
        bool refused = request_refused(f->rq, str_of(t.field));
        fine = (refused ? !in->required : take(&t)) && fine;
    }
    return fine;
}

/* The edge's own fields of a form of ours. */
static bool is_ours(const struct request *rq, const struct typed *t)
{
    return !route_is_api(rq->route) && t->kind == TYPED_FORM &&
           (str_eq(t->name, S("form_token")) || str_eq(t->name, S("form_key")));
}

static str printable(str s)
{
    s = str_head(s, 60);
    while (s.len > 0 && (!str_utf8(s) || has_control(s))) s.len--;
    return s;
}

bool form_check(struct request *rq, const struct route *route)
{
    assert(!rq->op.errs);
    ptrdiff_t size = route->input_size > 0 ? route->input_size : 1;
    struct filling f = {.rq = rq, .table = route->inputs};
    f.to = arena_alloc(rq->op.mem, size, _Alignof(max_align_t), 1);
    rq->in = f.to;
    bool fine = fill(&f);
    for (const struct typed *t = rq->typed; t; t = t->next) {
        if (t->seen || is_ours(rq, t) || request_refused(rq, t->name)) continue;
        str name = printable(t->name);
        (void)op_fail(&rq->op, ERR_INVALID, str_z(rq->op.mem, name),
                      "There is no field “%.*s” here.", STR(name));
    }
    return fine && !rq->op.errs;
}
