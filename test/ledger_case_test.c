/* Runs the .case files in test/ledger: tables of postings in and balances out that an accountant
 * can read. */
#include "base/clock.h"
#include "case_gateway.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/ledger/ledger_test_sql.h"
#include "domain/payments/payments.h"
#include "domain/payments/payouts.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/documents.h"
#include "domain/work/application.h"
#include "domain/work/bulk.h"
#include "domain/work/work_batch.h"
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 16, NAMES_MAX = 64 };

struct name {
    str name;
    int64_t id;
};

struct world {
    struct fixture *f;
    struct arena *mem;
    int64_t entity;
    struct name customers[NAMES_MAX], payments[NAMES_MAX];
    int customer_count, payment_count;
    int64_t batch; /* the last application by hand */
    str words[WORDS_MAX];
    int count;
    int at;       /* of the word read next */
    bool refused; /* this line is to be refused */
    const char *title;
    int line;
};

/* ---- a line's words: separated by spaces, or in double quotes ---- */

static void words_read(struct world *w, str line)
{
    w->count = 0;
    w->at = 0;
    for (line = str_trim(line); line.len > 0 && w->count < WORDS_MAX; line = str_trim(line)) {
        char end = ' ';
        if (line.at[0] == '"') end = '"', line = str_from(line, 1);
        struct str_pair parts = str_cut(line, end);
        w->words[w->count++] = parts.head;
        line = parts.tail;
    }
}

static str next(struct world *w)
{
    return w->at < w->count ? w->words[w->at++] : S("");
}

static bool next_is(struct world *w, const char *word)
{
    if (w->at >= w->count || !str_eq(w->words[w->at], str_of(word))) return false;
    w->at++;
    return true;
}

static money next_money(struct world *w)
{
    str amount = next(w);
    currency cur = {"EUR"}, said;
    if (w->at < w->count && currency_from(w->words[w->at], &said)) {
        cur = said;
        w->at++;
    }
    money m;
    bool lost;
    CHECK(money_from_decimal(amount, cur, ROUND_EXACT, &m, &lost), "line %d: amount %.*s", w->line,
          STR(amount));
    return m;
}

static date next_date(struct world *w)
{
    date d;
    str text = next(w);
    CHECK(date_from(text, &d), "line %d: date %.*s", w->line, STR(text));
    return d;
}

static int64_t named(struct world *w, const struct name *names, int count, str name)
{
    for (int i = 0; i < count; i++)
        if (str_eq(names[i].name, name)) return names[i].id;
    CHECK(str_eq(name, S("-")), "line %d: nobody is called %.*s", w->line, STR(name));
    return 0;
}

static int64_t next_customer(struct world *w)
{
    return named(w, w->customers, w->customer_count, next(w));
}

static int64_t next_payment(struct world *w)
{
    return named(w, w->payments, w->payment_count, next(w));
}

/* The open item of a number: a document's, or a payment's own. */
static bool next_item(struct op *op, struct world *w, int64_t *item)
{
    str number = next(w);
    for (int i = 0; i < w->payment_count; i++) {
        struct payment p;
        if (!str_eq(w->payments[i].name, number)) continue;
        if (!payment_get(op, 0, w->payments[i].id, &p)) return false;
        *item = p.item;
        return true;
    }
    struct case_item_row row;
    if (!sql_case_item(op, (struct case_item_args){.number = number}, &row)) return false;
    *item = row.id;
    return true;
}

/* ---- what the lines do ---- */

static bool do_customer(struct op *op, struct world *w)
{
    struct name *n = &w->customers[w->customer_count++];
    enum put did;
    n->name = next(w);
    struct customer in = {.number = n->name, .name = n->name};
    return customer_put(op, &in, &n->id, &did);
}

static bool document(struct op *op, struct world *w, enum document_kind kind)
{
    struct issued out;
    struct document d = {.entity = w->entity, .kind = kind, .number = next(w)};
    d.customer = next_customer(w);
    d.issued = next_date(w);
    d.total = next_money(w);
    d.tax = money_of(0, d.total.cur);
    if (next_is(w, "tax")) d.tax = next_money(w);
    d.net = money_sub(d.total, d.tax);
    if (next_is(w, "due")) d.due = SOME_DATE(next_date(w));
    if (next_is(w, "terms")) d.terms = next(w);
    return document_issue(op, &d, false, &out);
}

static bool do_invoice(struct op *op, struct world *w)
{
    return document(op, w, DOCUMENT_INVOICE);
}

static bool do_credit(struct op *op, struct world *w)
{
    return document(op, w, DOCUMENT_CREDIT_NOTE);
}

/* "@P-1" is the reference that was announced for P-1, wherever it stands. */
static bool next_reference(struct op *op, struct world *w, str *out)
{
    str rest = next(w);
    *out = S("");
    while (rest.len > 0) {
        struct str_pair parts = str_cut(rest, ' ');
        str word = parts.head;
        rest = parts.tail;
        if (str_starts(word, S("@"))) {
            struct payment p;
            int64_t id = named(w, w->payments, w->payment_count, str_from(word, 1));
            if (!payment_get(op, 0, id, &p)) return false;
            word = p.reference;
        }
        *out = str_printf(op->mem, "%.*s%s%.*s", STR(*out), out->len > 0 ? " " : "", STR(word));
    }
    return true;
}

/* announce P-1 C1 R-1 100.00 rest_later */
static bool do_announce(struct op *op, struct world *w)
{
    struct customer_ids made;
    struct checkout_edit edit = {0};
    str name = next(w);
    int64_t payment, customer = next_customer(w);
    date today = clock_date(op->now, S("UTC"));
    if (!next_item(op, w, &edit.item)) return false;
    edit.amount = next(w);
    edit.reason = next(w);
    if (!checkout_start(op, customer, 0, &edit.item, 1, &made)) return false;
    if (!checkout_edit(op, customer, made.at[0], &edit, 1)) return false;
    if (!payment_announce(op, customer, made.at[0], today, &payment)) return false;
    w->payments[w->payment_count++] = (struct name){name, payment};
    return true;
}

static bool do_transfer(struct op *op, struct world *w)
{
    struct received got;
    str name = next(w);
    struct receipt_in in = {.entity = w->entity, .payer = S("PAYER")};
    in.customer = next_customer(w);
    in.value_date = next_date(w);
    in.amount = next_money(w);
    if (!next_reference(op, w, &in.reference)) return false;
    if (!payment_receive(op, &in, &got)) return false;
    w->payments[w->payment_count++] = (struct name){name, got.payment};
    return true;
}

static bool do_identify(struct op *op, struct world *w)
{
    int64_t payment = next_payment(w);
    return payment_identify(op, payment, next_customer(w));
}

static bool do_apply(struct op *op, struct world *w)
{
    int64_t from, to;
    if (!next_item(op, w, &from) || !next_item(op, w, &to)) return false;
    return payment_apply(op, from, to, next_money(w));
}

/* Also when it was taken back before: then the refusal is what the case wants. */
static bool do_unapply(struct op *op, struct world *w)
{
    int64_t from, to;
    struct allocations list;
    if (!next_item(op, w, &from) || !next_item(op, w, &to)) return false;
    if (!allocations_of_item(op, from, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct allocation *a = &list.at[i];
        if (a->to_item != to || a->reverses) continue;
        str idem = str_printf(op->mem, "case %d", w->line);
        return ledger_unallocate(op, a->id, a->effective, idem, S(""));
    }
    return op_fail(op, ERR_MISSING, NULL, "There is no such allocation.");
}

static bool do_return(struct op *op, struct world *w)
{
    int64_t payment = next_payment(w);
    return payment_return(op, payment, next_date(w), S("the bank took it back"));
}

static bool do_refund(struct op *op, struct world *w)
{
    int64_t refund, payment = next_payment(w);
    if (!payment_refund(op, payment, next_money(w), S("case"), &refund)) return false;
    w->payments[w->payment_count] = (struct name){S("?"), refund}; /* sent below, outside */
    return true;
}

/* surcharge 2.5: percent, for credit cards */
static bool do_surcharge(struct op *op, struct world *w)
{
    struct entity seller;
    int64_t id;
    if (!entity_get(op, w->entity, &seller)) return false;
    if (!card_fee_from(op, next(w), &seller.card_fee_ppm)) return false;
    seller.card_fee_text = S("What the card costs us.");
    return entity_put(op, &seller, &id);
}

/* A refund that has not been sent yet. */
static bool do_request(struct op *op, struct world *w)
{
    int64_t refund, payment = next_payment(w);
    return payment_refund(op, payment, next_money(w), S("case"), &refund);
}

static bool use_line(struct op *op, struct world *w, struct application *a)
{
    int64_t item;
    if (!next_item(op, w, &item)) return false;
    for (ptrdiff_t i = 0; i < a->count; i++) {
        struct application_line *line = &a->lines[i];
        if (line->item != item) continue;
        line->amount = next_money(w);
        if (next_is(w, "open")) return true;
        if (next_is(w, "tolerance"))
            line->rest = REST_TOLERANCE;
        else if (next_is(w, "discount"))
            line->rest = REST_DISCOUNT;
        else if (next_is(w, "because"))
            line->rest = REST_DEDUCTION, line->reason = next(w);
        return true;
    }
    return op_fail(op, ERR_MISSING, NULL, "There is no such item to apply to.");
}

/* use P-1 R-1 490.00 discount R-2 80.00 because damaged_goods K-1 20.00: applied by hand. */
static bool do_use(struct op *op, struct world *w)
{
    struct application a;
    int64_t from;
    int words = w->count;
    if (!next_item(op, w, &from) || !application_get(op, from, &a)) return false;
    if (w->refused) words--; /* the sentence that is expected */
    while (w->at < words)
        if (!use_line(op, w, &a)) return false;
    return application_post(op, &a, &w->batch);
}

static bool do_undo(struct op *op, struct world *w)
{
    return work_batch_undo(op, w->batch, clock_date(op->now, S("UTC")), S("a mistake"));
}

/* decide D-0001 200.00: so much of it is valid. */
static bool do_decide(struct op *op, struct world *w)
{
    struct deduction_decision d = {.note = S("photos"), .day = clock_date(op->now, S("UTC"))};
    if (!next_item(op, w, &d.item)) return false;
    d.valid = next_money(w);
    return deduction_decide(op, &d);
}

/* reopen D-0001: the decision is taken back. */
static bool do_reopen(struct op *op, struct world *w)
{
    int64_t item;
    return next_item(op, w, &item) &&
           deduction_reopen(op, item, clock_date(op->now, S("UTC")), S("the photos show another"));
}

/* bulk write_off 50.00 R-1 R-2: one act over many items, up to 50.00 of each. */
static bool do_bulk(struct op *op, struct world *w)
{
    enum bulk_kind kind;
    struct bulk_plan plan;
    struct receivables items;
    int64_t ids[WORDS_MAX];
    ptrdiff_t count = 0;
    str name = next(w);
    CHECK(bulk_from(name, &kind), "line %d: %.*s is no act", w->line, STR(name));
    money most = next_money(w);
    while (w->at < w->count - (w->refused ? 1 : 0))
        if (!next_item(op, w, &ids[count++])) return false;
    date today = clock_date(op->now, S("UTC"));
    return receivables_by_ids(op, 0, ids, count, today, &items) &&
           bulk_plan(op, kind, &items, most.minor, &plan) && bulk_start(op, &plan, &w->batch);
}

static bool do_rules(struct op *op, struct world *w)
{
    struct work_rules rules;
    if (!work_rules_get(op, w->entity, &rules)) return false;
    rules.discount_reduces_tax = !next_is(w, "tax-stays");
    return work_rules_set(op, &rules);
}

struct line {
    struct world *w;
    bool (*run)(struct op *op, struct world *w);
    struct world from; /* as it was before the line was tried */
    bool tried;
    int64_t checkout, payment;
    struct checkout_edit edit;
    int64_t customer;
    struct payment p;
};

static bool card_begin(struct op *op, void *arg)
{
    struct line *l = arg;
    struct customer_ids made;
    date today = clock_date(op->now, S("UTC"));
    struct checkout_edit edit = l->edit;
    int64_t item = edit.item;
    if (!checkout_start(op, l->customer, 0, &item, 1, &made)) return false;
    if (!checkout_edit(op, l->customer, made.at[0], &edit, 1)) return false;
    return payment_begin(op, l->customer, made.at[0], "case", 0, today, &l->payment);
}

static bool next_item_work(struct op *op, void *arg)
{
    struct line *l = arg;
    l->w->at = l->from.at; /* it may be run again */
    return next_item(op, l->w, &l->edit.item);
}

/* card P-1 C1 R-1 4700.00 damaged_goods: through checkout, gateway and all. `debit`: the same with
 * a debit card. */
static void card(struct world *w, enum card_funding funding)
{
    struct line l = {.w = w};
    struct op op = fixture_op(w->f);
    struct gateway_account account = {.funding = funding};
    struct gateway_access access = {&case_gateway, &account, NULL};
    enum payment_state state;
    str name = next(w);
    l.customer = next_customer(w);
    l.from = *w;
    fixture_do(w->f, next_item_work, &l);
    l.edit.amount = next(w);
    l.edit.reason = next(w);
    fixture_do(w->f, card_begin, &l);
    CHECK(payment_talk(&op, w->f->store, &access, l.payment, true, S("https://x/"), &state), "%s",
          fixture_why(&op));
    CHECK(state == PAYMENT_SUCCEEDED, "line %d: state %d", w->line, (int)state);
    w->payments[w->payment_count++] = (struct name){name, l.payment};
}

static bool payment_look(struct op *op, void *arg)
{
    struct line *l = arg;
    return payment_get(op, 0, l->payment, &l->p);
}

/* payout PO-1 2026-05-03 P-1 1.67: one charge, and the gateway's fee for it. */
static void payout(struct world *w)
{
    struct line l = {.w = w};
    struct op op = fixture_op(w->f);
    struct payout_line line = {0};
    struct payout p = {.their_id = next(w), .day = next_date(w), .lines = &line, .count = 1};
    bool answered;
    l.payment = next_payment(w);
    fixture_do(w->f, payment_look, &l);
    money fee = next_money(w), gross = money_add(l.p.amount, l.p.fee);
    line = (struct payout_line){
        .their_id = l.p.bank_ref, .our_id = S("x"), .gross = gross, .fee = fee};
    p.charges = gross, p.fees = fee, p.refunds = money_of(0, fee.cur);
    p.net = money_sub(gross, fee);
    struct gateway_account account = {.report = {&p, 1, true}};
    struct gateway_access access = {&case_gateway, &account, NULL};
    CHECK(payouts_read(&op, w->f->store, &access, p.day, &answered), "%s", fixture_why(&op));
}

/* arrived PO-1 2026-05-05 117.33 */
static bool do_arrived(struct op *op, struct world *w)
{
    struct payouts_seen list;
    str id = next(w);
    date day = next_date(w);
    money amount = next_money(w);
    if (!payouts_list(op, 10, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (str_eq(list.at[i].their_id, id))
            return payout_arrived(op, list.at[i].id, amount, day, S("case"));
    return op_fail(op, ERR_MISSING, NULL, "There is no such payout.");
}

static bool do_expect(struct op *op, struct world *w)
{
    int64_t id;
    struct item item;
    if (!next_item(op, w, &id) || !item_get(op, id, &item)) return false;
    CHECK(next_is(w, "open"), "line %d: expect NUMBER open AMOUNT", w->line);
    money want = next_money(w);
    CHECK(money_eq(item.open, want), "line %d of \"%s\": %.*s is open, not %.*s", w->line, w->title,
          STR(money_text(w->mem, item.open)), STR(money_text(w->mem, want)));
    return true;
}

static bool do_account(struct op *op, struct world *w)
{
    struct case_balance_row row;
    str code = next(w);
    money want = next_money(w);
    struct case_balance_args args = {.gl = code, .currency = currency_text(&want.cur)};
    if (!sql_case_balance(op, args, &row)) return false;
    CHECK(row.balance == want.minor, "line %d of \"%s\": %.*s stands at %.*s, not %.*s", w->line,
          w->title, STR(code), STR(money_text(w->mem, money_of(row.balance, want.cur))),
          STR(money_text(w->mem, want)));
    return true;
}

static bool do_books(struct op *op, struct world *w)
{
    struct verdict v;
    if (!ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "line %d of \"%s\": %.*s %.*s", w->line, w->title,
          STR(v.problems[0].where), STR(v.problems[0].what));
    return true;
}

static const struct {
    const char *word;
    bool (*run)(struct op *op, struct world *w);
} verbs[] = {
    {"customer", do_customer}, {"invoice", do_invoice},   {"credit", do_credit},
    {"transfer", do_transfer}, {"identify", do_identify}, {"apply", do_apply},
    {"unapply", do_unapply},   {"return", do_return},     {"refund", do_refund},
    {"expect", do_expect},     {"account", do_account},   {"books", do_books},
    {"announce", do_announce}, {"request", do_request},   {"use", do_use},
    {"undo", do_undo},         {"decide", do_decide},     {"reopen", do_reopen},
    {"rules", do_rules},       {"bulk", do_bulk},         {"surcharge", do_surcharge},
    {"arrived", do_arrived},
};

static bool in_transaction(struct op *op, void *arg)
{
    struct line *l = arg;
    if (!l->tried) l->from = *l->w;
    l->tried = true;
    *l->w = l->from; /* it may be run again */
    return l->run(op, l->w);
}

static bool send_refund(struct world *w)
{
    struct op op = fixture_op(w->f);
    struct gateway_account account = {0};
    struct gateway_access access = {&case_gateway, &account, NULL};
    return refund_talk(&op, w->f->store, &access, w->payments[w->payment_count].id);
}

static void verb(struct world *w, bool refused)
{
    struct op op = fixture_op(w->f);
    struct line l = {.w = w};
    str word = next(w);
    if (str_eq(word, S("payout"))) {
        payout(w);
        return;
    }
    if (str_eq(word, S("card")) || str_eq(word, S("debit"))) {
        card(w, str_eq(word, S("card")) ? FUNDING_CREDIT : FUNDING_DEBIT);
        return;
    }
    for (ptrdiff_t i = 0; i < COUNT(verbs); i++)
        if (str_eq(word, str_of(verbs[i].word))) l.run = verbs[i].run;
    CHECK(l.run, "line %d: %.*s is no verb", w->line, STR(word));
    bool done = store_transact(&op, w->f->store, TX_WRITE, in_transaction, &l);
    if (refused) {
        str want = w->words[w->count - 1];
        CHECK(!done, "line %d of \"%s\": was not refused", w->line, w->title);
        CHECK(str_eq(op.errs->message, want), "line %d: \"%.*s\"", w->line, STR(op.errs->message));
        return;
    }
    CHECK(done, "line %d of \"%s\": %s", w->line, w->title, fixture_why(&op));
    if (l.run == do_refund) CHECK(send_refund(w), "line %d: the refund", w->line);
}

/* ---- a file ---- */

static bool begin(struct op *op, void *arg)
{
    struct world *w = arg;
    struct entity n = {.code = S("N"), .name = S("N"), .currency = {"EUR"}, .tolerance_minor = 100};
    return entity_put(op, &n, &w->entity);
}

static void run_line(struct world *w, str line)
{
    words_read(w, line);
    w->refused = next_is(w, "refuse");
    verb(w, w->refused);
}

static void run_file(struct arena *mem, enum fixture_engine engine, const char *path)
{
    char buffer[1024];
    struct world w = {.mem = mem};
    FILE *in = fopen(path, "r");
    CHECK(in, "%s", path);
    int cases = 0;
    for (int line = 1; fgets(buffer, sizeof buffer, in); line++) {
        str text = str_trim(str_copy(mem, str_of(buffer)));
        if (text.len == 0 || text.at[0] == '#') continue;
        if (str_starts(text, S("case "))) {
            w = (struct world){.mem = mem, .f = fixture_open(mem, engine)};
            if (!w.f) {
                fclose(in);
                skip();
            }
            w.title = str_z(mem, str_from(text, 5));
            fixture_do(w.f, begin, &w);
            cases++;
            continue;
        }
        w.line = line;
        run_line(&w, text);
    }
    fclose(in);
    CHECK(cases > 0, "%s has no case", path);
}

SENTENCE(the_cases_hold_on_sqlite)
{
    run_file(mem, FIXTURE_SQLITE, "test/ledger/postings.case");
}

SENTENCE(the_cases_hold_on_postgres)
{
    run_file(mem, FIXTURE_POSTGRES, "test/ledger/postings.case");
}

TESTS(TEST(the_cases_hold_on_sqlite), TEST(the_cases_hold_on_postgres))
