#include "fuzz.h"

#include "adapters/images/svg.h"
#include "adapters/mail/mailbox.h"
#include "adapters/mail/mime.h"
#include "adapters/mail/report.h"
#include "adapters/mail/server_url.h"
#include "adapters/net/http_client.h"
#include "adapters/net/webhook.h"
#include "base/arena.h"
#include "domain/exchange/import.h"

#include <string.h>

enum { ROWS_MAX = 2000 };

/* A stranger's table: every cell is text, every row has as many as the header, twice the same. */
static void csv_run(struct op *op, str bytes)
{
    static const char delimiters[] = {0, ',', ';', '\t', '|'};
    struct table_options options = {
        .encoding = (enum table_encoding)fuzz_choice(&bytes, ENCODING_WINDOWS_1252 + 1),
        .delimiter = delimiters[fuzz_choice(&bytes, COUNT(delimiters))],
        .skip_lines = fuzz_choice(&bytes, 3),
    };
    struct table *table;
    struct table_row row;
    bool more;
    int rows[2] = {0, 0};
    if (!table_open(op, fuzz_file(op, bytes), &options, &table)) return;
    const struct table_info *info = table_info(table);
    for (int pass = 0; pass < 2; pass++) {
        for (; rows[pass] < ROWS_MAX; rows[pass]++) {
            if (!table_next(op, table, &row, &more)) return;
            if (!more) break;
            HOLDS(row.line > 0 && (row.problem.len > 0 || str_utf8(row.raw)));
            for (ptrdiff_t i = 0; row.problem.len == 0 && i < info->column_count; i++)
                HOLDS(str_utf8(row.cells[i]) && row.cells[i].len <= TABLE_CELL_BYTES_MAX);
        }
        if (!table_rewind(op, table)) return;
    }
    HOLDS(rows[0] == rows[1]);
}

/* The look before an import: the mapping is found, ten rows are tried, nothing is kept. */
static void preview_run(struct op *op, str bytes)
{
    struct import_options options = {
        .kind = (enum import_kind)(IMPORT_CUSTOMERS + fuzz_choice(&bytes, 3)),
        .round = fuzz_choice(&bytes, 3),
        .file_name = S("table.csv"),
    };
    struct import_preview preview;
    options.path = fuzz_file(op, bytes);
    (void)import_preview(op, &options, &preview);
}

static void mail_run(struct op *op, str bytes)
{
    struct mailbox_mail mail;
    struct mail_report report;
    mime_ready();
    (void)mime_read(op, bytes, &mail);
    if (report_read(op, bytes, &report) && report.found)
        HOLDS(str_find(report.words, S("\n")) < 0 && str_utf8(report.words));
}

/* What is left of a logo can do nothing but be seen, and is left as it is the second time. */
static void svg_run(struct op *op, str bytes)
{
    static const char *const never[] = {"<script",        "<!DOCTYPE", "<!ENTITY", "javascript:",
                                        "<foreignObject", "<image",    "<use",     " on"};
    struct svg once, twice;
    if (!svg_clean(op, bytes, &once)) return;
    for (ptrdiff_t i = 0; i < COUNT(never) - 1; i++)
        HOLDS(str_find(once.text, str_of(never[i])) < 0);
    HOLDS(svg_clean(op, once.text, &twice) && str_eq(once.text, twice.text));
}

static void net_run(struct op *op, str bytes)
{
    const str secrets[] = {S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), S("")};
    struct str_pair cut = str_cut(bytes, '\n'), more = str_cut(cut.tail, '\n');
    struct webhook_head head = {cut.head, more.head, more.tail};
    struct server_url server;
    str origin = http_origin(bytes);
    HOLDS(origin.len == 0 || (str_find(origin, S("@")) < 0 && str_find(origin, S(" ")) < 0));
    HOLDS(!webhook_genuine(op->mem, secrets, COUNT(secrets), op->now, &head, bytes));
    (void)webhook_secret_valid(bytes);
    struct http_response response = {.head = bytes};
    (void)http_response_header(&response, "Content-Type");
    (void)server_url_read(op, bytes, "smtp", &server);
}

const struct target adapter_targets[] = {
    {"csv",
     "src/adapters/tables/csv.c src/adapters/tables/input.c:input_next,line_length,fill,decode,"
     "input_rewind,input_open,read_mark,find_encoding,examine,find_bad_line,is_text,cut_off",
     csv_run, false},
    {"preview",
     "src/domain/exchange/preview.c "
     "src/domain/exchange/mapping.c:mapping_propose,fitness,plain_word "
     "src/domain/exchange/reading.c:source_row_read,reading_open,check_mapped,check_formats,"
     "look_at_rows,choose_mapping,nothing_mapped,find_column,column_names,mapped,reading_column "
     "src/domain/exchange/draft.c:draft_document,required,add_tax,choose_kind,decimal_turned,"
     "read_amounts,read_lines,line_net,read_share,rows_agree,read_kind,read_yes,among,read_"
     "currency,"
     "read_tax,read_money,to_money,read_decimal,read_day,no_day,field,refuse_row,too_many_digits",
     preview_run, false},
    {"mail",
     "src/adapters/mail/mime.c:mime_read,read_headers,read_parts,read_part,read_file,text_of,"
     "addresses,subject_of,decoded_header,add_decoded,encoded_word_end "
     "src/adapters/mail/report.c",
     mail_run, false},
    {"svg", "src/adapters/images/svg.c", svg_run, false},
    {"net",
     "src/adapters/net/webhook.c:webhook_genuine,recent,webhook_secret_valid,secret_bytes,base64 "
     "src/adapters/mail/server_url.c:server_url_read,plain_url,read_account,is_loopback,part",
     net_run, false},
    {0},
};
