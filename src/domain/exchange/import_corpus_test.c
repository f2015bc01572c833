/* Real tables of third parties come in whole, with the sums that others counted for them. */
#include "corpus.h"
#include "fixture.h"

#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/exchange/import.h"
#include "domain/receivables/receivables.h"

#include <unistd.h>

static bool make_seller(struct op *op, void *arg)
{
    int64_t id;
    struct entity entity = {.code = S("main"), .name = S("Nordwind"), .zone = S("UTC")};
    (void)arg;
    return currency_from(S("USD"), &entity.currency) && entity_put(op, &entity, &id);
}

static void mapped(struct import_options *options, const char *const *assignments)
{
    struct arena *mem = arena_open(1 << 20);
    struct op op = {.mem = mem};
    for (; *assignments; assignments++)
        CHECK(mapping_set(&op, str_of(*assignments), &options->mapping), "%s", *assignments);
    arena_close(mem);
}

static struct import_result import_it(struct fixture *f, const struct import_options *options)
{
    struct import_result result;
    struct arena *mem = arena_open((ptrdiff_t)256 << 20);
    struct op op = {.mem = mem, .now = f->now};
    CHECK(import_run(&op, f->store, options, NULL, NULL, &result), "%s", fixture_why(&op));
    arena_close(mem);
    return result;
}

static const char *sum_of(struct fixture *f, const struct import_result *r)
{
    return r->total_count == 1 ? str_z(f->mem, money_text(f->mem, r->totals[0].amount)) : "none";
}

#define COUNTS(f, r, want_rows, want_created, want_unchanged, want_refused, want_sum)              \
    CHECK((r).rows == (want_rows) && (r).created == (want_created) &&                              \
              (r).unchanged == (want_unchanged) && (r).refused == (want_refused) &&                \
              strcmp(sum_of(f, &(r)), want_sum) == 0,                                              \
          "rows %lld, created %lld, unchanged %lld, refused %lld, sum %s", (long long)(r).rows,    \
          (long long)(r).created, (long long)(r).unchanged, (long long)(r).refused,                \
          sum_of(f, &(r)))

static bool read_balances(struct op *op, void *arg)
{
    date today;
    return date_from(S("2014-02-01"), &today) && receivables_balances(op, 0, today, arg);
}

static money open_money(struct fixture *f)
{
    struct balances balances;
    struct op op = fixture_op(f);
    CHECK(store_transact(&op, f->store, TX_READ, read_balances, &balances), "%s", fixture_why(&op));
    return balances.count == 1 ? balances.at[0].open : (money){0};
}

ENGINES_SENTENCE(ibm_invoices_come_in_and_are_paid_on_their_settled_date)
{
    static const char *const map[] = {
        "customer=customerID",  "number=invoiceNumber", "issued=InvoiceDate", "due=DueDate",
        "amount=InvoiceAmount", "settled=SettledDate",  "disputed=Disputed",  NULL};
    struct import_options options = {
        .kind = IMPORT_INVOICES,
        .path = corpus_path(f->mem, "tables/pthiagu2__DataMining/"
                                    "WA_Fn-UseC_-Accounts-Receivable.csv"),
        .currency = S("USD"),
    };
    if (!options.path) skip();
    fixture_do(f, make_seller, NULL);
    mapped(&options, map);
    struct import_result r = import_it(f, &options);
    COUNTS(f, r, 2466, 2466, 0, 0, "147703.18");
    CHECK(r.customers == 100, "%lld customers", (long long)r.customers);
    CHECK(open_money(f).minor == 0, "%lld is open", (long long)open_money(f).minor);
    r = import_it(f, &options);
    COUNTS(f, r, 2466, 0, 2466, 0, "147703.18");
}

/* The days lie in a file each; here they are one. */
static const char *uci_file(struct arena *mem)
{
    const char *folder = corpus_path(mem, "tables/databricks__Spark-The-Definitive-Guide/by-day");
    if (!folder) return NULL;
    struct corpus_names names = corpus_folder(mem, folder, ".csv");
    const char *path = str_z(mem, str_printf(mem, "/tmp/quittance-uci-%d.csv", (int)getpid()));
    FILE *out = fopen(path, "w");
    for (ptrdiff_t i = 0; i < names.count; i++) {
        static char piece[1 << 16];
        const char *day = str_z(mem, str_printf(mem, "%s/%s", folder, names.at[i]));
        FILE *in = fopen(day, "r");
        CHECK(in && out && fgets(piece, sizeof piece, in), "%s", day);
        if (i == 0) fputs(piece, out);
        for (size_t got; (got = fread(piece, 1, sizeof piece, in)) > 0;) fwrite(piece, 1, got, out);
        fclose(in);
    }
    fclose(out);
    return path;
}

ENGINES_SENTENCE(uci_lines_become_invoices_and_credit_notes)
{
    static const char *const map[] = {
        "customer=CustomerID",     "number=InvoiceNo",  "issued=InvoiceDate",   "sku=StockCode",
        "description=Description", "quantity=Quantity", "unit_price=UnitPrice", NULL};
    struct op op = fixture_op(f);
    struct import_options options = {
        .kind = IMPORT_INVOICES,
        .path = uci_file(f->mem),
        .currency = S("GBP"),
        .credit_prefix = S("C"),
    };
    if (!options.path) skip();
    fixture_do(f, make_seller, NULL);
    mapped(&options, map);
    CHECK(mapping_set_missing(&op, S("customer=CASH"), &options.mapping), "set missing");
    struct import_result r = import_it(f, &options);
    COUNTS(f, r, 105335, 4894, 0, 0, "1807019.93");
    CHECK(r.customers == 1750, "%lld customers", (long long)r.customers);
    r = import_it(f, &options);
    COUNTS(f, r, 105335, 0, 4894, 0, "1807019.93");
    unlink(options.path);
}

ENGINES_SENTENCE(highradius_decimals_are_refused_or_rounded_as_said)
{
    static const char *const map[] = {"customer=cust_number",
                                      "name=name_customer",
                                      "number=doc_id",
                                      "issued=posting_date",
                                      "due=due_in_date",
                                      "amount=converted_usd",
                                      NULL};
    struct import_options options = {
        .kind = IMPORT_INVOICES,
        .path = corpus_path(f->mem, "tables/tanmayarya29__B2B-Invoice-Prediction/nulldata.csv"),
        .currency = S("USD"),
    };
    if (!options.path) skip();
    fixture_do(f, make_seller, NULL);
    mapped(&options, map);
    struct import_result r = import_it(f, &options);
    COUNTS(f, r, 9681, 9105, 0, 576, "285206825.08");
    options.round = ROUND_HALF_UP;
    r = import_it(f, &options);
    COUNTS(f, r, 9681, 576, 9105, 0, "310427859.34");
    CHECK(open_money(f).minor == INT64_C(31042785934), "%lld", (long long)open_money(f).minor);
}

#define NORTHWIND "tables/graphql-compose__graphql-compose-examples/csv/"

ENGINES_SENTENCE(northwind_orders_come_in_with_the_lines_of_a_second_file)
{
    static const char *const map[] = {
        "customer=customerID", "number=orderID",    "issued=orderDate",     "due=requiredDate",
        "sku=productID",       "quantity=quantity", "unit_price=unitPrice", NULL};
    struct op op = fixture_op(f);
    struct import_options options = {
        .kind = IMPORT_INVOICES,
        .path = corpus_path(f->mem, NORTHWIND "orders.csv"),
        .table = {.lines_path = corpus_path(f->mem, NORTHWIND "order_details.csv")},
        .currency = S("USD"),
    };
    if (!options.path) skip();
    fixture_do(f, make_seller, NULL);
    mapped(&options, map);
    options.all_or_nothing = true;
    CHECK(mapping_set(&op, S("discount=discount"), &options.mapping), "%s", fixture_why(&op));
    struct import_result r = import_it(f, &options);
    COUNTS(f, r, 2155, 766, 0, 64, "1141464.97");
    CHECK(r.rolled_back, "nothing was to be kept");
    options.round = ROUND_HALF_UP;
    r = import_it(f, &options);
    COUNTS(f, r, 2155, 830, 0, 0, "1265793.29");
}

ENGINES_SENTENCE(northwind_orders_without_discounts_come_to_their_gross)
{
    static const char *const map[] = {"customer=customerID",
                                      "number=orderID",
                                      "issued=orderDate",
                                      "due=requiredDate",
                                      "quantity=quantity",
                                      "unit_price=unitPrice",
                                      NULL};
    struct import_options options = {
        .kind = IMPORT_INVOICES,
        .path = corpus_path(f->mem, NORTHWIND "orders.csv"),
        .table = {.lines_path = corpus_path(f->mem, NORTHWIND "order_details.csv")},
        .currency = S("USD"),
    };
    if (!options.path) skip();
    fixture_do(f, make_seller, NULL);
    mapped(&options, map);
    struct import_result r = import_it(f, &options);
    COUNTS(f, r, 2155, 830, 0, 0, "1354458.59");
}

ENGINES_SENTENCE(northwind_customers_come_in)
{
    static const char *const map[] = {"customer=customerID", "name=companyName", "country=country",
                                      NULL};
    struct import_options options = {
        .kind = IMPORT_CUSTOMERS,
        .path = corpus_path(f->mem, NORTHWIND "customers.csv"),
    };
    if (!options.path) skip();
    mapped(&options, map);
    fixture_do(f, make_seller, NULL);
    struct import_result r = import_it(f, &options);
    CHECK(r.created == 91 && r.refused == 0, "%lld", (long long)r.created);
    r = import_it(f, &options);
    CHECK(r.unchanged == 91 && r.refused == 0, "%lld", (long long)r.unchanged);
}

TESTS(ENGINES_TEST(northwind_orders_come_in_with_the_lines_of_a_second_file),
      ENGINES_TEST(northwind_orders_without_discounts_come_to_their_gross),
      ENGINES_TEST(northwind_customers_come_in),
      ENGINES_TEST(ibm_invoices_come_in_and_are_paid_on_their_settled_date),
      ENGINES_TEST(uci_lines_become_invoices_and_credit_notes),
      ENGINES_TEST(highradius_decimals_are_refused_or_rounded_as_said))
