#include "base/arena.h"
#include "base/json.h"
#include "base/lang.h"
#include "domain/exchange/import.h"
#include "domain/exchange/import_sql.h"

#include <string.h>

static const char *const kind_names[] = {
    [IMPORT_CUSTOMERS] = "customers",
    [IMPORT_INVOICES] = "invoices",
    [IMPORT_CREDIT_NOTES] = "credit-notes",
};

const char *import_kind_name(enum import_kind kind)
{
    return kind_names[kind];
}

bool import_kind_from(str name, enum import_kind *out)
{
    for (int i = IMPORT_CUSTOMERS; i <= IMPORT_CREDIT_NOTES; i++) {
        if (!str_eq(name, str_of(kind_names[i]))) continue;
        *out = (enum import_kind)i;
        return true;
    }
    return false;
}

/* How the world calls each field, letters and digits only, best first. "total" means something else
 * in a file of customers, so a field says for which kinds it is. */
static const struct {
    const char *name;
    bool customers, documents;
    const char *words;
} fields[IMPORT_FIELDS] = {
    [FIELD_CUSTOMER] = {"customer", true, true,
                        "customernumber customerno customerid custnumber custno custid customer "
                        "customercode accountnumber accountno debtor debtorno debitor debitorennr "
                        "kundennummer kundennr kunde"},
    [FIELD_NAME] = {"name", true, true,
                    "customername namecustomer companyname company name custname firma "
                    "kundenname"},
    [FIELD_EMAIL] = {"email", true, true, "email emailaddress mail customeremail"},
    [FIELD_COUNTRY] = {"country", true, true, "country countryname land"},
    [FIELD_PARENT] = {"parent", true, false, "parent parentcustomer parentnumber parentid"},
    [FIELD_OWNER] = {"owner", true, false, "owner owneremail"},
    [FIELD_NUMBER] = {"number", false, true,
                      "invoicenumber invoiceno invoiceid documentnumber documentno docid docno "
                      "number invoice creditnotenumber creditnoteno rechnungsnummer rechnungsnr "
                      "belegnummer belegnr"},
    [FIELD_ISSUED] = {"issued", false, true,
                      "invoicedate issuedate issued dateissued documentdate docdate postingdate "
                      "billingdate date rechnungsdatum belegdatum datum"},
    [FIELD_DUE] = {"due", false, true,
                   "duedate due datedue dueindate paymentdue faellig faelligam faelligkeit "
                   "faelligkeitsdatum"},
    [FIELD_TERMS] = {"terms", true, true, "terms paymentterms zahlungsbedingung"},
    [FIELD_AMOUNT] = {"amount", false, true,
                      "invoiceamount totalamount grossamount amount total gross openamount betrag "
                      "bruttobetrag rechnungsbetrag"},
    [FIELD_TAX] = {"tax", false, true, "taxamount tax vatamount vat mwst ust steuerbetrag"},
    [FIELD_CURRENCY] = {"currency", false, true, "currency currencycode waehrung"},
    [FIELD_PO] = {"po", false, true,
                  "ponumber po pono purchaseorder customerpo customerreference bestellnummer"},
    [FIELD_ORDER] = {"order", false, true, "ordernumber orderno orderid salesorder auftragsnummer"},
    [FIELD_KIND] = {"kind", false, true, "kind documenttype doctype invoicetype belegart"},
    /* Few words: of a file where this is found by itself, every row must name a known invoice. */
    [FIELD_CORRECTS] = {"corrects", false, true, "corrects correctsinvoice correctedinvoice"},
    [FIELD_SETTLED] = {"settled", false, true,
                       "settleddate settled paiddate datepaid paidon cleardate clearingdate "
                       "bezahltam"},
    [FIELD_DISPUTED] = {"disputed", false, true, "disputed indispute dispute strittig"},
    [FIELD_SKU] = {"sku", false, true,
                   "sku stockcode itemcode itemno productcode productid articleno artikelnummer"},
    [FIELD_DESCRIPTION] = {"description", false, true,
                           "description itemdescription linedescription text bezeichnung "
                           "beschreibung"},
    [FIELD_QUANTITY] = {"quantity", false, true, "quantity qty menge anzahl"},
    [FIELD_UNIT_PRICE] = {"unit_price", false, true, "unitprice price einzelpreis preis"},
    [FIELD_DISCOUNT] = {"discount", false, true, "discount linediscount rabatt"},
    [FIELD_REFERENCE] = {"reference", false, true, "reference yourreference referenz"},
    [FIELD_ENTITY] = {"entity", false, true, "entity companycode sellerentity buchungskreis"},
};

/* As people read it, in English. */
static const char *const labels[IMPORT_FIELDS] = {
    [FIELD_CUSTOMER] = N_("Customer's number"),
    [FIELD_NAME] = N_("Customer's name"),
    [FIELD_EMAIL] = N_("E-mail"),
    [FIELD_COUNTRY] = N_("Country"),
    [FIELD_PARENT] = N_("Parent's number"),
    [FIELD_OWNER] = N_("Owner's e-mail"),
    [FIELD_NUMBER] = N_("Document's number"),
    [FIELD_ISSUED] = N_("Issued"),
    [FIELD_DUE] = N_("Due"),
    [FIELD_TERMS] = N_("Payment terms"),
    [FIELD_AMOUNT] = N_("Amount"),
    [FIELD_TAX] = N_("Tax"),
    [FIELD_CURRENCY] = N_("Currency"),
    [FIELD_PO] = N_("Customer's PO"),
    [FIELD_ORDER] = N_("Order"),
    [FIELD_KIND] = N_("Invoice or credit note"),
    [FIELD_CORRECTS] = N_("The invoice a credit note corrects"),
    [FIELD_SETTLED] = N_("Settled on"),
    [FIELD_DISPUTED] = N_("Disputed"),
    [FIELD_SKU] = N_("Article"),
    [FIELD_DESCRIPTION] = N_("Description"),
    [FIELD_QUANTITY] = N_("Quantity"),
    [FIELD_UNIT_PRICE] = N_("Price"),
    [FIELD_DISCOUNT] = N_("Discount"),
    [FIELD_REFERENCE] = N_("Reference"),
    [FIELD_ENTITY] = N_("Billed by"),
};

const char *import_field_name(enum import_field field)
{
    return fields[field].name;
}

const char *import_field_label(enum import_field field)
{
    return labels[field];
}

str import_field_words(struct arena *mem, const struct lang *lang, enum import_field field)
{
    return str_printf(mem, "%s (%s)", say(lang, labels[field]), fields[field].name);
}

bool import_field_from(str name, enum import_field *out)
{
    for (int i = 0; i < IMPORT_FIELDS; i++) {
        if (!str_eq(name, str_of(fields[i].name))) continue;
        *out = (enum import_field)i;
        return true;
    }
    return false;
}

/* ---- proposing ---- */

enum { WORD_MAX = 40 };

/* "Invoice No." is "invoiceno", "fällig am" is "faelligam". */
static str plain_word(str name, char word[WORD_MAX])
{
    static const struct {
        const char *from, *to;
    } umlauts[] = {
        {"\xc3\xa4", "ae"}, {"\xc3\x84", "ae"}, {"\xc3\xb6", "oe"}, {"\xc3\x96", "oe"},
        {"\xc3\xbc", "ue"}, {"\xc3\x9c", "ue"}, {"\xc3\x9f", "ss"},
    };
    ptrdiff_t len = 0;
    while (name.len > 0 && len < WORD_MAX - 2) {
        char c = name.at[0];
        ptrdiff_t step = 1;
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) word[len++] = c;
        for (ptrdiff_t i = 0; i < COUNT(umlauts); i++) {
            if (!str_starts(name, str_of(umlauts[i].from))) continue;
            memcpy(word + len, umlauts[i].to, 2);
            len += 2, step = 2;
        }
        name = str_from(name, step);
    }
    return (str){word, len};
}

/* How good a name of a column is for a field: 0 is none, more is better. */
static int fitness(str column, const char *words)
{
    char word[WORD_MAX];
    str name = plain_word(column, word);
    int rank = 1000;
    for (struct str_pair cut = {.tail = str_of(words), .found = true}; cut.found; rank--) {
        cut = str_cut(cut.tail, ' ');
        if (name.len > 0 && str_eq(cut.head, name)) return rank;
    }
    return 0;
}

void mapping_propose(const struct table_info *info, enum import_kind kind,
                     struct import_mapping *out)
{
    *out = (struct import_mapping){0};
    for (int field = 0; field < IMPORT_FIELDS; field++) {
        int best = 0;
        if (kind == IMPORT_CUSTOMERS ? !fields[field].customers : !fields[field].documents)
            continue;
        for (ptrdiff_t i = 0; i < info->column_count; i++) {
            int fits = fitness(info->columns[i], fields[field].words);
            if (fits <= best) continue;
            best = fits;
            out->of[field].column = info->columns[i];
        }
    }
}

/* ---- what the caller says on top ---- */

static bool assigned(struct op *op, str assignment, enum import_field *field, str *value)
{
    struct str_pair cut = str_cut(assignment, '=');
    *value = str_trim(cut.tail);
    if (!cut.found || value->len == 0)
        return op_fail(op, ERR_INVALID, "map", "\"%.*s\" is not of the form field=value.",
                       STR(assignment));
    if (import_field_from(str_trim(cut.head), field)) return true;
    struct text known = {.mem = op->mem};
    for (int i = 0; i < IMPORT_FIELDS; i++)
        text_format(&known, "%s%s", i > 0 ? ", " : "", fields[i].name);
    return op_fail(op, ERR_INVALID, "map", "There is no field \"%.*s\". There are: %.*s.",
                   STR(cut.head), STR(text_str(&known)));
}

bool mapping_set(struct op *op, str assignment, struct import_mapping *mapping)
{
    enum import_field field;
    str value;
    if (!assigned(op, assignment, &field, &value)) return false;
    mapping->of[field].column = value;
    return true;
}

bool mapping_set_value(struct op *op, str assignment, struct import_mapping *mapping)
{
    enum import_field field;
    str value;
    if (!assigned(op, assignment, &field, &value)) return false;
    mapping->of[field] = (struct field_mapping){.value = value};
    return true;
}

bool mapping_set_missing(struct op *op, str assignment, struct import_mapping *mapping)
{
    enum import_field field;
    str value;
    if (!assigned(op, assignment, &field, &value)) return false;
    mapping->of[field].missing = value;
    return true;
}

/* ---- keeping: {"others": true, "fields": {"number": {"column": "InvoiceNo"}}} ---- */

static void put_part(struct json_out *o, const char *key, str value)
{
    if (value.len == 0) return;
    json_key(o, key);
    json_put_str(o, value);
}

bool mapping_save(struct op *op, str name, enum import_kind kind,
                  const struct import_mapping *mapping)
{
    struct text t = {.mem = op->mem};
    struct json_out o = {.to = &t};
    if (name.len == 0 || name.len > 60)
        return op_fail(op, ERR_INVALID, "name", "Name the mapping in 1 to 60 characters.");
    json_open(&o, '{');
    json_key(&o, "others");
    json_put_bool(&o, mapping->keep_others);
    json_key(&o, "fields");
    json_open(&o, '{');
    for (int i = 0; i < IMPORT_FIELDS; i++) {
        const struct field_mapping *f = &mapping->of[i];
        if (f->column.len + f->value.len + f->missing.len == 0) continue;
        json_key(&o, fields[i].name);
        json_open(&o, '{');
        put_part(&o, "column", f->column);
        put_part(&o, "value", f->value);
        put_part(&o, "missing", f->missing);
        json_close(&o, '}');
    }
    json_close(&o, '}');
    json_close(&o, '}');
    return sql_import_mapping_put(op, (struct import_mapping_put_args){
                                          .name = name,
                                          .kind = str_of(kind_names[kind]),
                                          .mapping = text_str(&t),
                                          .now = op->now,
                                      });
}

bool mapping_load(struct op *op, str name, struct import_mapping *out)
{
    struct import_mapping_get_row row;
    const struct json *j;
    bool found;
    if (!sql_import_mapping_get(op, (struct import_mapping_get_args){.name = name}, &row, &found))
        return false;
    if (!found)
        return op_fail(op, ERR_MISSING, "as", "There is no saved mapping \"%.*s\".", STR(name));
    if (!json_read(op, row.mapping, &j)) return false;

    *out = (struct import_mapping){0};
    (void)json_bool(json_get(j, "others"), &out->keep_others);
    const struct json *all = json_get(j, "fields");
    for (ptrdiff_t i = 0; i < json_count(all); i++) {
        str key;
        enum import_field field;
        const struct json *one = json_member(all, i, &key);
        if (!import_field_from(key, &field)) continue; /* of a later version */
        (void)json_text(json_get(one, "column"), &out->of[field].column);
        (void)json_text(json_get(one, "value"), &out->of[field].value);
        (void)json_text(json_get(one, "missing"), &out->of[field].missing);
    }
    return true;
}
