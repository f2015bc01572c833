#include "domain/documents/document.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "test.h"

#include <cairo.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TEXTS "test/golden/documents"
#define MADE  (INT64_C(1774569600) * SECOND_US) /* 27 March 2026 */

/* ---- the documents ---- */

static const struct paper_column invoice_columns[] = {
    {{"Item", 4}, false, 5},
    {{"Quantity", 8}, true, 1},
    {{"Unit price", 10}, true, 1},
    {{"Amount", 6}, true, 1},
};

static struct paper_row row4(struct arena *mem, str a, str b, str c, str d)
{
    str *cells = arena_array(mem, str, 4);
    cells[0] = a, cells[1] = b, cells[2] = c, cells[3] = d;
    return (struct paper_row){.cells = cells};
}

static struct paper_table *invoice_lines(struct arena *mem, int count)
{
    static const char *items[] = {
        "Planetary gearbox PG-80, ratio 12:1",
        "Service visit, first floor office",
        "Größenprüfung & Übergabeprotokoll für die Straße",
        "保守契約 標準プラン",
        "عقد صيانة سنوي",
        "हिन्दी ग्राहक सेवा",
        "Ελληνικά: συντήρηση",
    };
    struct paper_row *rows = arena_array(mem, struct paper_row, count + 3);
    for (int i = 0; i < count; i++) {
        rows[i] = row4(mem, str_of(items[i % COUNT(items)]), str_printf(mem, "%d", i + 1),
                       S("120.00"), str_printf(mem, "%d.00", 120 * (i + 1)));
        if (i % 3 == 0) rows[i].under = S("Delivered 14 April 2026, order 4500-1187");
    }
    rows[count] = row4(mem, S("Net"), S(""), S(""), S("736.13"));
    rows[count].total = true;
    rows[count + 1] = row4(mem, S("VAT 19%"), S(""), S(""), S("139.87"));
    rows[count + 2] = row4(mem, S("Total"), S(""), S(""), S("€876.00"));
    rows[count + 2].total = true;

    struct paper_table *table = arena_new(mem, struct paper_table);
    *table = (struct paper_table){.columns = invoice_columns,
                                  .column_count = COUNT(invoice_columns),
                                  .rows = rows,
                                  .row_count = count + 3};
    return table;
}

static struct paper_party nordwind(void)
{
    return (struct paper_party){
        .name = S("Nordwind Antriebstechnik"),
        .address = S("Nordwind Antriebstechnik GmbH\nÜberseeallee 14\n28217 Bremen"),
        .facts = S("VAT DE811234567\nHRB 28114 HB"),
        .contact = S("Jonas Brandt, +49 421 555 0142\nreceivables@nordwind.example"),
    };
}

static struct paper invoice(struct arena *mem, int lines)
{
    static const struct paper_fact facts[] = {
        {{"Invoice number", 14}, {"10-48840", 8}}, {{"Issued", 6}, {"27 March 2026", 13}},
        {{"Due", 3}, {"26 April 2026", 13}},       {{"Your order", 10}, {"4500-1187", 9}},
        {{"Terms", 5}, {"30 days net", 11}},
    };
    struct paper p = {
        .colour = 0x0d5a66,
        .title = S("Invoice 10-48840"),
        .lead = S("€876.00 is due on 26 April 2026."),
        .from = nordwind(),
        .to = {.name = S("Hallam & Pryce Ltd"),
               .address = S("Accounts Payable\n12 Wharf Road\nLeeds LS1 4AP\nUnited Kingdom")},
        .facts = facts,
        .fact_count = COUNT(facts),
        .tables = invoice_lines(mem, lines),
        .table_count = 1,
        .notes = S("Goods remain our property until they are paid in full."),
        .link = S("https://pay.nordwind.example/i/7f3k29dk2"),
        .link_label = S("Pay online"),
        .payment_code = S("BCD\n002\n1\nSCT\n\nNordwind Antriebstechnik GmbH\n"
                          "DE75512108001245126199\nEUR876.00\n\nRF18539007547034"),
        .payment_label = S("Pay with your banking app"),
        .made_at = MADE,
    };
    p.from.bank = S("Nordwind Antriebstechnik GmbH\nIBAN DE75 5121 0800 1245 1261 99\n"
                    "BIC SOGEDEFFXXX\nReference RF18 5390 0754 7034");
    return p;
}

static struct paper receipt(struct arena *mem)
{
    static const struct paper_column columns[] = {{{"Beleg", 5}, false, 3},
                                                  {{"Bezahlt", 7}, true, 1}};
    static const str cells[][2] = {
        {{"Rechnung 10-48702, 117,22 € bleiben offen", 43}, {"572,18", 6}},
        {{"Rechnung 10-48817", 17}, {"360,44", 6}},
        {{"Gutschrift 70-3107", 18}, {"−214,20", 9}},
        {{"Bezahlt", 7}, {"718,42 €", 10}},
    };
    struct paper_row *rows = arena_array(mem, struct paper_row, COUNT(cells));
    for (ptrdiff_t i = 0; i < COUNT(cells); i++)
        rows[i] = (struct paper_row){.cells = cells[i], .total = i == COUNT(cells) - 1};
    struct paper_table *table = arena_new(mem, struct paper_table);
    *table = (struct paper_table){.title = S("Was damit bezahlt ist"),
                                  .columns = columns,
                                  .column_count = 2,
                                  .rows = rows,
                                  .row_count = COUNT(cells)};
    return (struct paper){
        .lang = lang_find(S("de")),
        .title = S("Quittung P-20954"),
        .lead = S("718,42 € sind am 21. April 2026 eingegangen. Vielen Dank."),
        .from = nordwind(),
        .to = {.name = S("Müller & Söhne OHG"), .address = S("Hauptstraße 1\n10115 Berlin")},
        .tables = table,
        .table_count = 1,
        .link = S("https://pay.nordwind.example/p/20954"),
        .link_label = S("Zahlung ansehen"),
        .made_at = MADE,
    };
}

/* Two currencies are two tables: they are never added up. */
static struct paper statement(struct arena *mem)
{
    static const struct paper_column columns[] = {
        {{"Date", 4}, false, 2},
        {{"What", 4}, false, 5},
        {{"Amount", 6}, true, 1},
        {{"Balance", 7}, true, 1},
    };
    struct paper_table *tables = arena_array(mem, struct paper_table, 2);
    for (int t = 0; t < 2; t++) {
        struct paper_row *rows = arena_array(mem, struct paper_row, 8);
        for (int i = 0; i < 7; i++)
            rows[i] = row4(mem, str_printf(mem, "%d Mar 2026", 3 + 4 * i),
                           str_printf(mem, "Invoice 10-%d", 48700 + i), S("100.00"),
                           str_printf(mem, "%d.00", 100 * (i + 1)));
        rows[7] = row4(mem, S("31 Mar 2026"), S("You owe"), S(""), S("700.00"));
        rows[7].total = true;
        tables[t] = (struct paper_table){.title = t ? S("US dollars") : S("Euros"),
                                         .columns = columns,
                                         .column_count = 4,
                                         .rows = rows,
                                         .row_count = 8};
    }
    return (struct paper){
        .colour = 0x7a1f3d,
        .title = S("Statement of account, March 2026"),
        .lead = S("€700.00 and US$700.00 are open on 31 March 2026."),
        .from = nordwind(),
        .to = {.name = S("Hallam & Pryce Ltd")},
        .tables = tables,
        .table_count = 2,
        .made_at = MADE,
    };
}

/* ---- helpers ---- */

static str made(struct arena *mem, const struct paper *p)
{
    struct op op = {.mem = mem};
    str pdf = {0};
    CHECK(paper_pdf(&op, p, &pdf), "%.*s", STR(op.errs->detail));
    CHECK(str_starts(pdf, S("%PDF-1.7")), "%.*s", (int)(pdf.len < 8 ? pdf.len : 8), pdf.at);
    return pdf;
}

static str slurp(struct arena *mem, FILE *f)
{
    char *at = arena_array(mem, char, 1 << 20);
    return (str){at, (ptrdiff_t)fread(at, 1, 1 << 20, f)};
}

static const char *save(struct arena *mem, const char *name, str pdf)
{
    mkdir("build", 0777);
    mkdir("build/documents", 0777);
    const char *path = str_z(mem, str_printf(mem, "build/documents/%s.pdf", name));
    FILE *f = fopen(path, "wb");
    CHECK(f && fwrite(pdf.at, 1, (size_t)pdf.len, f) == (size_t)pdf.len, "%s", path);
    fclose(f);
    return path;
}

/* What one of poppler's tools says about a document; the test is skipped without them. */
static str tool(struct arena *mem, const char *command, const char *path)
{
    str line = str_printf(mem, "command -v pdftotext >/dev/null && %s %s", command, path);
    FILE *f = popen(str_z(mem, line), "r");
    CHECK(f, "%s", command);
    str said = slurp(mem, f);
    if (pclose(f) != 0) {
        print_message("skipped: no poppler-utils\n");
        skip();
    }
    return said;
}

static str page_text(struct arena *mem, const char *path, int page)
{
    str command = str_printf(mem, "f() { pdftotext -f %d -l %d \"$1\" -; }; f", page, page);
    return tool(mem, str_z(mem, command), path);
}

/* `UPDATE_GOLDEN=1` writes the text down; the review reads the difference. */
static void check_text(struct arena *mem, const char *name, str pdf)
{
    str said = tool(mem, "f() { pdftotext \"$1\" -; }; f", save(mem, name, pdf));
    const char *golden = str_z(mem, str_printf(mem, TEXTS "/%s.txt", name));
    FILE *f = fopen(golden, getenv("UPDATE_GOLDEN") ? "w" : "r");
    CHECK(f, "%s", golden);
    if (getenv("UPDATE_GOLDEN"))
        fwrite(said.at, 1, (size_t)said.len, f);
    else
        CHECK(str_eq(slurp(mem, f), said), "%s is not what build/documents/%s.pdf says", golden,
              name);
    fclose(f);
}

static cairo_status_t keep_png(void *to, const unsigned char *data, unsigned count)
{
    text_add(to, (str){(const char *)data, (ptrdiff_t)count});
    return CAIRO_STATUS_SUCCESS;
}

/* ---- the tests; the first two need a process that has made no document yet ---- */

SENTENCE(two_processes_make_the_same_bytes)
{
    fflush(NULL);
    pid_t child = fork();
    struct paper p = invoice(mem, 7);
    if (child == 0) {
        struct op op = {.mem = mem};
        str pdf;
        nanosleep(&(struct timespec){1, 100000000}, NULL); /* in another second */
        if (!paper_pdf(&op, &p, &pdf)) _exit(1);
        save(mem, "other-process", pdf);
        _exit(0);
    }
    str pdf = made(mem, &p);
    int status = 1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "status %d", status);
    FILE *f = fopen("build/documents/other-process.pdf", "rb");
    CHECK(f && str_eq(slurp(mem, f), pdf), "the bytes differ");
    fclose(f);

    struct paper other = receipt(mem);
    made(mem, &other);
    CHECK(str_eq(made(mem, &p), pdf), "the bytes differ after another document");
}

struct worker {
    str pdf;
    int differ;
};

static void *make_many(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < 5; i++) {
        struct arena *mem = arena_open(64 << 20);
        struct op op = {.mem = mem};
        struct paper p = invoice(mem, 7);
        str pdf;
        if (!paper_pdf(&op, &p, &pdf) || !str_eq(pdf, w->pdf)) w->differ++;
        arena_close(mem);
    }
    return NULL;
}

SENTENCE(threads_make_documents_at_once)
{
    struct paper p = invoice(mem, 7);
    struct worker w[3];
    pthread_t threads[3];
    str pdf = made(mem, &p);
    for (int i = 0; i < 3; i++) {
        w[i] = (struct worker){.pdf = pdf};
        CHECK(pthread_create(&threads[i], NULL, make_many, &w[i]) == 0, "thread %d", i);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        CHECK(w[i].differ == 0, "thread %d: %d differ", i, w[i].differ);
    }
}

/* With a logo, texts of the seller's own, another order of parts, and a payment part. */
static struct paper bill(struct arena *mem, const struct lang *lang, struct swiss_bill *swiss)
{
    struct op op = {.mem = mem};
    struct text png = {.mem = mem};
    struct paper p = invoice(mem, 3);
    struct swiss_in in = {
        .iban = S("CH4431999123000889012"),
        .to = {S("Nordwind Antriebstechnik AG"), S("Seestrasse 1"), S("8004"), S("Zürich"),
               S("CH")},
        .from = {S("Müller & Söhne"), S("Hauptstrasse 2"), S("3011"), S("Bern"), S("CH")},
        .amount = {123456775, {"CHF"}},
        .number = S("10-48840"),
        .message = S("Rechnung 10-48840"),
    };
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 120, 40);
    cairo_t *cr = cairo_create(picture);
    cairo_set_source_rgb(cr, 1, 0, 0);
    cairo_arc(cr, 20, 20, 18, 0, 7);
    cairo_fill(cr);
    cairo_surface_write_to_png_stream(picture, keep_png, &png);
    cairo_destroy(cr);
    cairo_surface_destroy(picture);
    CHECK(swiss_code(&op, &in, swiss), "a bill");
    p.lang = lang, p.swiss = swiss, p.payment_code = S("");
    p.logo = (struct paper_picture){text_str(&png), 120, 40};
    p.intro = S("Sehr geehrte Damen und Herren,\nvielen Dank für Ihren Auftrag.");
    p.closing = S("Mit freundlichen Grüßen");
    p.foot = S("Nordwind Antriebstechnik AG, Verwaltungsrat: A. Berg");
    p.layout = (struct layout){{BLOCK_FACTS, BLOCK_INTRO, BLOCK_LINES, BLOCK_CLOSING}, 4};
    return p;
}

SENTENCE(a_branded_swiss_bill_is_set_and_is_the_same_bytes_again)
{
    struct swiss_bill swiss;
    struct paper p = bill(mem, lang_find(S("de")), &swiss);
    str pdf = made(mem, &p);
    check_text(mem, "qr-bill", pdf);
    struct paper again = bill(mem, lang_find(S("de")), &swiss);
    CHECK(str_eq(pdf, made(mem, &again)), "other bytes");
    again.from.name = S(""), swiss.from.name = S("");
    save(mem, "qr-bill-blank", made(mem, &again));
}

SENTENCE(a_document_says_what_it_was_given)
{
    struct paper papers[] = {invoice(mem, 7), receipt(mem), statement(mem)};
    static const char *names[] = {"invoice", "receipt", "statement"};
    for (ptrdiff_t i = 0; i < COUNT(papers); i++) check_text(mem, names[i], made(mem, &papers[i]));
}

SENTENCE(a_long_table_repeats_its_head_and_keeps_its_totals)
{
    struct paper p = invoice(mem, 60);
    const char *path = save(mem, "long", made(mem, &p));
    for (int page = 1; page <= 3; page++) {
        str said = page_text(mem, path, page);
        str number = str_printf(mem, "Page %d of 3", page);
        CHECK(str_find(said, number) >= 0, "page %d: %.*s", page, STR(said));
        CHECK(str_find(said, S("Unit price")) >= 0, "page %d has no head", page);
    }
    /* However many lines there are, a sum never stands without the line above it. */
    for (int lines = 8; lines < 24; lines++) {
        p.tables = invoice_lines(mem, lines);
        path = save(mem, "totals", made(mem, &p));
        str last_amount = str_printf(mem, "%d.00", 120 * lines);
        for (int page = 1; page <= 2; page++) {
            str said = page_text(mem, path, page);
            if (str_find(said, S("736.13")) < 0) continue;
            CHECK(str_find(said, last_amount) >= 0, "%d lines, page %d", lines, page);
            CHECK(str_find(said, S("139.87")) >= 0, "%d lines: the sums part", lines);
        }
    }
}

/* Hundreds of lines, some with words that fit no column: every page has the head and its number. */
SENTENCE(hundreds_of_lines_are_numbered_pages)
{
    struct paper p = invoice(mem, 200);
    str *cells = (str *)(uintptr_t)p.tables[0].rows[17].cells;
    cells[0] =
        S("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
          "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft");
    const char *path = save(mem, "hundreds", made(mem, &p));
    struct str_pair count = str_cut(tool(mem, "pdfinfo", path), '\n');
    while (count.found && !str_starts(count.head, S("Pages:"))) count = str_cut(count.tail, '\n');
    int64_t pages;
    CHECK(str_to_i64(str_trim(str_from(count.head, 6)), &pages) && pages > 5, "no pages");
    for (int page = 1; page <= (int)pages; page++) {
        str said = page_text(mem, path, page);
        CHECK(str_find(said, str_printf(mem, "Page %d of %d", page, (int)pages)) >= 0, "%d", page);
        CHECK(str_find(said, S("Unit price")) >= 0, "page %d has no head", page);
    }
}

/* What a page shows before a document is made has as many sheets as the document. */
SENTENCE(a_document_is_shown_as_pictures)
{
    struct paper p = invoice(mem, 60);
    struct paper_sheets sheets, again;
    struct op op = {.mem = mem};
    CHECK(paper_show(&op, &p, &sheets) && paper_show(&op, &p, &again), "not drawn");
    CHECK(sheets.total == 3 && sheets.count == 2, "%d of %d", sheets.count, sheets.total);
    for (int i = 0; i < sheets.count; i++) {
        CHECK(str_starts(sheets.at[i].png, S("\x89PNG\r\n")), "sheet %d is no picture", i);
        CHECK(str_eq(sheets.at[i].png, again.at[i].png), "sheet %d is another one", i);
    }
    CHECK(!str_eq(sheets.at[0].png, sheets.at[1].png), "the same sheet twice");
    CHECK(sheets.at[0].width == 720 && sheets.at[0].height == 1017, "not the shape of A4");
}

SENTENCE(a_document_is_tagged_and_its_fonts_are_inside)
{
    struct paper p = invoice(mem, 7);
    const char *path = save(mem, "tagged", made(mem, &p));
    static const char *tags[] = {"H1", "Table",  "TH:",  "/Scope /Column",
                                 "TD", "Figure", "Link", "Caption"};
    str structure = tool(mem, "pdfinfo -struct", path);
    for (ptrdiff_t i = 0; i < COUNT(tags); i++)
        CHECK(str_find(structure, str_of(tags[i])) >= 0, "no %s", tags[i]);
    str info = tool(mem, "TZ=UTC pdfinfo", path);
    CHECK(str_find(info, S("CreationDate:    Fri Mar 27 00:00:00 2026 UTC")) >= 0, "%.*s",
          STR(info));
    CHECK(str_find(info, S("Title:           Invoice 10-48840")) >= 0, "%.*s", STR(info));
    CHECK(str_find(info, S("Tagged:          yes")) >= 0, "%.*s", STR(info));

    struct str_pair fonts = str_cut(tool(mem, "pdffonts", path), '\n');
    fonts = str_cut(fonts.tail, '\n'); /* two lines of head */
    int count = 0;
    while ((fonts = str_cut(fonts.tail, '\n')).head.len > 0) {
        count++;
        CHECK(str_find(fonts.head, S(" yes yes yes ")) > 0, "%.*s", STR(fonts.head));
    }
    CHECK(count >= 3, "%d fonts", count);
}

SENTENCE(a_document_has_a_most)
{
    struct paper p = invoice(mem, 1);
    struct paper_table table = p.tables[0];
    struct op op = {.mem = mem};
    str pdf;
    table.row_count = PAPER_ROWS_MAX + 1;
    p.tables = &table;
    CHECK(!paper_pdf(&op, &p, &pdf) && op.errs->kind == ERR_INVALID, "taken");
}

static void make_of(struct arena *mem, str s)
{
    struct arena_mark mark = arena_mark(mem);
    const struct paper_fact fact = {s, s};
    struct paper p = invoice(mem, 1);
    struct paper_row rows[] = {row4(mem, s, s, s, s), row4(mem, s, s, s, s)};
    struct paper_table table = p.tables[0];
    struct op op = {.mem = mem};
    str pdf;
    rows[0].under = s, rows[1].total = true;
    table.title = s, table.rows = rows, table.row_count = 2;
    p.title = p.lead = p.notes = p.link_label = p.payment_label = s;
    p.from = p.to = (struct paper_party){s, s, s, s, s, s};
    p.facts = &fact, p.fact_count = 1, p.tables = &table;
    p.link = str_printf(mem, "https://pay.example/%.*s", STR(str_head(s, 200)));
    p.payment_code = str_head(s, 300);
    CHECK(paper_pdf(&op, &p, &pdf), "\"%.*s\": %.*s", STR(s), STR(op.errs->detail));
    arena_rewind(mem, mark);
}

SENTENCE(no_text_breaks_a_document)
{
    char *much = arena_array(mem, char, 100000);
    memset(much, 'W', 100000);
    const str hard[] = {
        S(""),
        S("\n\n\n"),
        {"a\0b", 3},
        S("\xFF\xFE\x80"),
        S("\xE2\x80"),
        S("\xE2\x80\xAE\xE2\x81\xA6right to left, never closed"),
        S("\xE2\x80\xA8line\xE2\x80\xA9paragraph"),
        S("')/Type(\\"),
        S("<b>&amp;</b>"),
        S("\x01\x02\x7F"),
        S("😀👩‍👩‍👧‍👦🏴"),
        S("Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮"),
        S("\xEF\xBF\xBF\xF4\x8F\xBF\xBF"),
        {much, 100000},
    };
    for (ptrdiff_t i = 0; i < COUNT(hard); i++) make_of(mem, hard[i]);
}

SENTENCE(a_list_of_naughty_strings_is_set)
{
    const char *corpus = getenv("QUITTANCE_CORPUS");
    str path = str_printf(mem, "%s/security/minimaxir__big-list-of-naughty-strings/blns.txt",
                          corpus ? corpus : "../shared/corpus");
    FILE *f = fopen(str_z(mem, path), "rb");
    if (!f) {
        print_message("skipped: no corpus\n");
        skip();
    }
    struct str_pair lines = {.tail = slurp(mem, f), .found = true};
    fclose(f);
    for (int i = 0; lines.found; i++) {
        lines = str_cut(lines.tail, '\n');
        if (i % 8 == 0) make_of(mem, lines.head); /* all of them take a minute */
    }
}

TESTS(TEST(two_processes_make_the_same_bytes), TEST(threads_make_documents_at_once),
      TEST(a_branded_swiss_bill_is_set_and_is_the_same_bytes_again),
      TEST(a_document_says_what_it_was_given),
      TEST(a_long_table_repeats_its_head_and_keeps_its_totals),
      TEST(hundreds_of_lines_are_numbered_pages), TEST(a_document_is_shown_as_pictures),
      TEST(a_document_is_tagged_and_its_fonts_are_inside), TEST(a_document_has_a_most),
      TEST(no_text_breaks_a_document), TEST(a_list_of_naughty_strings_is_set))
