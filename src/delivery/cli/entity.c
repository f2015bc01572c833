#include "delivery/cli/entity.h"

#include "base/clock.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/payments/reference.h"

#include <stdio.h>
#include <string.h>

/* The flags that are texts of an entity; what is not said stays as it is. */
static const struct {
    const char *name;
    ptrdiff_t offset;
} texts[] = {
    {"name", offsetof(struct entity, name)},
    {"legal-name", offsetof(struct entity, legal_name)},
    {"address", offsetof(struct entity, address)},
    {"country", offsetof(struct entity, country)},
    {"facts", offsetof(struct entity, facts)},
    {"zone", offsetof(struct entity, zone)},
    {"calendar", offsetof(struct entity, calendar)},
    {"payee", offsetof(struct entity, payee)},
    {"iban", offsetof(struct entity, iban)},
    {"bic", offsetof(struct entity, bic)},
    {"bank", offsetof(struct entity, bank)},
    {"card-fee-text", offsetof(struct entity, card_fee_text)},
    {"contact-name", offsetof(struct entity, contact_name)},
    {"contact-phone", offsetof(struct entity, contact_phone)},
    {"contact-email", offsetof(struct entity, contact_email)},
};

struct putting {
    str code, currency, tolerance, card_fee;
    str said[COUNT(texts)]; /* at NULL: not said */
    struct entity entity;
    struct entity_list list;
};

/* "Street 1\nTown": a shell's backslash and n begin a new line. */
static str lines_of(struct arena *mem, str s)
{
    char *at = (char *)str_z(mem, s);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        bool line = s.at[i] == '\\' && i + 1 < s.len && s.at[i + 1] == 'n';
        at[len++] = line ? '\n' : s.at[i];
        if (line) i++;
    }
    return (str){at, len};
}

static bool check(struct op *op, const struct putting *p, struct entity *e)
{
    bool lost;
    if (p->currency.len > 0 && !currency_from(p->currency, &e->currency))
        return op_fail(op, ERR_INVALID, "currency",
                       "%.*s is not a currency of ISO 4217, such as EUR.", STR(p->currency));
    if (e->zone.len > 0 && !clock_zone_known(e->zone))
        return op_fail(op, ERR_INVALID, "zone", "%.*s is not a time zone, such as Europe/Berlin.",
                       STR(e->zone));
    if (e->country.len != 0 && e->country.len != 2)
        return op_fail(op, ERR_INVALID, "country",
                       "Give the country as two letters of ISO 3166, such as DE.");
    e->iban = reference_plain(op->mem, e->iban);
    if (e->iban.len > 0 && !iban_check(op, "iban", e->iban)) return false;
    if (e->bic.len > 0 && !bic_ok(e->bic))
        return op_fail(op, ERR_INVALID, "bic", "%.*s is not a BIC: it has 8 or 11 characters.",
                       STR(e->bic));
    money tolerance = money_of(e->tolerance_minor, e->currency);
    if (p->tolerance.len > 0 &&
        (currency_digits(e->currency) < 0 ||
         !money_from_decimal(p->tolerance, e->currency, ROUND_EXACT, &tolerance, &lost) ||
         tolerance.minor < 0))
        return op_fail(op, ERR_INVALID, "tolerance", "%.*s is not an amount, such as 0.50.",
                       STR(p->tolerance));
    e->tolerance_minor = tolerance.minor;
    return p->card_fee.len == 0 || card_fee_from(op, p->card_fee, &e->card_fee_ppm);
}

static bool put(struct op *op, void *arg)
{
    struct putting *p = arg;
    struct entity *e = &p->entity;
    struct entity_list all;
    int64_t id;
    *e = (struct entity){.code = p->code};
    if (!entities(op, &all)) return false;
    for (ptrdiff_t i = 0; i < all.count; i++)
        if (str_eq(all.at[i].code, p->code)) *e = all.at[i];
    for (ptrdiff_t i = 0; i < COUNT(texts); i++)
        if (p->said[i].at) *(str *)((char *)e + texts[i].offset) = lines_of(op->mem, p->said[i]);
    return check(op, p, e) && entity_put(op, e, &id) &&
           audit_add(op, "entity.put", "entity", id, S(""), S(""));
}

static bool list(struct op *op, void *arg)
{
    struct putting *p = arg;
    return entities(op, &p->list);
}

static void print_list(const struct putting *p)
{
    for (ptrdiff_t i = 0; i < p->list.count; i++) {
        const struct entity *e = &p->list.at[i];
        printf("%-16.*s %s  %-20.*s %-34.*s %.*s\n", STR(e->code), e->currency.code, STR(e->zone),
               STR(e->iban.len > 0 ? e->iban : S("no bank account")), STR(e->name));
    }
}

static int entity_run(struct cli *cli)
{
    static const struct actor program = {.kind = ACTOR_PROGRAM, .name = {"entity", 6}};
    struct putting p = {.code = S("main")};
    struct program parts;
    cli->op->actor = &program;
    (void)cli_option(cli, "code", &p.code);
    (void)cli_option(cli, "currency", &p.currency);
    (void)cli_option(cli, "tolerance", &p.tolerance);
    (void)cli_option(cli, "card-fee", &p.card_fee);
    for (ptrdiff_t i = 0; i < COUNT(texts); i++) (void)cli_option(cli, texts[i].name, &p.said[i]);
    const char *what = cli->argc == 1 ? cli->argv[0] : "";
    bool puts = strcmp(what, "put") == 0;
    if (!puts && strcmp(what, "list") != 0) return cli_usage(cli, "say put or list");
    if (!program_open(cli, true, &parts)) return cli_fail(cli);
    if (!store_transact(cli->op, parts.store, puts ? TX_WRITE : TX_READ, puts ? put : list, &p))
        return cli_fail(cli);
    if (puts)
        printf("%.*s (%.*s) is in the books.\n", STR(p.entity.name), STR(p.entity.code));
    else
        print_list(&p);
    return EXIT_DONE;
}

const struct command entity_command = {
    .name = "entity",
    .about = "says whose books these are: the company that sends the invoices",
    .text = "What is not said stays as it is. The first company speaks for all on pages and mails. "
            "In a value, \\n begins a new line.\n\n"
            "On SQLite the program must not be running meanwhile, but for `list`.",
    .forms =
        (const struct command_form[]){
            {"put", "adds a company of yours, or changes the one with this code"},
            {"list", "shows them"},
            {0},
        },
    .flags =
        (const struct command_flag[]){
            {"code", "CODE", "how imports and the API name it; main if not said", NULL, false},
            {"name", "NAME", "as on pages", NULL, false},
            {"legal-name", "NAME", "as on documents", NULL, false},
            {"currency", "CURRENCY", "of its books, by ISO 4217: EUR", NULL, false},
            {"zone", "ZONE", "whose days due dates are: Europe/Berlin", NULL, false},
            {"country", "COUNTRY", "two letters of ISO 3166: DE", NULL, false},
            {"address", "LINES", "the postal address", NULL, false},
            {"facts", "LINES", "VAT and register numbers", NULL, false},
            {"payee", "NAME", "whom transfers are made out to", NULL, false},
            {"iban", "IBAN", "where transfers go; without it none are offered", NULL, false},
            {"bic", "BIC", "of the bank", NULL, false},
            {"bank", "NAME", "of the bank", NULL, false},
            {"contact-name", "NAME", "whom customers may ask", NULL, false},
            {"contact-phone", "NUMBER", "and by telephone", NULL, false},
            {"contact-email", "EMAIL", "and by mail", NULL, false},
            {"tolerance", "AMOUNT", "a short payment up to this is written off", NULL, false},
            {"card-fee", "PERCENT",
             "what credit cards cost more: 2.5; at most 4, nothing if not said. Whether you may, "
             "and "
             "how much, is a matter of law and card contract: docs/payments.md",
             NULL, false},
            {"card-fee-text", "TEXT", "what payers read about it before they pay", NULL, false},
            {"calendar", "NAME", "of holidays, for terms that shift to working days", NULL, false},
            {0},
        },
    .run = entity_run,
};
