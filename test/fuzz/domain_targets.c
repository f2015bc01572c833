#include "fuzz.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/access/people.h"
#include "domain/audit/chain.h"
#include "domain/customers/terms.h"
#include "domain/exchange/import_file.h"
#include "domain/exchange/values.h"
#include "domain/payments/reference.h"
#include "domain/texts/merge.h"
#include "domain/texts/texts.h"

static void values_run(struct op *op, str bytes)
{
    struct column_facts facts = {0};
    struct formats formats;
    str amount, product;
    date day;
    HOLDS(str_trim(cell_text(bytes)).len <= bytes.len);
    for (enum decimal_sign sign = DECIMAL_POINT; sign <= DECIMAL_COMMA; sign++)
        if (amount_from(op->mem, bytes, sign, &amount)) {
            (void)decimal_sign_of(amount);
            (void)decimal_product(op->mem, amount, S("-0.07"), &product);
            (void)decimal_complement(op->mem, amount, &product);
        }
    for (enum date_order order = DATE_YMD; order < DATE_ORDERS; order++)
        (void)date_from_cell(bytes, order, &day);
    column_facts_add(&facts, bytes, 1);
    column_facts_add(&facts, bytes, 2);
    formats_find(op->mem, &facts, NULL, 1, &formats);
}

/* A reference that is ours stays ours through every way to write it. */
static void reference_run(struct op *op, str bytes)
{
    str plain = reference_plain(op->mem, bytes);
    HOLDS(plain.len <= bytes.len);
    (void)reference_groups(op->mem, plain);
    if (reference_rf_ok(plain)) HOLDS(plain.len <= 25 && str_starts(plain, S("RF")));
    str rf = reference_rf(op->mem, bytes);
    if (rf.len > 0) HOLDS(reference_rf_ok(rf));
    bool good = iban_ok(plain);
    HOLDS(iban_check(op, "iban", plain) == good);
    (void)bic_ok(plain);
}

static void terms_run(struct op *op, str bytes)
{
    struct terms terms;
    struct terms_dues dues;
    money total = money_of(100001, (currency){"EUR"});
    int64_t sum = 0;
    if (!terms_from(op, bytes, &terms)) {
        HOLDS(op->errs != NULL);
        return;
    }
    (void)terms_words(op->mem, NULL, bytes);
    if (!terms_due(op, &terms, (date){20000}, total, &dues)) return;
    for (ptrdiff_t i = 0; i < dues.count; i++) sum += dues.at[i].amount.minor;
    HOLDS(sum == total.minor);
}

/* The pieces make up the text; what passes the check can be filled in. */
static void merge_run(struct op *op, str bytes)
{
    enum text_key key = (enum text_key)fuzz_choice(&bytes, TEXT_COUNT);
    struct merge m = {.rest = bytes};
    enum merge_piece piece;
    ptrdiff_t seen = 0;
    while ((piece = merge_next(&m)) != MERGE_END) {
        seen += m.piece.len;
        HOLDS(seen <= bytes.len);
        if (piece == MERGE_OPEN) break;
    }
    if (!str_utf8(bytes)) return;
    struct text_facts facts = {0};
    text_fact(&facts, "customer.name", S("{customer.name}"));
    if (text_check(op, key, bytes)) (void)text_filled(op->mem, bytes, &facts);
}

static void settings_run(struct op *op, str bytes)
{
    struct import_settings settings;
    struct import_options options = {0};
    struct checkpoint checkpoint;
    str email;
    (void)checkpoint_from(op, bytes, &checkpoint);
    if (person_email(op->mem, bytes, &email)) HOLDS(str_find(email, S("@")) > 0);
    op->errs = NULL;
    if (import_settings_from(op, bytes, &settings))
        (void)import_settings_read(op, &settings, &options);
}

const struct target domain_targets[] = {
    {"values", "src/domain/exchange/values.c", values_run, false},
    {"reference", "src/domain/payments/reference.c", reference_run, false},
    {"terms", "src/domain/customers/terms.c", terms_run, false},
    {"merge", "src/domain/texts/merge.c src/domain/texts/check.c", merge_run, false},
    {"settings",
     "src/domain/exchange/import_file.c:import_settings_read,import_settings_from,import_setting,"
     "delimiter_from,mapping_read",
     settings_run, false},
    {0},
};
