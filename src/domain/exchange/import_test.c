#include "fixture.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/exchange/import.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "store/engine.h"

static bool make_seller(struct op *op, void *arg)
{
    int64_t id;
    struct entity entity = {.code = S("main"), .name = S("Nordwind"), .zone = S("UTC")};
    (void)arg;
    return currency_from(S("EUR"), &entity.currency) && entity_put(op, &entity, &id);
}

static struct import_options invoices_of(struct arena *mem, const char *content)
{
    return (struct import_options){.kind = IMPORT_INVOICES,
                                   .path = test_file(mem, str_of(content))};
}

static struct import_result import_it(struct fixture *f, const struct import_options *options)
{
    struct import_result result;
    struct op op = fixture_op(f);
    CHECK(import_run(&op, f->store, options, NULL, NULL, &result), "%s", fixture_why(&op));
    return result;
}

static void counts(struct import_result r, int64_t created, int64_t updated, int64_t unchanged,
                   int64_t refused, int line)
{
    CHECK(r.created == created && r.updated == updated && r.unchanged == unchanged &&
              r.refused == refused,
          "line %d: created %lld, updated %lld, unchanged %lld, refused %lld", line,
          (long long)r.created, (long long)r.updated, (long long)r.unchanged, (long long)r.refused);
}
#define COUNTS(r, created, updated, unchanged, refused)                                            \
    counts((r), (created), (updated), (unchanged), (refused), __LINE__)

/* ---- what is in the books ---- */

static bool read_balances(struct op *op, void *arg)
{
    date today;
    return date_from(S("2026-05-01"), &today) && receivables_balances(op, 0, today, arg);
}

static struct balance balance_of(struct fixture *f)
{
    struct balances balances;
    struct op op = fixture_op(f);
    CHECK(store_transact(&op, f->store, TX_READ, read_balances, &balances), "%s", fixture_why(&op));
    return balances.count > 0 ? balances.at[0] : (struct balance){0};
}

struct refused {
    int64_t run, rows;
    struct import_refusals list;
    struct text file;
};

static bool write_text(str piece, void *arg)
{
    text_add(arg, piece);
    return true;
}

static void close_apart(void *mem)
{
    arena_close(mem);
}

static bool read_refused(struct op *op, void *arg)
{
    struct refused *r = arg;
    r->file = (struct text){.mem = arena_open(1 << 20)};
    arena_defer(op->mem, close_apart, r->file.mem);
    return import_refusals(op, r->run, 0, 100, &r->list) &&
           import_refused_file(op, r->run, write_text, &r->file, &r->rows);
}

static struct refused refused_of(struct fixture *f, int64_t run)
{
    struct refused r = {.run = run};
    struct op op = fixture_op(f);
    CHECK(store_transact(&op, f->store, TX_READ, read_refused, &r), "%s", fixture_why(&op));
    return r;
}

static str refusal_text(struct arena *mem, const struct import_refusal *r)
{
    return str_printf(mem, "%lld|%.*s|%.*s|%.*s", (long long)r->line, STR(r->column), STR(r->value),
                      STR(r->reason));
}

#define HEADER "number,customer,issued,due,amount\n"
#define THREE                                                                                      \
    HEADER "R-1,C1,2026-04-01,2026-05-01,119.00\nR-2,C2,2026-04-02,2026-05-02,1.50\n"              \
           "R-3,C1,2026-04-03,2026-05-03,10.00\n"

ENGINES_SENTENCE(good_rows_are_kept_and_the_same_file_again_changes_nothing)
{
    struct import_options options = invoices_of(f->mem, THREE);
    fixture_do(f, make_seller, NULL);
    struct import_result r = import_it(f, &options);
    COUNTS(r, 3, 0, 0, 0);
    CHECK(r.customers == 2 && r.rows == 3, "%lld customers", (long long)r.customers);
    CHECK(r.total_count == 1 && r.totals[0].amount.minor == 13050, "%lld",
          (long long)r.totals[0].amount.minor);
    CHECK(balance_of(f).open.minor == 13050, "%lld", (long long)balance_of(f).open.minor);
    r = import_it(f, &options);
    COUNTS(r, 0, 0, 3, 0);
    CHECK(balance_of(f).open.minor == 13050, "%lld", (long long)balance_of(f).open.minor);
}

ENGINES_SENTENCE(a_changed_row_is_a_conflict_that_says_what_differs)
{
    struct import_options options = invoices_of(f->mem, THREE);
    fixture_do(f, make_seller, NULL);
    (void)import_it(f, &options);
    options.path = test_file(f->mem, S(HEADER "R-1,C2,2026-04-01,2026-05-01,120.00\n"
                                              "R-4,C1,2026-04-04,2026-05-04,4.00\n"));
    struct import_result r = import_it(f, &options);
    COUNTS(r, 1, 0, 0, 1);
    struct refused refused = refused_of(f, r.run);
    str got = refusal_text(f->mem, &refused.list.at[0]);
    CHECK(refused.list.count == 1 &&
              str_eq(got, S("2|number|R-1|This number is there already, with other contents: "
                            "customer is C2, there it is C1; amount is €120.00, there it is "
                            "€119.00. An issued document does not change.")),
          "%.*s", STR(got));
    CHECK(balance_of(f).open.minor == 13450, "%lld", (long long)balance_of(f).open.minor);
}

ENGINES_SENTENCE(each_refused_row_is_named_with_its_reason)
{
    static const struct {
        const char *row, *says;
    } cases[] = {
        {"R-1,C1,2026-04-01,2026-05-01,12.345",
         "2|amount|12.345|12.345 has more decimals than EUR (2). Mend it, or import with --round "
         "half-up."},
        {"R-2,C1,2026-04-31,2026-05-01,12.00",
         "3|issued|2026-04-31|This is no day in the order year-month-day."},
        {"R-3,,2026-04-01,2026-05-01,12.00",
         "4|customer||There is no customer. Say whose such rows are with --set-missing "
         "customer=NUMBER."},
        {",C1,2026-04-01,2026-05-01,12.00", "5|number||There is no number."},
        {"R-5,C1,,2026-05-01,12.00", "6|issued||There is no date of issue."},
        {"R-6,C1,2026-04-01,2026-05-01,", "7|amount||There is no amount."},
        {"R-7,C1,2026-04-01,2026-05-01,twelve",
         "8|amount|twelve|This is no number with a decimal point."},
        {"R-8,C1,2026-04-01,2026-05-01", "9|amount||This row has 4 cells, the header has 5."},
        {"R-9,C1,2026-04-01,2026-05-01,99999999999999.00",
         "10|amount|99999999999999.00|This amount is larger than we can book."},
    };
    struct text file = {.mem = f->mem};
    text_add(&file, S(HEADER));
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) text_format(&file, "%s\n", cases[i].row);
    struct text bad = {.mem = f->mem};
    text_add(&bad, text_str(&file));
    text_add(&file, S("R-10,C1,2026-04-01,2026-05-01,1.00\n,,,,\n"));
    struct import_options options = {.kind = IMPORT_INVOICES,
                                     .path = test_file(f->mem, text_str(&file))};
    fixture_do(f, make_seller, NULL);
    struct import_result r = import_it(f, &options);
    COUNTS(r, 1, 0, 0, COUNT(cases));
    struct refused refused = refused_of(f, r.run);
    CHECK(refused.list.count == COUNT(cases), "%td", refused.list.count);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = refusal_text(f->mem, &refused.list.at[i]);
        CHECK(str_eq(got, str_of(cases[i].says)), "%.*s", STR(got));
    }
    CHECK(str_eq(text_str(&refused.file), text_str(&bad)), "%.*s", STR(text_str(&refused.file)));
    options.round = ROUND_HALF_UP;
    r = import_it(f, &options);
    COUNTS(r, 1, 0, 1, COUNT(cases) - 1);
}

ENGINES_SENTENCE(all_or_nothing_keeps_nothing_when_a_row_is_refused)
{
    struct import_options options = invoices_of(f->mem, THREE "R-4,C3,2026-04-03,2026-05-03,x\n");
    fixture_do(f, make_seller, NULL);
    options.all_or_nothing = true;
    struct import_result r = import_it(f, &options);
    COUNTS(r, 3, 0, 0, 1);
    CHECK(r.rolled_back && balance_of(f).open.minor == 0, "%lld is open",
          (long long)balance_of(f).open.minor);
    CHECK(refused_of(f, r.run).list.count == 1, "the refusal is not told");
    options.path = test_file(f->mem, S(THREE));
    r = import_it(f, &options);
    COUNTS(r, 3, 0, 0, 0);
    CHECK(balance_of(f).open.minor == 13050, "%lld", (long long)balance_of(f).open.minor);
}

ENGINES_SENTENCE(a_dry_run_tells_all_and_keeps_nothing)
{
    struct import_options options = invoices_of(f->mem, THREE "R-4,C3,2026-04-03,2026-05-03,x\n");
    fixture_do(f, make_seller, NULL);
    options.dry_run = true;
    for (int i = 0; i < 2; i++) {
        struct import_result r = import_it(f, &options);
        COUNTS(r, 3, 0, 0, 1);
        CHECK(balance_of(f).open.minor == 0, "%lld is open", (long long)balance_of(f).open.minor);
        CHECK(refused_of(f, r.run).list.count == 1, "the refusal is not told");
    }
}

#define WITH_KIND                                                                                  \
    "number,customer,issued,amount,kind\nR-1,C1,2026-04-01,100.00,invoice\n"                       \
    "G-1,C1,2026-04-02,30.00,credit note\n"
#define CREDITS "number,customer,issued,amount\n"

ENGINES_SENTENCE(credit_notes_are_recognised_by_sign_kind_and_prefix)
{
    static const char *const files[] = {
        CREDITS "R-1,C1,2026-04-01,100.00\nG-1,C1,2026-04-02,-30.00\n",
        WITH_KIND,
        CREDITS "R-1,C1,2026-04-01,100.00\nG-1,C1,2026-04-02,30.00\n",
    };
    fixture_do(f, make_seller, NULL);
    for (ptrdiff_t i = 0; i < COUNT(files); i++) {
        struct import_options options = invoices_of(f->mem, files[i]);
        if (i == 2) options.credit_prefix = S("G-");
        struct import_result r = import_it(f, &options);
        COUNTS(r, i == 0 ? 2 : 0, 0, i == 0 ? 0 : 2, 0); /* all three say the same */
        CHECK(r.totals[0].amount.minor == 7000, "%lld", (long long)r.totals[0].amount.minor);
    }
    struct import_options options =
        invoices_of(f->mem, "number,customer,issued,amount\nG-2,C1,2026-04-02,5.00\n");
    options.kind = IMPORT_CREDIT_NOTES;
    COUNTS(import_it(f, &options), 1, 0, 0, 0);
    CHECK(balance_of(f).open.minor == 10000 && balance_of(f).credit.minor == 3500, "%lld, %lld",
          (long long)balance_of(f).open.minor, (long long)balance_of(f).credit.minor);
}

static bool read_corrected(struct op *op, void *arg)
{
    struct document *credit = arg;
    int64_t id;
    bool found;
    return document_find(op, 1, DOCUMENT_CREDIT_NOTE, S("G-1"), &id, &found) && found &&
           document_get(op, id, credit) && document_get(op, credit->corrects, credit);
}

ENGINES_SENTENCE(a_credit_note_names_the_invoice_that_it_corrects)
{
    static const char *const says[] = {
        "There is no invoice with this number: import invoices first.",
        "This invoice is another customer's.",
        "Only a credit note corrects an invoice.",
    };
    struct import_options options = invoices_of(
        f->mem, "number,customer,issued,amount,kind,corrects\n"
                "R-1,C1,2026-04-01,100.00,invoice,\nR-2,C2,2026-04-01,100.00,invoice,\n"
                "G-1,C1,2026-04-02,30.00,credit note,R-1\n"
                "G-2,C1,2026-04-02,30.00,credit note,R-9\n"
                "G-3,C1,2026-04-02,30.00,credit note,R-2\nR-3,C1,2026-04-02,1.00,invoice,R-1\n");
    struct document credit;
    struct import_result r;
    fixture_do(f, make_seller, NULL);
    r = import_it(f, &options);
    COUNTS(r, 3, 0, 0, 3);
    struct refused refused = refused_of(f, r.run);
    for (ptrdiff_t i = 0; i < COUNT(says); i++) {
        const struct import_refusal *row = &refused.list.at[i];
        CHECK(str_eq(row->reason, str_of(says[i])) && str_eq(row->column, S("corrects")),
              "%.*s: %.*s", STR(row->column), STR(row->reason));
    }
    fixture_do(f, read_corrected, &credit);
    CHECK(str_eq(credit.number, S("R-1")), "%.*s", STR(credit.number));
    r = import_it(f, &options);
    COUNTS(r, 0, 0, 3, 3);
}

#define LINES "number,customer,issued,sku,quantity,unit_price,tax\n"

static bool find_lines(struct op *op, void *arg)
{
    struct document *d = arg;
    struct entity seller;
    int64_t id;
    bool found;
    return entity_main(op, &seller) &&
           document_find(op, seller.id, DOCUMENT_INVOICE, S("R-1"), &id, &found) && found &&
           document_get(op, id, d);
}

ENGINES_SENTENCE(rows_with_one_number_are_one_document_wherever_they_stand)
{
    struct document d;
    struct op op = fixture_op(f);
    struct import_options options = invoices_of(
        f->mem, LINES "R-1,C1,2026-04-01 08:26,A,6,2.55,2.91\nR-2,C1,2026-04-01,B,1,1.00,0\n"
                      "R-1,C1,2026-04-01 08:27,C,-1,0.30,-0.06\nR-3,C2,2026-04-01,B,3,0,0\n");
    fixture_do(f, make_seller, NULL);
    struct import_result r = import_it(f, &options);
    COUNTS(r, 3, 0, 0, 0);
    CHECK(store_transact(&op, f->store, TX_READ, find_lines, &d), "%s", fixture_why(&op));
    CHECK(d.line_count == 2 && d.net.minor == 1500 && d.tax.minor == 285 && d.total.minor == 1785,
          "%td lines, %lld", d.line_count, (long long)d.total.minor);
    CHECK(str_eq(d.lines[1].sku, S("C")) && d.lines[1].net.minor == -30, "the second line");
    CHECK(d.tax_count == 1 && d.taxes[0].rate_ppm == 190000, "%lld ppm",
          (long long)d.taxes[0].rate_ppm);
    CHECK(balance_of(f).open_count == 2, "a total of zero leaves nothing open");
}

ENGINES_SENTENCE(a_document_is_refused_with_all_its_rows)
{
    struct import_options options =
        invoices_of(f->mem, LINES "R-1,C1,2026-04-01,A,6,2.55,0\nR-2,C1,2026-04-01,B,1,1.00,0\n"
                                  "R-1,C2,2026-04-01,C,1,0.30,0\nR-4,C1,2026-04-01,A,1,1.00,0\n"
                                  "R-5,C1,2026-04-01,A,1\nR-6,C1,2026-04-01,A,1,1.00,0\n");
    fixture_do(f, make_seller, NULL);
    struct import_result r = import_it(f, &options);
    COUNTS(r, 1, 0, 0, 4);
    struct refused refused = refused_of(f, r.run);
    static const char *const says[] = {
        "4|customer|C2|The rows of one document differ: line 2 says \"C1\".",
        "5|||Line 6, beside it, cannot be read and may be part of it.",
        "6|unit_price||This row has 5 cells, the header has 7.",
        "7|||Line 6, beside it, cannot be read and may be part of it.",
    };
    CHECK(refused.list.count == COUNT(says), "%td", refused.list.count);
    for (ptrdiff_t i = 0; i < COUNT(says); i++) {
        str got = refusal_text(f->mem, &refused.list.at[i]);
        CHECK(str_eq(got, str_of(says[i])), "%.*s", STR(got));
    }
    CHECK(refused.rows == 5, "%lld rows in the file", (long long)refused.rows);
}

ENGINES_SENTENCE(what_was_settled_is_paid_once_and_a_later_date_is_taken)
{
    struct import_options options = invoices_of(
        f->mem, "number,customer,issued,amount,settled,disputed\n"
                "R-1,C1,2026-04-01,100.00,2026-04-20,no\nR-2,C1,2026-04-02,50.00,,yes\n");
    fixture_do(f, make_seller, NULL);
    COUNTS(import_it(f, &options), 2, 0, 0, 0);
    CHECK(balance_of(f).open.minor == 5000 && balance_of(f).disputed.minor == 5000, "%lld",
          (long long)balance_of(f).open.minor);
    options.path = test_file(f->mem, S("number,customer,issued,amount,settled,disputed\n"
                                       "R-1,C1,2026-04-01,100.00,2026-04-20,no\n"
                                       "R-2,C1,2026-04-02,50.00,2026-04-25,yes\n"));
    COUNTS(import_it(f, &options), 0, 1, 1, 0);
    CHECK(balance_of(f).open.minor == 0, "%lld", (long long)balance_of(f).open.minor);
    COUNTS(import_it(f, &options), 0, 0, 2, 0);
}

ENGINES_SENTENCE(customers_are_made_changed_and_left_as_they_are)
{
    struct import_options options = {
        .kind = IMPORT_CUSTOMERS,
        .path =
            test_file(f->mem, S("customer,name,country,email,terms\n"
                                "C1,M\xc3\xbcller GmbH,de,ap@mueller.example,net 30\n"
                                "C2,Acme,391,,\nC1,M\xc3\xbcller GmbH,de,ap@mueller.example,net "
                                "30\nC2,Acme Inc,391,,\n"))};
    fixture_do(f, make_seller, NULL);
    struct import_result r = import_it(f, &options);
    COUNTS(r, 2, 0, 0, 1);
    str got = refusal_text(f->mem, &refused_of(f, r.run).list.at[0]);
    CHECK(str_starts(got, S("5|")), "%.*s", STR(got));
    COUNTS(import_it(f, &options), 0, 0, 2, 1);
    options.path = test_file(f->mem, S("customer,name\nC1,Mueller\nC2,Acme\n"));
    COUNTS(import_it(f, &options), 0, 1, 1, 0);
}

ENGINES_SENTENCE(an_unknown_customer_is_refused_when_only_known_ones_may_come)
{
    struct import_options options = invoices_of(f->mem, THREE);
    fixture_do(f, make_seller, NULL);
    options.known_customers = true;
    COUNTS(import_it(f, &options), 0, 0, 0, 3);
    options.known_customers = false;
    struct op op = fixture_op(f);
    CHECK(mapping_set_missing(&op, S("customer=CASH"), &options.mapping), "%s", fixture_why(&op));
    options.path = test_file(f->mem, S(HEADER "R-9,,2026-04-01,2026-05-01,119.00\n"));
    COUNTS(import_it(f, &options), 1, 0, 0, 0);
}

static const char *long_file(struct arena *mem, int count)
{
    struct text t = {.mem = mem};
    text_add(&t, S(HEADER));
    for (int i = 0; i < count; i++)
        text_format(&t, "R-%d,C%d,2026-04-01,2026-05-13,%d.00\n", i, i % 7, i + 1);
    return test_file(mem, text_str(&t));
}

ENGINES_SENTENCE(a_run_that_was_cut_short_goes_on)
{
    struct import_options options = {.kind = IMPORT_INVOICES, .path = long_file(f->mem, 1200)};
    struct import_result r;
    struct op op = fixture_op(f);
    struct store_fault fault = {.calls_left = 8000};
    fixture_do(f, make_seller, NULL);
    store_fault_set(f->store, &fault);
    CHECK(!import_run(&op, f->store, &options, NULL, NULL, &r), "it was not cut short");
    store_fault_set(f->store, NULL);
    CHECK(r.created == 500, "%lld were committed", (long long)r.created);
    CHECK(balance_of(f).open.minor == 500 * 501 / 2 * 100, "half a batch is in the books");
    r = import_it(f, &options);
    CHECK(r.resumed && r.rows == 1200, "%lld rows", (long long)r.rows);
    COUNTS(r, 1200, 0, 0, 0);
    CHECK(r.totals[0].amount.minor == INT64_C(1200) * 1201 / 2 * 100, "%lld",
          (long long)r.totals[0].amount.minor);
    r = import_it(f, &options);
    CHECK(!r.resumed, "a run that is done does not go on");
    COUNTS(r, 0, 0, 1200, 0);
}

/* Wherever it comes: a row at a savepoint, the end of a batch. Who reads that their row is refused
 * would look for a mistake in it. */
ENGINES_SENTENCE(a_full_disk_refuses_no_row)
{
    struct import_options options =
        invoices_of(f->mem, THREE "R-4,C1,2026-04-04,2026-05-03,4.00\nR-4,C1,2026-04-04,"
                                  "2026-05-03,5.00\n");
    struct import_result r = {0};
    bool done = false;
    ptrdiff_t n;
    fixture_do(f, make_seller, NULL);
    for (n = 0; !done; n++) {
        struct arena_mark mark = arena_mark(f->mem);
        struct op op = fixture_op(f);
        struct store_fault fault = {.calls_left = n, .kind = ERR_FULL};
        store_fault_set(f->store, &fault);
        done = import_run(&op, f->store, &options, NULL, NULL, &r);
        store_fault_set(f->store, NULL);
        CHECK(done == !fault.hit, "call %td: %s", n, done ? "nobody noticed" : fixture_why(&op));
        CHECK(done || op.errs->kind == ERR_FULL, "call %td: %s", n, fixture_why(&op));
        CHECK(done || r.created + r.refused == 0, "call %td: %lld are refused", n,
              (long long)r.refused);
        if (!done) arena_rewind(f->mem, mark);
    }
    CHECK(n > 60, "only %td calls", n);
    COUNTS(r, 4, 0, 0, 1);
}

ENGINES_SENTENCE(a_full_disk_leaves_what_was_kept_and_says_how_much)
{
    struct import_options options = {.kind = IMPORT_INVOICES, .path = long_file(f->mem, 1200)};
    struct import_result r;
    struct op op = fixture_op(f);
    struct store_fault fault = {.calls_left = 8000, .kind = ERR_FULL};
    fixture_do(f, make_seller, NULL);
    store_fault_set(f->store, &fault);
    CHECK(!import_run(&op, f->store, &options, NULL, NULL, &r), "it was not cut short");
    store_fault_set(f->store, NULL);
    CHECK(op.errs->kind == ERR_FULL && !op.errs->next &&
              str_find(op.errs->message, S("more than the first 500 rows")) > 0,
          "%s", fixture_why(&op));
    COUNTS(r, 500, 0, 0, 0);
    COUNTS(import_it(f, &options), 1200, 0, 0, 0);
}

struct whole {
    struct import_options options;
    int64_t owed;
};

static bool run_it(struct op *op, struct store *store, void *arg)
{
    struct import_result result;
    return import_run(op, store, &((struct whole *)arg)->options, NULL, NULL, &result);
}

static void all_or_none(struct fixture *f, bool done, void *arg)
{
    int64_t owed = balance_of(f).open.minor, whole = ((struct whole *)arg)->owed;
    CHECK(owed == whole || (owed == 0 && !done), "%lld is open", (long long)owed);
}

ENGINES_SENTENCE(a_failure_at_any_call_leaves_whole_batches)
{
    struct whole whole = {.options = invoices_of(f->mem, THREE), .owed = 13050};
    fixture_do(f, make_seller, NULL);
    CHECK(test_every_failure_outside(f, run_it, &whole, all_or_none) > 20, "too few calls");
}

static bool save_and_load(struct op *op, void *arg)
{
    struct import_mapping *m = arg, loaded;
    CHECK(mapping_save(op, S("erp"), IMPORT_INVOICES, m), "%s", fixture_why(op));
    CHECK(mapping_save(op, S("erp"), IMPORT_INVOICES, m), "%s", fixture_why(op));
    CHECK(mapping_load(op, S("erp"), &loaded), "%s", fixture_why(op));
    CHECK(loaded.keep_others && str_eq(loaded.of[FIELD_NUMBER].column, S("Beleg \"Nr\"")) &&
              str_eq(loaded.of[FIELD_CUSTOMER].missing, S("CASH")) &&
              str_eq(loaded.of[FIELD_CURRENCY].value, S("EUR")) &&
              loaded.of[FIELD_PO].column.len == 0,
          "it is not the same");
    CHECK(!mapping_load(op, S("none"), &loaded) && op->errs->kind == ERR_MISSING, "none");
    op->errs = NULL;
    return true;
}

ENGINES_SENTENCE(mappings_are_kept_by_name)
{
    struct import_mapping m = {.keep_others = true};
    struct op op = fixture_op(f);
    CHECK(mapping_set(&op, S("number=Beleg \"Nr\""), &m), "%s", fixture_why(&op));
    CHECK(mapping_set_missing(&op, S("customer=CASH"), &m), "%s", fixture_why(&op));
    CHECK(mapping_set_value(&op, S("currency=EUR"), &m), "%s", fixture_why(&op));
    CHECK(!mapping_set(&op, S("colour=Farbe"), &m), "an unknown field");
    CHECK(!mapping_set(&op, S("number"), &m), "no column");
    fixture_do(f, save_and_load, &m);
}

struct kept {
    int64_t run;
    struct import_summaries list;
    struct import_summary one;
    money *totals;
    ptrdiff_t total_count;
};

static bool read_kept(struct op *op, void *arg)
{
    struct kept *k = arg;
    return import_list(op, 0, 10, &k->list) &&
           import_get(op, k->run, &k->one, &k->totals, &k->total_count);
}

ENGINES_SENTENCE(a_run_is_kept_with_what_came_of_it)
{
    struct import_options options = invoices_of(f->mem, THREE "R-4,C1,2026-04-04,2026-05-03,x\n");
    struct import_result r;
    fixture_do(f, make_seller, NULL);
    options.file_name = S("april.csv");
    struct kept k = {.run = import_it(f, &options).run};
    struct text broken = {.mem = f->mem};
    text_add(&broken, S(THREE));
    for (int i = 0; i < 10001; i++) text_add(&broken, S(",,,,\n")); /* beyond what is looked at */
    text_add(&broken, S("R-4,C1,2026-04-04,\"2026-05-03,4.00\n"));
    options.path = test_file(f->mem, text_str(&broken));
    struct op op = fixture_op(f), look = fixture_op(f);
    CHECK(!import_run(&op, f->store, &options, NULL, NULL, &r), "an open quotation mark");
    CHECK(store_transact(&look, f->store, TX_READ, read_kept, &k), "%s", fixture_why(&look));
    CHECK(k.list.count == 2 && k.list.at[1].id == k.run, "%td runs", k.list.count);
    CHECK(str_eq(k.list.at[0].state, S("failed")) &&
              str_starts(k.list.at[0].problem, S("The file ends inside of quotation marks")),
          "%.*s", STR(k.list.at[0].problem));
    CHECK(str_eq(k.one.state, S("done")) && str_eq(k.one.file_name, S("april.csv")) &&
              k.one.rows == 4 && k.one.created == 3 && k.one.refused == 1 && k.one.customers == 2,
          "%.*s", STR(k.one.state));
    CHECK(k.total_count == 1 && k.totals[0].minor == 13050, "%td totals", k.total_count);
}

TESTS(ENGINES_TEST(good_rows_are_kept_and_the_same_file_again_changes_nothing),
      ENGINES_TEST(a_changed_row_is_a_conflict_that_says_what_differs),
      ENGINES_TEST(each_refused_row_is_named_with_its_reason),
      ENGINES_TEST(all_or_nothing_keeps_nothing_when_a_row_is_refused),
      ENGINES_TEST(a_dry_run_tells_all_and_keeps_nothing),
      ENGINES_TEST(credit_notes_are_recognised_by_sign_kind_and_prefix),
      ENGINES_TEST(a_credit_note_names_the_invoice_that_it_corrects),
      ENGINES_TEST(rows_with_one_number_are_one_document_wherever_they_stand),
      ENGINES_TEST(a_document_is_refused_with_all_its_rows),
      ENGINES_TEST(what_was_settled_is_paid_once_and_a_later_date_is_taken),
      ENGINES_TEST(customers_are_made_changed_and_left_as_they_are),
      ENGINES_TEST(an_unknown_customer_is_refused_when_only_known_ones_may_come),
      ENGINES_TEST(a_run_that_was_cut_short_goes_on), ENGINES_TEST(a_full_disk_refuses_no_row),
      ENGINES_TEST(a_full_disk_leaves_what_was_kept_and_says_how_much),
      ENGINES_TEST(a_failure_at_any_call_leaves_whole_batches),
      ENGINES_TEST(mappings_are_kept_by_name), ENGINES_TEST(a_run_is_kept_with_what_came_of_it))
