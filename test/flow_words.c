/* A script's lines as words, and what stands for an outside id in them. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "domain/access/people.h"
#include "domain/ledger/ledger_test_sql.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "flow.h"

#include <limits.h>

/* ---- {inv:R-1} ---- */

struct naming {
    struct flow *w;
    str kind, name;
    int64_t id;
    const char *prefix;
};

static bool item_named(struct op *op, struct naming *n)
{
    struct case_item_row row;
    if (!sql_case_item(op, (struct case_item_args){.number = n->name}, &row)) return false;
    n->id = row.id;
    return true;
}

static bool document_named(struct op *op, struct naming *n)
{
    bool found;
    if (!document_find(op, n->w->entity, DOCUMENT_INVOICE, n->name, &n->id, &found)) return false;
    return found || document_find(op, n->w->entity, DOCUMENT_CREDIT_NOTE, n->name, &n->id, &found);
}

static bool customer_named(struct op *op, struct naming *n)
{
    struct customer c;
    bool found;
    if (!customer_find(op, n->name, &c, &found)) return false;
    n->id = found ? c.id : 0;
    return true;
}

static bool account_named(struct op *op, struct naming *n)
{
    struct accounts list;
    if (!customer_named(op, n) || !accounts_of(op, n->id, &list)) return false;
    n->id = list.count > 0 ? list.at[0].id : 0;
    return true;
}

static bool payment_named(struct op *op, struct naming *n)
{
    struct payments list;
    struct payments_filter filter = {.search = n->name, .limit = 1};
    if (!payments_list(op, &filter, &list)) return false;
    n->id = list.count > 0 ? list.at[0].id : 0;
    return true;
}

static bool person_named(struct op *op, struct naming *n)
{
    struct person p;
    if (!person_find(op, n->name, &p)) return false;
    n->id = p.id;
    return true;
}

static bool name_it(struct op *op, void *arg)
{
    static const struct {
        const char *prefix;
        bool (*find)(struct op *op, struct naming *n);
    } kinds[] = {
        {"itm", item_named},     {"inv", document_named}, {"crn", document_named},
        {"cus", customer_named}, {"acc", account_named},  {"pay", payment_named},
        {"usr", person_named},
    };
    struct naming *n = arg;
    n->id = 0;
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++) {
        if (!str_eq(n->kind, str_of(kinds[i].prefix))) continue;
        n->prefix = kinds[i].prefix;
        return kinds[i].find(op, n);
    }
    FLOW_CHECK(n->w, false, "{%.*s:…} names nothing", STR(n->kind));
    return false;
}

/* The reference of the newest payment: what the payer writes into the transfer. */
static bool newest(struct op *op, void *arg)
{
    struct naming *n = arg;
    struct payments list;
    struct payments_filter filter = {.limit = 1};
    if (!payments_list(op, &filter, &list)) return false;
    FLOW_CHECK(n->w, list.count, "there is no payment");
    n->name = list.at[0].reference;
    n->id = list.at[0].id;
    return true;
}

/* The way out that the last mail names. */
static str unsubscribe_path(struct flow *w)
{
    FLOW_CHECK(w, w->mail_count > 0, "there is no mail");
    str text = w->mails[w->mail_count - 1].text;
    ptrdiff_t at = str_find(text, S("/unsubscribe/"));
    FLOW_CHECK(w, at >= 0, "no way out in: %.*s", STR(text));
    return str_trim(str_cut(str_from(text, at), '\n').head);
}

static str value_of(struct flow *w, str hole)
{
    struct str_pair cut = str_cut(hole, ':');
    struct naming n = {.w = w, .kind = cut.head, .name = cut.tail};
    int64_t days;
    if (str_eq(cut.head, S("day"))) {
        FLOW_CHECK(w, str_to_i64(cut.tail, &days), "{day:%.*s}", STR(cut.tail));
        return date_text(w->mem, date_plus(w->today, (int)days));
    }
    if (str_eq(hole, S("reference")) || str_eq(hole, S("payment"))) {
        fixture_do(w->f, newest, &n);
        return str_eq(hole, S("reference")) ? n.name : id_text(w->mem, w->app->keys, "pay", n.id);
    }
    if (str_eq(hole, S("unsubscribe"))) return unsubscribe_path(w);
    fixture_do(w->f, name_it, &n);
    FLOW_CHECK(w, n.id, "nothing is called %.*s", STR(hole));
    return id_text(w->mem, w->app->keys, n.prefix, n.id);
}

str flow_fill(struct flow *w, str text)
{
    struct text t = {.mem = w->mem};
    for (;;) {
        struct str_pair before = str_cut(text, '{');
        text_add(&t, before.head);
        if (!before.found) return text_str(&t);
        struct str_pair hole = str_cut(before.tail, '}');
        text_add(&t, value_of(w, hole.head));
        text = hole.tail;
    }
}

/* ---- words ---- */

/* Parted by blanks, but not within double quotes: `note="too late"` is one word, and \" a quote. */
static str word_cut(struct arena *mem, str *line, bool *quoted)
{
    struct text t = {.mem = mem};
    bool inside = false;
    ptrdiff_t i = 0;
    *quoted = line->at[0] == '"';
    for (; i < line->len && (inside || line->at[i] != ' '); i++) {
        bool escaped = line->at[i] == '\\' && i + 1 < line->len && line->at[i + 1] == '"';
        if (escaped)
            text_char(&t, line->at[++i]);
        else if (line->at[i] == '"')
            inside = !inside;
        else
            text_char(&t, line->at[i]);
    }
    *line = str_trim(str_from(*line, i));
    return text_str(&t);
}

static void words_read(struct flow *w, str line)
{
    w->count = w->at = 0;
    for (line = str_trim(line); line.len > 0;) {
        FLOW_CHECK(w, w->count < FLOW_WORDS, "more than %d words", FLOW_WORDS);
        struct flow_word *word = &w->words[w->count++];
        word->text = word_cut(w->mem, &line, &word->quoted);
    }
}

bool flow_more(const struct flow *w)
{
    return w->at < w->count;
}

str flow_next(struct flow *w)
{
    FLOW_CHECK(w, flow_more(w), "a word is missing at the end");
    return flow_fill(w, w->words[w->at++].text);
}

bool flow_next_is(struct flow *w, const char *word)
{
    if (!flow_more(w) || w->words[w->at].quoted) return false;
    if (!str_eq(w->words[w->at].text, str_of(word))) return false;
    w->at++;
    return true;
}

bool flow_next_quoted(const struct flow *w)
{
    return flow_more(w) && w->words[w->at].quoted;
}

int64_t flow_next_number(struct flow *w)
{
    int64_t n = 0;
    str text = flow_next(w);
    FLOW_CHECK(w, str_to_i64(text, &n), "%.*s is no number", STR(text));
    return n;
}

/* 119.00, and its currency, if one stands behind it. */
money flow_next_money(struct flow *w)
{
    currency cur = {"EUR"}, said;
    money m = {0};
    bool lost;
    str amount = flow_next(w);
    if (flow_more(w) && currency_from(w->words[w->at].text, &said)) {
        cur = said;
        w->at++;
    }
    FLOW_CHECK(w, money_from_decimal(amount, cur, ROUND_EXACT, &m, &lost), "%.*s is no amount",
               STR(amount));
    return m;
}

/* ---- a script ---- */

void flow_line(struct flow *w, str line)
{
    words_read(w, line);
    str verb = flow_next(w);
    bool known = flow_world_line(w, verb) || flow_step_line(w, verb) || flow_look_line(w, verb);
    FLOW_CHECK(w, known, "nobody knows how to %.*s", STR(verb));
    FLOW_CHECK(w, !flow_more(w), "%.*s: what is this?", STR(w->words[w->at].text));
}
