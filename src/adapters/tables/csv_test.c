#include "corpus.h"
#include "test.h"

#include "base/json.h"
#include "domain/exchange/table.h"
#include "domain/exchange/values.h"

static struct table *table_of(struct arena *mem, str content, struct table_options options)
{
    struct op op = {.mem = mem};
    struct table *table = NULL;
    CHECK(table_open(&op, test_file(mem, content), &options, &table), "%.*s",
          STR(op.errs->message));
    return table;
}

/* All rows as one text: cells in brackets, rows by lines, problems in braces. */
static str read_all(struct arena *mem, struct table *table)
{
    struct op op = {.mem = mem};
    struct text t = {.mem = mem};
    struct table_row row;
    bool more;
    for (;;) {
        if (!table_next(&op, table, &row, &more)) {
            text_format(&t, "!%.*s", STR(op.errs->message));
            break;
        }
        if (!more) break;
        text_format(&t, "%lld:", (long long)row.line);
        if (row.problem.len > 0)
            text_format(&t, "{%d %.*s}", row.problem_column, STR(row.problem));
        else
            for (ptrdiff_t i = 0; i < table_info(table)->column_count; i++)
                text_format(&t, "[%.*s]", STR(row.cells[i]));
        text_char(&t, '\n');
    }
    return text_str(&t);
}

#define QUOTE_PROBLEM                                                                              \
    "A quotation mark stands inside of a cell: cells with quotation marks are quoted, and the "    \
    "marks in them doubled."

SENTENCE(rows_are_read_with_their_lines)
{
    static const struct {
        const char *file, *rows;
    } cases[] = {
        {"a,b\n1,2\n3,4\n", "2:[1][2]\n3:[3][4]\n"},
        {"a,b\r\n1,2\r\n3,4", "2:[1][2]\n3:[3][4]\n"},
        {"a,b\r1,2\r3,4\r", "2:[1][2]\n3:[3][4]\n"},
        {"\n\na,b\n\n1,2\n\n\n3,4\n\n", "5:[1][2]\n8:[3][4]\n"},
        {"a,b\n\"x\ny\",2\n\"\"\"\",4\n", "2:[x\ny][2]\n4:[\"][4]\n"},
        {"a,b\n 1 ,\t2\n", "2:[ 1 ][\t2]\n"},
        {"a,b\n,\n", "2:[][]\n"},
        {"a,b\n1,2,,\n", "2:[1][2]\n"},
        {"a,b\n1\n1,2,3\n4,5\n",
         "2:{2 This row has 1 cells, the header has 2.}\n3:{2 This row has 3 cells, the header has "
         "2.}\n4:[4][5]\n"},
        {"a,b\n1,2 \"x\" 3\n4,5\n", "2:[1][2 \"x\" 3]\n3:[4][5]\n"},
        {"a,b\n1,\"Hey \" it\"\n4,5\n", "2:{2 " QUOTE_PROBLEM "}\n3:[4][5]\n"},
        {"a,b\n1,\"two\nlines\" x\n4,5\n", "2:{2 " QUOTE_PROBLEM "}\n4:[4][5]\n"},
        {"a,b\n1,2\n3,\"x\n4,5\n", "2:[1][2]\n!The file ends inside of quotation marks that open "
                                   "in the row of line 3, column "
                                   "2."},
        {"a;b\n1,5;2\n", "2:[1,5][2]\n"},
        {"a\tb\n1\t2\n", "2:[1][2]\n"},
        {"a|b\n1|2\n", "2:[1][2]\n"},
        {"a\n1\n2\n", "2:[1]\n3:[2]\n"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct table *table = table_of(mem, str_of(cases[i].file), (struct table_options){0});
        str rows = read_all(mem, table);
        CHECK(str_eq(rows, str_of(cases[i].rows)), "case %td: %.*s", i, STR(rows));
        struct op op = {.mem = mem};
        CHECK(table_rewind(&op, table) && str_eq(rows, read_all(mem, table)), "again: case %td", i);
    }
}

SENTENCE(any_encoding_is_read_and_named)
{
    static const struct {
        str file;
        const char *encoding;
        enum sureness sure;
        int64_t line;
    } cases[] = {
        {{"a,b\n1,\xc3\xbc\n", 9}, "utf-8", SURE_CERTAIN, 0},
        {{"\xef\xbb\xbf"
          "a,b\n1,\xc3\xbc\n",
          12},
         "utf-8",
         SURE_CERTAIN,
         1},
        {{"\xff\xfe"
          "a\0,\0b\0\n\0"
          "1\0,\0\xfc\0\n\0",
          18},
         "utf-16le",
         SURE_CERTAIN,
         1},
        {{"\xfe\xff\0a\0,\0b\0\n\0"
          "1\0,\0\xfc\0\n",
          18},
         "utf-16be",
         SURE_CERTAIN,
         1},
        {{"a,b\n1,\xfc\n", 8}, "windows-1252", SURE_LIKELY, 2},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct table *table = table_of(mem, cases[i].file, (struct table_options){0});
        const struct table_info *info = table_info(table);
        CHECK(str_eq(str_of(table_encoding_name(info->encoding)), str_of(cases[i].encoding)),
              "case %td: %s", i, table_encoding_name(info->encoding));
        CHECK(info->encoding_found.sure == cases[i].sure &&
                  info->encoding_found.line == cases[i].line,
              "case %td: %d in line %lld", i, (int)info->encoding_found.sure,
              (long long)info->encoding_found.line);
        CHECK(str_eq(info->columns[0], S("a")), "case %td: %.*s", i, STR(info->columns[0]));
        str rows = read_all(mem, table);
        CHECK(str_eq(rows, S("2:[1][\xc3\xbc]\n")), "case %td: %.*s", i, STR(rows));
    }
}

SENTENCE(what_is_not_in_the_encoding_is_refused_where_it_stands)
{
    struct table_options utf8 = {.encoding = ENCODING_UTF8},
                         ansi = {.encoding = ENCODING_WINDOWS_1252};
    str rows = read_all(mem, table_of(mem, S("a,b\n1,\xfc\n2,x\n"), utf8));
    CHECK(str_eq(rows, S("2:{2 This cell holds a character that is not utf-8.}\n3:[2][x]\n")),
          "%.*s", STR(rows));
    rows = read_all(mem, table_of(mem, S("a,b\n1,\x81\n2,\x80\n"), ansi));
    CHECK(str_eq(rows, S("2:{2 This cell holds a character that is not windows-1252.}\n"
                         "3:[2][\xe2\x82\xac]\n")),
          "%.*s", STR(rows));

    struct op op = {.mem = mem};
    struct table *table;
    struct table_options found = {0};
    CHECK(!table_open(&op, test_file(mem, S("a,b\n1,\0\n\n\n")), &found, &table), "a zero byte");
    CHECK(str_find(op.errs->message, S("Line 2 ")) == 0, "%.*s", STR(op.errs->message));
}

SENTENCE(a_spreadsheet_or_a_pdf_is_told_as_such)
{
    static const struct {
        const char *begin, *says;
    } files[] = {
        {"PK\x03\x04 and more", "This is a file of a spreadsheet, not a CSV file."},
        {"\xd0\xcf\x11\xe0 and more", "This is a file of a spreadsheet, not a CSV file."},
        {"%PDF-1.7", "This is a PDF, not a CSV file."},
    };
    for (int i = 0; i < COUNT(files); i++) {
        struct op op = {.mem = mem};
        struct table *table;
        struct table_options found = {0}, said = {.encoding = ENCODING_UTF8};
        CHECK(!table_open(&op, test_file(mem, str_of(files[i].begin)), &found, &table), "row %d",
              i);
        CHECK(str_starts(op.errs->message, str_of(files[i].says)), "row %d: %.*s", i,
              STR(op.errs->message));
        CHECK(!table_open(&op, test_file(mem, str_of(files[i].begin)), &said, &table), "row %d", i);
    }
}

SENTENCE(the_delimiter_is_found_by_counting_cells)
{
    static const struct {
        const char *file;
        char delimiter;
        enum sureness sure;
    } cases[] = {
        {"a,b,c\n1,2,3\n", ',', SURE_CERTAIN},
        {"a;b\n\"1;2\";3,5\n4;5\n", ';', SURE_CERTAIN},
        {"name;amount\nA, B;1,50\nC, D;2,50\n", ';', SURE_CERTAIN},
        {"a\tb, c\n1\t2\n", '\t', SURE_CERTAIN},
        {"a\n1\n", ',', SURE_LIKELY},
        {"a,b\n1,2\n3\n", ',', SURE_LIKELY},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct table *table = table_of(mem, str_of(cases[i].file), (struct table_options){0});
        const struct table_info *info = table_info(table);
        CHECK(info->delimiter == cases[i].delimiter, "case %td: %c", i, info->delimiter);
        CHECK(info->delimiter_found.sure == cases[i].sure, "case %td: %.*s", i,
              STR(info->delimiter_found.evidence));
    }
}

SENTENCE(lines_before_the_header_are_skipped_and_a_header_may_be_missing)
{
    struct table *table = table_of(mem, S("Bank,x\n\nDate,Amount\n2026-01-01,5\n"),
                                   (struct table_options){.skip_lines = 1});
    CHECK(str_eq(table_info(table)->columns[0], S("Date")), "%.*s",
          STR(table_info(table)->columns[0]));
    CHECK(table_info(table)->header_line == 3, "%lld", (long long)table_info(table)->header_line);
    str rows = read_all(mem, table);
    CHECK(str_eq(rows, S("4:[2026-01-01][5]\n")), "%.*s", STR(rows));

    table = table_of(mem, S("x,1\ny,2\n"), (struct table_options){.no_header = true});
    CHECK(str_eq(table_info(table)->columns[1], S("2")), "the second column");
    rows = read_all(mem, table);
    CHECK(str_eq(rows, S("1:[x][1]\n2:[y][2]\n")), "%.*s", STR(rows));
}

SENTENCE(a_missing_quotation_mark_does_not_swallow_the_file)
{
    struct text t = {.mem = mem};
    text_add(&t, S("a,b\n1,2\n3,\"x\n"));
    for (int i = 0; i < 40000; i++) text_add(&t, S("4,5\n"));
    str rows = read_all(mem, table_of(mem, text_str(&t), (struct table_options){.delimiter = ','}));
    CHECK(str_eq(rows, S("2:[1][2]\n!The row of line 3 has a cell that is longer than 64 KiB, in "
                         "column 2: a closing quotation mark is probably missing there.")),
          "%.*s", STR(str_head(rows, 300)));

    t.len = 0;
    text_add(&t, S("a,b\n"));
    for (int i = 0; i < 300000; i++) text_char(&t, 'x');
    text_add(&t, S(",2\n"));
    rows = read_all(mem, table_of(mem, text_str(&t), (struct table_options){.delimiter = ','}));
    CHECK(str_starts(rows, S("!The row of line 2")), "%.*s", STR(str_head(rows, 300)));
}

SENTENCE(lines_of_a_second_file_follow_their_documents)
{
    struct table_options options = {.lines_key = S("id"),
                                    .lines_path =
                                        test_file(mem, S("sku;id;name\nA;1;x\nB;1;\"y, z\"\n"
                                                         "C;3;x\nD;9;x\n"))};
    struct table *table = table_of(mem, S("id,name\n1,one\n2,two\n3,three\n"), options);
    CHECK(str_eq(table_info(table)->header_raw, S("id,name,sku,lines.name")), "%.*s",
          STR(table_info(table)->header_raw));
    for (int i = 0; i < 2; i++) {
        struct op op = {.mem = mem};
        str rows = read_all(mem, table);
        CHECK(str_eq(rows, S("2:[1][one][A][x]\n3:[1][one][B][y, z]\n3:[2][two][][]\n"
                             "4:[3][three][C][x]\n5:{0 This line has no document at its place: "
                             "both files must be in the same order.}\n")),
              "%.*s", STR(rows));
        CHECK(table_rewind(&op, table), "rewind");
    }
}

SENTENCE(a_file_that_is_no_table_is_refused)
{
    struct op op = {.mem = mem}, folder = {.mem = mem}, missing = {.mem = mem};
    struct table_options options = {0};
    struct table *table;
    CHECK(!table_open(&op, test_file(mem, S("")), &options, &table), "nothing");
    CHECK(str_eq(op.errs->message, S("The file is empty.")), "%.*s", STR(op.errs->message));
    CHECK(!table_open(&folder, "/tmp", &options, &table), "a folder");
    CHECK(!table_open(&missing, "/nowhere/x.csv", &options, &table), "a missing file");
}

/* csv-spectrum and csv-test-data: each file beside the JSON that it means, as rows of cells or as
 * objects by the header. */
static void reads_as(struct arena *mem, const char *csv, const char *json)
{
    struct op op = {.mem = mem};
    struct table_options options = {.no_header = true, .delimiter = ','};
    struct table *table;
    const struct json *want;
    static char content[1 << 16];
    FILE *in = fopen(json, "r");
    if (!in) return; /* a file that is broken on purpose: see below */
    ptrdiff_t len = (ptrdiff_t)fread(content, 1, sizeof content, in);
    fclose(in);
    CHECK(json_read(&op, (str){content, len}, &want), "%s", json);
    if (json_kind(want) == JSON_OBJECT) return; /* one row without its list, in one file */
    bool objects = json_count(want) == 0 || json_kind(json_at(want, 0)) == JSON_OBJECT;
    options.no_header = !objects;
    CHECK(table_open(&op, csv, &options, &table), "%s: %.*s", csv, STR(op.errs->message));

    bool more;
    struct table_row row;
    for (ptrdiff_t i = 0;; i++) {
        CHECK(table_next(&op, table, &row, &more), "%s: %.*s", csv, STR(op.errs->message));
        CHECK(more == (i < json_count(want)), "%s: row %td", csv, i);
        if (!more) break;
        CHECK(row.problem.len == 0, "%s: %.*s", csv, STR(row.problem));
        for (ptrdiff_t c = 0; c < json_count(json_at(want, i)); c++) {
            str name, cell = {0};
            const struct json *value =
                objects ? json_member(json_at(want, i), c, &name) : json_at(json_at(want, i), c);
            CHECK(json_text(value, &cell), "%s: row %td", json, i);
            CHECK(str_eq(cell, row.cells[c]), "%s: row %td, cell %td: [%.*s]", csv, i, c,
                  STR(row.cells[c]));
        }
    }
}

SENTENCE(edge_cases_of_others_are_read_as_they_say)
{
    static const struct {
        const char *csv, *json;
    } folders[] = {
        {"security/max-mapper__csv-spectrum/csvs", "security/max-mapper__csv-spectrum/json"},
        {"security/sineemore__csv-test-data/csv", "security/sineemore__csv-test-data/json"},
    };
    for (ptrdiff_t f = 0; f < COUNT(folders); f++) {
        const char *csv = corpus_path(mem, folders[f].csv),
                   *json = corpus_path(mem, folders[f].json);
        if (!csv || !json) skip();
        struct corpus_names names = corpus_folder(mem, csv, ".csv");
        CHECK(names.count > 10, "%s", csv);
        for (ptrdiff_t i = 0; i < names.count; i++) {
            str stem = str_head(str_of(names.at[i]), (ptrdiff_t)strlen(names.at[i]) - 4);
            if (str_find(stem, S("empty")) >= 0 && str_find(stem, S("empty_")) < 0 &&
                !str_eq(stem, S("empty-field")) && !str_eq(stem, S("quotes-empty")))
                continue; /* lines with nothing at all: we take them for nothing */
            if (str_eq(stem, S("newlines_crlf"))) continue; /* the corpus lost its returns */
            reads_as(mem, str_z(mem, str_printf(mem, "%s/%s", csv, names.at[i])),
                     str_z(mem, str_printf(mem, "%s/%.*s.json", json, STR(stem))));
        }
    }
}

static void facts_of(struct arena *mem, const char *path, struct table_options options,
                     struct formats *formats, struct table **table, int64_t *rows,
                     int64_t *problems)
{
    struct op op = {.mem = mem};
    struct table_row row;
    bool more = true;
    CHECK(table_open(&op, path, &options, table), "%s: %.*s", path, STR(op.errs->message));
    ptrdiff_t count = table_info(*table)->column_count;
    struct column_facts *facts = arena_array(mem, struct column_facts, count);
    for (*rows = *problems = 0;; ++*rows) {
        struct arena_mark mark = arena_mark(mem);
        CHECK(table_next(&op, *table, &row, &more), "%s: %.*s", path, STR(op.errs->message));
        if (!more) break;
        if (row.problem.len > 0) ++*problems;
        for (ptrdiff_t i = 0; row.cells && i < count; i++)
            column_facts_add(&facts[i], row.cells[i], row.line);
        arena_rewind(mem, mark);
    }
    formats_find(mem, facts, NULL, count, formats);
}

static const struct {
    const char *path;
    struct table_options options;
    int64_t rows;
    char delimiter;
    enum decimal_sign decimal;
    enum date_order order;
} real_tables[] = {
    {"tables/pthiagu2__DataMining/WA_Fn-UseC_-Accounts-Receivable.csv",
     {0},
     2466,
     ',',
     DECIMAL_POINT,
     DATE_MDY},
    {"tables/tanmayarya29__B2B-Invoice-Prediction/nulldata.csv",
     {0},
     9681,
     ',',
     DECIMAL_POINT,
     DATE_DMY},
    {"tables/graphql-compose__graphql-compose-examples/csv/orders.csv",
     {0},
     830,
     ',',
     DECIMAL_POINT,
     DATE_YMD},
    {"tables/databricks__Spark-The-Definitive-Guide/by-day/2010-12-01.csv",
     {0},
     3108,
     ',',
     DECIMAL_POINT,
     DATE_YMD},
    {"tables/microsoft__sql-server-samples/CurrencyRate.csv",
     {.no_header = true},
     13532,
     '\t',
     DECIMAL_POINT,
     DATE_YMD},
    {"tables/microsoft__sql-server-samples/Customer.csv",
     {.no_header = true},
     19820,
     '\t',
     DECIMAL_POINT,
     DATE_YMD},
    {"bank-csv/OCA__bank-statement-import/balance.csv", {0}, 2, ',', DECIMAL_POINT, DATE_MDY},
    {"bank-csv/OCA__bank-statement-import/meta_data_separated_credit_debit.csv",
     {.skip_lines = 4},
     5,
     ',',
     DECIMAL_COMMA,
     DATE_DMY},
    {"bank-csv/fjacquet__camt-csv/viseca.csv", {0}, 9, ',', DECIMAL_POINT, DATE_YMD},
};

SENTENCE(real_tables_are_recognised)
{
    for (ptrdiff_t i = 0; i < COUNT(real_tables); i++) {
        struct formats formats;
        struct table *table;
        int64_t rows, problems;
        const char *path = corpus_path(mem, real_tables[i].path);
        if (!path) skip();
        facts_of(mem, path, real_tables[i].options, &formats, &table, &rows, &problems);
        CHECK(rows == real_tables[i].rows && problems == 0, "%s: %lld rows, %lld problems", path,
              (long long)rows, (long long)problems);
        CHECK(table_info(table)->delimiter == real_tables[i].delimiter, "%s: %c", path,
              table_info(table)->delimiter);
        CHECK(formats.decimal == real_tables[i].decimal, "%s: %.*s", path,
              STR(formats.decimal_found.evidence));
        CHECK(formats.order == real_tables[i].order, "%s: %s, %.*s", path,
              date_order_name(formats.order), STR(formats.order_found.evidence));
    }
}

TESTS(TEST(rows_are_read_with_their_lines), TEST(any_encoding_is_read_and_named),
      TEST(what_is_not_in_the_encoding_is_refused_where_it_stands),
      TEST(a_spreadsheet_or_a_pdf_is_told_as_such), TEST(the_delimiter_is_found_by_counting_cells),
      TEST(lines_before_the_header_are_skipped_and_a_header_may_be_missing),
      TEST(a_missing_quotation_mark_does_not_swallow_the_file),
      TEST(lines_of_a_second_file_follow_their_documents), TEST(a_file_that_is_no_table_is_refused),
      TEST(edge_cases_of_others_are_read_as_they_say), TEST(real_tables_are_recognised))
