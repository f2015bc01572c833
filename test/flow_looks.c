/* What a flow looks at: the page, its rows and fields, files, mails, and the books behind it all.
 */
#include "base/arena.h"
#include "domain/ledger/ledger.h"
#include "domain/ledger/ledger_test_sql.h"
#include "flow.h"
#include "flow_page.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

/* ---- files ---- */

static str pdf_words(struct flow *w, str pdf)
{
    char path[] = "build/tmp/flow-XXXXXX";
    int fd = mkstemp(path), out[2];
    FLOW_CHECK(w, fd >= 0 && write(fd, pdf.at, (size_t)pdf.len) == pdf.len, "%s", path);
    close(fd);
    FLOW_CHECK(w, pipe(out) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(out[1], 1);
        close(out[0]);
        execlp("pdftotext", "pdftotext", "-layout", path, "-", (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    struct text t = {.mem = w->mem};
    char buffer[4096];
    for (ssize_t n; (n = read(out[0], buffer, sizeof buffer)) > 0;) text_add(&t, (str){buffer, n});
    close(out[0]);
    int status;
    waitpid(child, &status, 0);
    unlink(path);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) skip(); /* no pdftotext here */
    FLOW_CHECK(w, status == 0, "pdftotext");
    return seen_words(w->mem, str_printf(w->mem, "%.*s<p>", STR(text_str(&t))));
}

static str zip_names(struct flow *w, const char *path)
{
    int error;
    struct text t = {.mem = w->mem};
    zip_t *zip = zip_open(path, ZIP_RDONLY, &error);
    FLOW_CHECK(w, zip, "%s is no ZIP file", path);
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++)
        text_format(&t, "%s\n", zip_get_name(zip, (zip_uint64_t)i, 0));
    zip_discard(zip);
    return text_str(&t);
}

static str text_of(struct flow *w)
{
    struct flow_tab *tab = flow_tab(w);
    if (str_starts(tab->reply.type, S("application/pdf")) && tab->text.at == tab->reply.body.at)
        tab->text = pdf_words(w, tab->reply.body);
    if (tab->reply.path && tab->text.at == tab->reply.body.at)
        tab->text = zip_names(w, tab->reply.path);
    return tab->text;
}

/* ---- the page ---- */

/* The rest of the line against a text: "words that stand in it" no "words that do not". */
static bool fits(struct flow *w, str text, str *culprit)
{
    while (flow_more(w)) {
        bool no = flow_next_is(w, "no");
        FLOW_CHECK(w, flow_next_quoted(w), "the words of a page stand in quotes");
        *culprit = flow_next(w);
        if ((str_find(text, *culprit) >= 0) == no) return false;
    }
    return true;
}

static void do_see(struct flow *w)
{
    const struct flow_tab *tab = flow_tab(w);
    str text = text_of(w), culprit = S("");
    int want = flow_next_quoted(w) || w->at == w->count ? 200 : 0;
    if (!want && !str_eq(w->words[w->at].text, S("no"))) want = (int)flow_next_number(w);
    if (!want) want = 200;
    FLOW_CHECK(w, tab->reply.status == want, "status %d instead of %d at %.*s: %.*s",
               tab->reply.status, want, STR(tab->path), STR(text));
    FLOW_CHECK(w, fits(w, text, &culprit), "\"%.*s\" is wrong on %.*s: %.*s", STR(culprit),
               STR(tab->path), STR(text));
}

/* at /payments/: where the redirects have led. */
static void do_at(struct flow *w)
{
    str want = flow_next(w), path = flow_tab(w)->path;
    bool whole = str_ends(want, S("$"));
    if (whole) want = str_head(want, want.len - 1);
    FLOW_CHECK(w, str_starts(path, want) && (!whole || path.len == want.len), "this is %.*s",
               STR(path));
}

/* row "R-1" "€119.00": a row of a table that holds all of these. `no row "R-1"`: there is none. */
static bool row_there(struct flow *w)
{
    str row, unused;
    int from = w->at;
    for (ptrdiff_t at = 0; seen_next_row(w->mem, flow_tab(w)->reply.body, &at, &row);) {
        w->at = from;
        if (fits(w, row, &unused)) return true;
    }
    w->at = w->count;
    return false;
}

static void do_row(struct flow *w)
{
    FLOW_CHECK(w, row_there(w), "there is no such row in: %.*s", STR(flow_tab(w)->text));
}

static void do_no(struct flow *w)
{
    FLOW_CHECK(w, flow_next_is(w, "row"), "no row \"…\"");
    FLOW_CHECK(w, !row_there(w), "there is such a row in: %.*s", STR(flow_tab(w)->text));
}

/* order "R-2" "R-1": the rows come in this order. */
static void do_order(struct flow *w)
{
    str row = S("");
    ptrdiff_t at = 0;
    while (flow_more(w)) {
        str want = flow_next(w);
        bool found = false;
        while (!found && seen_next_row(w->mem, flow_tab(w)->reply.body, &at, &row))
            found = str_find(row, want) >= 0;
        FLOW_CHECK(w, found, "\"%.*s\" does not come next in: %.*s", STR(want),
                   STR(flow_tab(w)->text));
    }
}

/* field amount.{itm:R-1}=200.00 */
static void do_field(struct flow *w)
{
    struct str_pair set = str_cut(flow_next(w), '=');
    FLOW_CHECK(w, seen_has_field(w->mem, flow_tab(w)->reply.body, set.head, set.tail),
               "no field %.*s holds \"%.*s\"", STR(set.head), STR(set.tail));
}

/* ---- mails ---- */

/* mail to maya@hallam.example "Receipt" "€119.00": the first that nobody spoke of yet. */
static void do_mail(struct flow *w)
{
    flow_jobs(w);
    bool none = flow_next_is(w, "none");
    FLOW_CHECK(w, flow_next_is(w, "to"), "mail to …");
    str to = flow_next(w), culprit;
    for (int i = 0; i < w->mail_count; i++) {
        struct flow_mail *m = &w->mails[i];
        if (m->seen || !str_eq(m->to, to)) continue;
        FLOW_CHECK(w, !none, "a mail: %.*s", STR(m->subject));
        m->seen = true;
        str all =
            str_printf(w->mem, "%.*s\n%.*s\n%.*s", STR(m->subject), STR(m->text), STR(m->files));
        all = seen_words(w->mem, str_printf(w->mem, "%.*s<p>", STR(all)));
        FLOW_CHECK(w, fits(w, all, &culprit), "\"%.*s\" is wrong in: %.*s", STR(culprit), STR(all));
        return;
    }
    FLOW_CHECK(w, none, "no mail came to %.*s", STR(to));
}

/* What came so far is not what the next lines are about. */
static void do_forget(struct flow *w)
{
    FLOW_CHECK(w, flow_next_is(w, "mails"), "forget mails");
    flow_jobs(w);
    for (int i = 0; i < w->mail_count; i++) w->mails[i].seen = true;
}

/* ---- the books ---- */

struct asking {
    struct flow *w;
    str gl;
    money want;
    int64_t balance;
};

static bool ask_balance(struct op *op, void *arg)
{
    struct asking *a = arg;
    struct case_balance_row row;
    struct case_balance_args args = {.gl = a->gl, .currency = currency_text(&a->want.cur)};
    if (!sql_case_balance(op, args, &row)) return false;
    a->balance = row.balance;
    return true;
}

/* account 1100 119.00: the general ledger's balance, debit above zero. */
static void do_account(struct flow *w)
{
    struct asking a = {.w = w, .gl = flow_next(w)};
    a.want = flow_next_money(w);
    fixture_do(w->f, ask_balance, &a);
    FLOW_CHECK(w, a.balance == a.want.minor, "%.*s stands at %.*s", STR(a.gl),
               STR(money_text(w->mem, money_of(a.balance, a.want.cur))));
}

static void do_books(struct flow *w)
{
    FLOW_CHECK(w, flow_next_is(w, "right"), "books right");
    flow_end(w);
}

bool flow_look_line(struct flow *w, str verb)
{
    static const struct {
        const char *verb;
        void (*run)(struct flow *w);
    } verbs[] = {
        {"see", do_see},     {"at", do_at},           {"row", do_row},   {"no", do_no},
        {"order", do_order}, {"field", do_field},     {"mail", do_mail}, {"forget", do_forget},
        {"books", do_books}, {"account", do_account},
    };
    for (ptrdiff_t i = 0; i < COUNT(verbs); i++)
        if (str_eq(verb, str_of(verbs[i].verb))) {
            verbs[i].run(w);
            return true;
        }
    return false;
}
