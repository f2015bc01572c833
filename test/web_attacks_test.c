/* What an attacker sends, to every route and into every input of the tables: SQL, markup, line
 * ends, addresses of other sites, fields that are not there, forms of other pages.
 *
 * The last test plants routes with the faults themselves, and wants each of them found. */
#include "attacks.h"
#include "base/arena.h"
#include "base/clock.h"
#include "delivery/routes.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/notices/notices.h"
#include "domain/receivables/documents.h"
#include "store/engine.h"

#include <fcntl.h>
#include <unistd.h>

#define EUR ((currency){"EUR"})
static const char *const complaints[] = {
    "syntax error",   "SQLSTATE",       "unrecognized token", "unterminated",
    "no such column", "does not exist", "division by zero",
};

/* What the program writes to its log meanwhile. */
struct listening {
    int fd, real;
};

static struct listening log_begin(void)
{
    char path[] = "/tmp/quittance-log-XXXXXX";
    struct listening l = {.fd = mkstemp(path)};
    CHECK(l.fd >= 0, "%s", path);
    unlink(path);
    fflush(stderr);
    l.real = dup(STDERR_FILENO);
    dup2(l.fd, STDERR_FILENO);
    return l;
}

static str log_end(struct arena *mem, struct listening l)
{
    fflush(stderr);
    dup2(l.real, STDERR_FILENO);
    close(l.real);
    off_t size = lseek(l.fd, 0, SEEK_END);
    char *at = arena_array(mem, char, size + 1);
    CHECK(pread(l.fd, at, (size_t)size, 0) == size, "the log cannot be read");
    close(l.fd);
    return (str){at, size};
}

/* print_error() of findings goes the same way, so it is told in full where there are any. */
static void log_check(struct attack_walk *w, str log)
{
    if (w->findings && !w->quiet) fwrite(log.at, 1, (size_t)log.len, stderr);
    for (ptrdiff_t i = 0; i < COUNT(complaints); i++) {
        ptrdiff_t at = str_find(log, str_of(complaints[i]));
        if (at < 0) continue;
        w->findings++;
        str near = str_head(str_from(log, at > 300 ? at - 300 : 0), 600);
        if (!w->quiet) print_error("the database complained: %.*s\n", STR(near));
    }
}

/* Names that are markup, line ends and formulas, in what every page shows. */
static bool names_spoil(struct op *op, void *name)
{
    int64_t id;
    enum put did;
    const str *as = name;
    struct entity seller = {
        .code = S("main"), .name = *as, .currency = EUR, .zone = S("Europe/Berlin")};
    struct customer one = {.number = S("C1"), .name = *as};
    struct contact contact = {
        .customer = 1, .name = *as, .role = S("ap"), .email = S("m@hallam.example")};
    struct document invoice = {
        .entity = 1,
        .customer = 1,
        .kind = DOCUMENT_INVOICE,
        .issued = clock_date(op->now, S("Europe/Berlin")),
        .net = money_of(11900, EUR),
        .tax = money_of(0, EUR),
        .total = money_of(11900, EUR),
        .po = *as,
        .order_ref = *as,
        .note = *as,
    };
    struct issued issued;
    return entity_put(op, &seller, &id) && customer_put(op, &one, &id, &did) &&
           contact_put(op, &contact, &id) && document_issue(op, &invoice, false, &issued);
}

static bool mails_check(struct op *op, void *arg)
{
    struct attack_walk *w = arg;
    struct notice_list mails;
    if (!notices_newest(op, 0, 1000, &mails)) return false;
    for (ptrdiff_t i = 0; i < mails.count; i++) {
        struct reply as = {.type = S("text/html"), .body = mails.at[i].notice.html};
        attack_markup_seen(w, NULL, &as);
        if (str_find(mails.at[i].notice.subject, S("\n")) >= 0 ||
            str_find(mails.at[i].notice.subject, S("\r")) >= 0 ||
            str_find(mails.at[i].notice.to, S("\n")) >= 0)
            attack_finding(w, NULL, &as, "a line end stood in a mail's head");
        if (str_find(mails.at[i].notice.text, S("//" FORGED)) >= 0)
            attack_finding(w, NULL, &as, "a mail leads to another host");
    }
    print_message("  %td mails read\n", mails.count);
    return true;
}

ENGINES_SENTENCE(no_input_reaches_the_text_of_a_statement)
{
    struct attack_walk w = {0};
    attack_begin(&w, f);
    struct listening l = log_begin();
    attack_inputs(&w, attack_sql_into);
    log_check(&w, log_end(f->mem, l));
    print_message("  SQL: %d sent, %d done\n", w.sent, w.done);
    CHECK(w.findings == 0, "%d findings", w.findings);
    CHECK(fixture_holds(f, S("b@example.com")), "people are gone");
}

ENGINES_SENTENCE(markup_is_text_wherever_it_comes_to_stand)
{
    struct attack_walk w = {.seen = attack_markup_seen};
    str canary = S(CANARY);
    attack_begin(&w, f);
    fixture_do(f, names_spoil, &canary);
    attack_inputs(&w, attack_markup_into);
    fixture_do(f, names_spoil, &canary);
    attack_routes(&w, attack_show);
    fixture_do(f, mails_check, &w);
    print_message("  markup: %d sent, %d done\n", w.sent, w.done);
    CHECK(w.findings == 0, "%d findings", w.findings);
    CHECK(fixture_holds(f, S("<qz2")), "none was stored");
}

/* ---- sentences ------------------------------------------------------------------------------- */

static void told(const struct attack_walk *w, const char *what)
{
    print_message("  %s: %d sent, %d done\n", what, w->sent, w->done);
    CHECK(w->findings == 0, "%d findings", w->findings);
}

static struct attack_walk begun(struct fixture *f)
{
    struct attack_walk w = {0};
    attack_begin(&w, f);
    return w;
}

ENGINES_SENTENCE(no_form_of_another_page_changes_anything)
{
    struct attack_walk w = begun(f);
    attack_routes(&w, attack_forge);
    told(&w, "forged forms");
}

ENGINES_SENTENCE(every_answer_of_every_route_carries_every_wall)
{
    struct attack_walk w = begun(f);
    w.seen = attack_headers_seen;
    attack_routes(&w, attack_headers_of);
    told(&w, "headers");
}

ENGINES_SENTENCE(no_input_leads_to_another_site)
{
    struct attack_walk w = begun(f);
    w.seen = attack_leads_seen;
    attack_inputs(&w, attack_leads_into);
    told(&w, "places to go to");
}

ENGINES_SENTENCE(the_name_we_are_called_by_stands_in_no_answer_and_no_mail)
{
    struct attack_walk w = begun(f);
    w.seen = attack_host_seen;
    attack_routes(&w, attack_host_of);
    told(&w, "forged hosts");
    CHECK(!fixture_holds(f, S(FORGED)), "it was kept");
}

ENGINES_SENTENCE(no_line_end_begins_another_header)
{
    struct attack_walk w = begun(f);
    w.seen = attack_headers_seen;
    attack_inputs(&w, attack_line_ends_into);
    fixture_do(f, mails_check, &w);
    told(&w, "line ends");
    CHECK(!fixture_holds(f, S("\r\nBcc:")), "a line end was kept");
}

ENGINES_SENTENCE(a_field_that_is_not_in_the_table_is_refused_and_so_is_a_second_one)
{
    struct attack_walk w = begun(f);
    attack_routes(&w, attack_fields_beside);
    told(&w, "fields beside");
}

ENGINES_SENTENCE(no_cell_of_a_table_is_a_formula)
{
    static const char *const begins[] = {"=1+1", "+1+1", "-1+1", "@sum",
                                         "\xEF\xBC\x9D"
                                         "1"};
    struct attack_walk w = begun(f);
    w.seen = attack_table_seen;
    for (ptrdiff_t i = 0; i < COUNT(begins); i++) {
        str name = str_of(begins[i]);
        fixture_do(f, names_spoil, &name);
        attack_routes(&w, attack_tables_of);
    }
    told(&w, "tables");
}

ENGINES_SENTENCE(a_form_sent_twenty_times_is_done_once)
{
    struct attack_walk w = begun(f);
    attack_routes(&w, attack_again_and_again);
    told(&w, "again");
}

/* ---- what was planted ------------------------------------------------------------------------ */

struct planted_in {
    str q, next;
};
static const struct input planted_inputs[] = {
    {.name = "q", .type = INPUT_TEXT, .offset = offsetof(struct planted_in, q)},
    {.name = "next", .type = INPUT_TEXT, .offset = offsetof(struct planted_in, next)},
    {.name = NULL},
};

static struct reply plant_sql(struct request *rq)
{
    const struct planted_in *in = rq->in;
    str sql = str_printf(rq->op.mem,
                         "create temp table qz as select 1 as n where '' = '%.*s'; "
                         "drop table qz;",
                         STR(in->q));
    if (!store_script(&rq->op, str_z(rq->op.mem, sql))) return reply_errors(rq);
    return reply_text(rq, 200, S("text/plain"), S("ok"));
}

static struct reply plant_markup(struct request *rq)
{
    const struct planted_in *in = rq->in;
    return reply_text(rq, 200, S("text/html"), str_printf(rq->op.mem, "<p>%.*s", STR(in->q)));
}

static struct reply plant_kept(struct request *rq)
{
    struct reply reply = reply_text(rq, 200, S("text/html"), S("private"));
    reply.cache = true;
    return reply;
}

static struct reply plant_away(struct request *rq)
{
    return (struct reply){.status = 303, .location = request_typed(rq, "next")};
}

static struct reply plant_host(struct request *rq)
{
    return reply_text(rq, 200, S("text/plain"), rq->header(rq, "Host"));
}

static struct reply plant_table(struct request *rq)
{
    return reply_text(rq, 200, S("text/csv"), S("number,name\r\n-1.00,\"=1+1\"\r\n"));
}

#define PLANTED INPUTS(planted_inputs, struct planted_in)
static const struct route planted[][2] = {
    {{POST, "/planted/sql", plant_sql, .may = MAY_ANYONE, PLANTED}, {0}},
    {{GET, "/planted/markup", plant_markup, .may = MAY_ANYONE, PLANTED}, {0}},
    {{GET, "/planted/kept", plant_kept, .may = MAY_ANYONE, PLANTED}, {0}},
    {{GET, "/planted/away", plant_away, .may = MAY_ANYONE, PLANTED}, {0}},
    {{GET, "/planted/host", plant_host, .may = MAY_ANYONE, PLANTED}, {0}},
    {{GET, "/planted/table", plant_table, .may = MAY_ANYONE, PLANTED}, {0}},
};

/* How many findings one attack has on one planted route. */
static int found(struct attack_walk *w, ptrdiff_t which,
                 void (*seen)(struct attack_walk *w, struct request *rq, const struct reply *reply),
                 void (*input)(struct attack_walk *w, const struct input *in),
                 void (*route)(struct attack_walk *w))
{
    const struct route *const tables[] = {planted[which], NULL};
    w->app->routes = tables;
    w->findings = 0;
    w->seen = seen;
    if (input) attack_inputs(w, input);
    if (route) attack_routes(w, route);
    w->app->routes = all_routes;
    w->seen = NULL;
    return w->findings;
}

ENGINES_SENTENCE(each_fault_that_was_planted_is_found)
{
    struct attack_walk w = {.quiet = true};
    attack_begin(&w, f);
    struct listening l = log_begin();
    int sql = found(&w, 0, NULL, attack_sql_into, NULL);
    (void)log_end(f->mem, l);
    CHECK(sql > 0, "SQL");
    CHECK(found(&w, 1, attack_markup_seen, attack_markup_into, NULL) > 0, "markup");
    CHECK(found(&w, 2, attack_headers_seen, NULL, attack_headers_of) > 0,
          "a private page that is kept");
    CHECK(found(&w, 3, attack_leads_seen, attack_leads_into, NULL) > 0, "a way to another site");
    CHECK(found(&w, 4, attack_host_seen, NULL, attack_host_of) > 0, "the forged host");
    CHECK(found(&w, 5, attack_table_seen, NULL, attack_tables_of) > 0, "a formula");
}

TESTS(ENGINES_TEST(no_input_reaches_the_text_of_a_statement),
      ENGINES_TEST(markup_is_text_wherever_it_comes_to_stand),
      ENGINES_TEST(no_form_of_another_page_changes_anything),
      ENGINES_TEST(every_answer_of_every_route_carries_every_wall),
      ENGINES_TEST(no_input_leads_to_another_site),
      ENGINES_TEST(the_name_we_are_called_by_stands_in_no_answer_and_no_mail),
      ENGINES_TEST(no_line_end_begins_another_header),
      ENGINES_TEST(a_field_that_is_not_in_the_table_is_refused_and_so_is_a_second_one),
      ENGINES_TEST(no_cell_of_a_table_is_a_formula),
      ENGINES_TEST(a_form_sent_twenty_times_is_done_once),
      ENGINES_TEST(each_fault_that_was_planted_is_found))
