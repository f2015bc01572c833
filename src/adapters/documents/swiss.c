/* The payment part and receipt of a Swiss QR-bill: the lower 105 mm of a sheet, as the style guide
 * of the scheme measures them. Its own font, its own sizes, black on white. */
#include "adapters/documents/pdf.h"
#include "base/arena.h"
#include "base/text.h"

#define MM10(tenths) ((tenths)*29027 / 100) /* tenths of a millimetre in Pango units */

enum {
    RECEIPT_X = 50,
    RECEIPT_WIDTH = 520,
    PART_X = 670,
    INFO_X = 1180,
    INFO_WIDTH = 870,
    CODE_SIDE = 460,
    LINE_GAP = 4 * PT,
};

/* The words are the scheme's own, in its four languages: English, German, French, Italian. */
enum term {
    TERM_RECEIPT,
    TERM_PART,
    TERM_ACCOUNT,
    TERM_REFERENCE,
    TERM_INFORMATION,
    TERM_PAYABLE,
    TERM_PAYABLE_BLANK,
    TERM_CURRENCY,
    TERM_AMOUNT,
    TERM_ACCEPTANCE,
    TERM_SEPARATE,
};
static const char *const terms[][4] = {
    [TERM_RECEIPT] = {"Receipt", "Empfangsschein", "Récépissé", "Ricevuta"},
    [TERM_PART] = {"Payment part", "Zahlteil", "Section paiement", "Sezione pagamento"},
    [TERM_ACCOUNT] = {"Account / Payable to", "Konto / Zahlbar an", "Compte / Payable à",
                      "Conto / Pagabile a"},
    [TERM_REFERENCE] = {"Reference", "Referenz", "Référence", "Riferimento"},
    [TERM_INFORMATION] = {"Additional information", "Zusätzliche Informationen",
                          "Informations supplémentaires", "Informazioni supplementari"},
    [TERM_PAYABLE] = {"Payable by", "Zahlbar durch", "Payable par", "Pagabile da"},
    [TERM_PAYABLE_BLANK] = {"Payable by (name/address)", "Zahlbar durch (Name/Adresse)",
                            "Payable par (nom/adresse)", "Pagabile da (nome/indirizzo)"},
    [TERM_CURRENCY] = {"Currency", "Währung", "Monnaie", "Valuta"},
    [TERM_AMOUNT] = {"Amount", "Betrag", "Montant", "Importo"},
    [TERM_ACCEPTANCE] = {"Acceptance point", "Annahmestelle", "Point de dépôt",
                         "Punto di accettazione"},
    [TERM_SEPARATE] = {"Separate before paying in", "Vor der Einzahlung abzutrennen",
                       "A détacher avant le versement", "Da staccare prima del versamento"},
};

static str term_of(const struct paper *p, enum term term)
{
    static const char *const tags[] = {"en", "de", "fr", "it"};
    str tag = str_head(lang_tag(p->lang), 2);
    for (ptrdiff_t i = 0; i < COUNT(tags); i++)
        if (str_eq(tag, str_of(tags[i]))) return str_of(terms[term][i]);
    return str_of(terms[term][0]);
}

/* Where a text goes, in tenths of a millimetre from the upper left of the payment part; y moves. */
struct column {
    struct sheets *s;
    int x, width, y;
    int top; /* of the payment part, in Pango units */
    enum style head, value;
};

static int across(int tenths)
{
    return MM10(tenths) - MARGIN; /* sheets count from the margin */
}

static void line(struct column *c, enum style style, str text)
{
    if (text.len == 0) return;
    PangoLayout *set = sheet_text(c->s, style, text, MM10(c->width), false, 2);
    sheet_put(c->s, set, across(c->x), c->top + c->y, MM10(c->width), 0);
    c->y += text_height(set);
}

static void head(struct column *c, const struct paper *p, enum term term)
{
    line(c, c->head, term_of(p, term));
}

static void party(struct column *c, const struct swiss_party *party)
{
    struct arena *mem = c->s->op->mem;
    line(c, c->value, party->name);
    line(c, c->value, party->street);
    line(c, c->value, str_printf(mem, "%.*s %.*s", STR(party->code), STR(party->town)));
}

/* Four corners: whoever pays writes a name there. */
static void blank(struct column *c, int width, int height)
{
    int w = MM10(width), h = MM10(height), leg = MM10(30), pen = PT * 3 / 4;
    int x = across(c->x), y = c->top + c->y + 2 * PT;
    for (int corner = 0; corner < 4; corner++) {
        bool end = corner & 1, low = corner & 2;
        sheet_bar(c->s, end ? x + w - leg : x, low ? y + h - pen : y, leg, pen, 0);
        sheet_bar(c->s, end ? x + w - pen : x, low ? y + h - leg : y, pen, leg, 0);
    }
    c->y += h;
}

static void information(struct column *c, const struct paper *p, bool receipt)
{
    const struct swiss_bill *b = p->swiss;
    sheet_tag(c->s, "P", "");
    head(c, p, TERM_ACCOUNT);
    line(c, c->value, b->iban);
    party(c, &b->to);
    c->y += LINE_GAP;
    if (b->reference.len > 0) {
        head(c, p, TERM_REFERENCE);
        line(c, c->value, b->reference);
        c->y += LINE_GAP;
    }
    if (!receipt && b->message.len > 0) {
        head(c, p, TERM_INFORMATION);
        line(c, c->value, b->message);
        c->y += LINE_GAP;
    }
    if (b->from.name.len > 0) {
        head(c, p, TERM_PAYABLE);
        party(c, &b->from);
    } else {
        head(c, p, TERM_PAYABLE_BLANK);
        blank(c, receipt ? 520 : 650, receipt ? 200 : 250);
    }
    sheet_tag_ends(c->s, "P");
}

/* "1 949.75": groups of three with a space, as the style guide writes it. */
static str amount_words(struct arena *mem, money m)
{
    str plain = money_text(mem, m);
    ptrdiff_t whole = str_find(plain, S("."));
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < plain.len; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0) text_char(&t, ' ');
        text_char(&t, plain.at[i]);
    }
    return text_str(&t);
}

static void amount(struct column c, const struct paper *p, int gap)
{
    struct column right = c;
    sheet_tag(c.s, "P", "");
    head(&c, p, TERM_CURRENCY);
    line(&c, c.value, currency_text(&p->swiss->amount.cur));
    right.x += gap;
    head(&right, p, TERM_AMOUNT);
    line(&right, c.value, amount_words(c.s->op->mem, p->swiss->amount));
    sheet_tag_ends(c.s, "P");
}

/* The Swiss cross in the code's middle: 7 mm with its white border. */
static void cross(struct sheets *s, int top)
{
    int x = across(PART_X) + MM10(CODE_SIDE) / 2 - MM10(35);
    int y = top + MM10(170) + MM10(CODE_SIDE) / 2 - MM10(35);
    sheet_bar(s, x, y, MM10(70), MM10(70), 0xffffff);
    sheet_bar(s, x + MM10(3), y + MM10(3), MM10(64), MM10(64), 0);
    sheet_bar(s, x + MM10(29), y + MM10(15), MM10(12), MM10(40), 0xffffff);
    sheet_bar(s, x + MM10(15), y + MM10(29), MM10(40), MM10(12), 0xffffff);
}

static void cuts(struct sheets *s, const struct paper *p, int top)
{
    PangoLayout *words =
        sheet_text(s, STYLE_BILL_SMALL, term_of(p, TERM_SEPARATE), MM10(1000), false, 1);
    sheet_tag(s, "P", "");
    sheet_put(s, words, across(RECEIPT_X), top - text_height(words) - PT, MM10(1000), 0);
    sheet_tag_ends(s, "P");
    sheet_bar(s, -MARGIN, top, SHEET_WIDTH, PT / 2, 0);
    sheet_bar(s, across(620), top, PT / 2, MM10(1050), 0);
}

bool swiss_layout(struct sheets *s, const struct paper *p)
{
    struct qr *code = arena_new(s->op->mem, struct qr);
    int top = SWISS_TOP;
    bool rtl = s->rtl;
    if (!qr_of(s->op, p->swiss->code, code)) return false;
    if (s->y > top - SWISS_FOOT - 12 * PT) sheet_break(s);
    s->rtl = false; /* the form is the same in every language */

    cuts(s, p, top);
    struct column receipt = {
        s, RECEIPT_X, RECEIPT_WIDTH, MM10(50), top, STYLE_BILL_SMALL_HEAD, STYLE_BILL_SMALL};
    struct column part = {s, PART_X, CODE_SIDE, MM10(50), top, STYLE_BILL_HEAD, STYLE_BILL};
    struct column info = {s, INFO_X, INFO_WIDTH, MM10(50), top, STYLE_BILL_HEAD, STYLE_BILL};
    sheet_tag(s, "H2", "");
    line(&receipt, STYLE_BILL_TITLE, term_of(p, TERM_RECEIPT));
    sheet_tag_ends(s, "H2");
    receipt.y = MM10(120);
    information(&receipt, p, true);
    receipt.y = MM10(680);
    amount(receipt, p, 150);
    receipt.y = MM10(820);
    receipt.x += 300;
    sheet_tag(s, "P", "");
    head(&receipt, p, TERM_ACCEPTANCE);
    sheet_tag_ends(s, "P");

    sheet_tag(s, "H2", "");
    line(&part, STYLE_BILL_TITLE, term_of(p, TERM_PART));
    sheet_tag_ends(s, "H2");
    sheet_figure(s, str_of(say(p->lang, N_("Pay by transfer with your banking app"))));
    sheet_code(s, code, across(PART_X), top + MM10(170), MM10(CODE_SIDE));
    cross(s, top);
    sheet_tag_ends(s, "Figure");
    part.y = MM10(680);
    amount(part, p, 150);
    information(&info, p, false);
    s->rtl = rtl;
    s->y = SHEET_HEIGHT;
    return true;
}
