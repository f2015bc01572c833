#include "adapters/mail/report.h"

#include "adapters/mail/mime.h"
#include "base/arena.h"
#include "base/text.h"

#include <gmime/gmime.h>
#include <string.h>

enum {
    PARTS_MAX = 50,
    TYPES_MAX = 60, /* "Content-Type" lines: GMime follows nesting by calling itself */
    WORDS_MAX = 300,
    ID_MAX = 250,
};

static void *kept(struct op *op, void *object)
{
    arena_defer(op->mem, g_object_unref, object);
    return object;
}

/* ---- text ---- */

static bool begins_nocase(str s, str with)
{
    return s.len >= with.len && str_eq_nocase(str_head(s, with.len), with);
}

/* One line, valid, of a size that fits a row of a table. */
static str tidied(struct arena *mem, str s)
{
    struct text t = {.mem = mem};
    bool gap = false;
    for (ptrdiff_t i = 0; i < s.len && t.len < WORDS_MAX; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c <= ' ' || c == 0x7f) {
            gap = t.len > 0;
            continue;
        }
        if (gap) text_char(&t, ' ');
        gap = false;
        text_char(&t, s.at[i]);
    }
    str out = text_str(&t);
    while (out.len > 0 && !str_utf8(out)) out.len--;
    return out;
}

static str without_brackets(str s)
{
    ptrdiff_t open = str_find(s, S("<"));
    if (open >= 0) s = str_cut(str_from(s, open + 1), '>').head;
    s = str_trim(s);
    return s.len <= ID_MAX ? s : S("");
}

/* "rfc822; anna@example.com" without its type. */
static str after_type(str s)
{
    struct str_pair parts = str_cut(s, ';');
    return str_trim(parts.found ? parts.tail : s);
}

/* "5.1.1": a class that says "failed", and two numbers (RFC 3463). */
static ptrdiff_t status_len(str s)
{
    ptrdiff_t i = 1;
    if (s.len < 5 || (s.at[0] != '4' && s.at[0] != '5')) return 0;
    for (int part = 0; part < 2; part++) {
        if (i >= s.len || s.at[i] != '.') return 0;
        ptrdiff_t digits = 0;
        for (i++; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++) digits++;
        if (digits < 1 || digits > 3) return 0;
    }
    return i;
}

static str status_in(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        bool starts = i == 0 || !strchr("0123456789.", s.at[i - 1]);
        ptrdiff_t len = starts ? status_len(str_from(s, i)) : 0;
        bool ends = len > 0 && (i + len == s.len || !strchr("0123456789.", s.at[i + len]) ||
                                s.at[i + len] == '.');
        if (ends) return str_head(str_from(s, i), len);
    }
    return S("");
}

/* ---- header fields: "Name: value", folded lines joined ---- */

struct field {
    str name, value;
};

/* The next field of the block; false at its end, which is an empty line or the end of the text. */
static bool next_field(struct arena *mem, str *rest, struct field *out)
{
    struct str_pair line = str_cut(*rest, '\n');
    str first = str_trim(line.head);
    if (rest->len == 0 || first.len == 0) {
        *rest = line.tail;
        return false;
    }
    struct str_pair parts = str_cut(first, ':');
    struct text value = {.mem = mem};
    text_add(&value, str_trim(parts.tail));
    *rest = line.tail;
    while (rest->len > 0 && (rest->at[0] == ' ' || rest->at[0] == '\t')) {
        struct str_pair more = str_cut(*rest, '\n');
        if (value.len < 4000) {
            text_char(&value, ' ');
            text_add(&value, str_trim(more.head));
        }
        *rest = more.tail;
    }
    *out = (struct field){parts.found ? str_trim(parts.head) : S(""), text_str(&value)};
    return true;
}

/* The Message-ID among header lines, wherever they begin. */
static str id_among(struct arena *mem, str headers)
{
    struct field f;
    while (headers.len > 0)
        while (next_field(mem, &headers, &f))
            if (str_eq_nocase(f.name, S("Message-ID"))) return without_brackets(f.value);
    return S("");
}

/* ---- the report's own part: blocks of fields, the first about the mail, one for each reader ----
 */

static void take_block(struct arena *mem, str *rest, struct mail_report *out)
{
    struct mail_report one = {.status = S(""), .words = S(""), .recipient = S("")};
    struct field f;
    str action = S(""), original = S("");
    while (next_field(mem, rest, &f)) {
        if (str_eq_nocase(f.name, S("Action"))) action = str_trim(str_cut(f.value, ' ').head);
        if (str_eq_nocase(f.name, S("Status"))) one.status = status_in(f.value);
        if (str_eq_nocase(f.name, S("Final-Recipient"))) one.recipient = after_type(f.value);
        if (str_eq_nocase(f.name, S("Original-Recipient"))) original = after_type(f.value);
        if (str_eq_nocase(f.name, S("Diagnostic-Code"))) one.words = after_type(f.value);
        if (str_eq_nocase(f.name, S("X-Original-Message-ID")))
            out->message_id = without_brackets(f.value);
    }
    bool failed = str_eq_nocase(action, S("failed"));
    one.delayed = str_eq_nocase(action, S("delayed"));
    if (!failed && !one.delayed) return; /* delivered, relayed, expanded: good news */
    if (out->found && (one.delayed || !out->delayed))
        return; /* the worst counts, the first of it */
    out->found = true;
    out->delayed = one.delayed;
    out->status = one.status.len > 0 ? one.status : status_in(one.words);
    out->words = tidied(mem, one.words);
    out->recipient = tidied(mem, original.len > 0 ? original : one.recipient);
}

static void take_status(struct arena *mem, str text, struct mail_report *out)
{
    while (text.len > 0) take_block(mem, &text, out);
}

/* ---- the parts ---- */

static str part_bytes(struct op *op, GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (!content) return S("");
    GMimeStream *stream = kept(op, g_mime_stream_mem_new());
    if (g_mime_data_wrapper_write_to_stream(content, stream) < 0) return S("");
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    return str_copy(op->mem, (str){(const char *)bytes->data, (ptrdiff_t)bytes->len});
}

static bool is_type(GMimeObject *object, const char *type, const char *subtype)
{
    GMimeContentType *is = g_mime_object_get_content_type(object);
    return is && g_mime_content_type_is_type(is, type, subtype);
}

static void take_message(struct op *op, GMimeMessagePart *part, struct mail_report *out)
{
    GMimeMessage *message = g_mime_message_part_get_message(part);
    const char *id = message ? g_mime_message_get_message_id(message) : NULL;
    if (id && out->message_id.len == 0)
        out->message_id = without_brackets(str_copy(op->mem, str_of(id)));
}

/* What the parts hold beside the report itself. */
struct beside {
    str text;      /* the words for people */
    bool machines; /* there was a part for machines, so that the words do not count */
};

static void take_part(struct op *op, GMimeObject *object, struct mail_report *out,
                      struct beside *beside)
{
    if (GMIME_IS_MESSAGE_PART(object)) {
        take_message(op, GMIME_MESSAGE_PART(object), out);
        return;
    }
    if (!GMIME_IS_PART(object)) return;
    str bytes = part_bytes(op, GMIME_PART(object));
    if (is_type(object, "message", "delivery-status") ||
        is_type(object, "message", "global-delivery-status")) {
        beside->machines = true;
        take_status(op->mem, bytes, out);
    } else if (is_type(object, "text", "rfc822-headers") || is_type(object, "message", "*")) {
        if (out->message_id.len == 0) out->message_id = id_among(op->mem, bytes);
    } else if (is_type(object, "text", "plain") && beside->text.len == 0)
        beside->text = bytes;
}

static void close_iterator(void *iterator)
{
    g_mime_part_iter_free(iterator);
}

static void take_parts(struct op *op, GMimeMessage *message, struct mail_report *out,
                       struct beside *beside)
{
    GMimePartIter *parts = g_mime_part_iter_new(GMIME_OBJECT(message));
    arena_defer(op->mem, close_iterator, parts);
    for (int i = 0; i < PARTS_MAX && g_mime_part_iter_is_valid(parts); i++) {
        GMimeObject *object = g_mime_part_iter_get_current(parts);
        if (object) take_part(op, object, out, beside);
        if (!g_mime_part_iter_next(parts)) break;
    }
}

/* ---- reports in words only: of qmail, of old gateways ---- */

static bool from_a_server(struct op *op, GMimeMessage *message)
{
    static const char *const names[] = {"mailer-daemon@", "postmaster@", "mail-daemon@"};
    InternetAddressList *list = g_mime_message_get_from(message);
    char *all = list ? internet_address_list_to_string(list, NULL, FALSE) : NULL;
    str from = str_lower(op->mem, str_of(all));
    bool found = false;
    for (ptrdiff_t i = 0; i < COUNT(names); i++)
        found = found || str_find(from, str_of(names[i])) >= 0;
    g_free(all);
    return found;
}

static void take_words(struct op *op, str text, struct mail_report *out)
{
    str status = status_in(text);
    if (status.len == 0) return; /* words that say nothing sure */
    out->found = true;
    out->status = status;
    ptrdiff_t at = status.at - text.at, from = at;
    while (from > 0 && text.at[from - 1] != '\n') from--;
    out->words = tidied(op->mem, str_cut(str_from(text, from), '\n').head);
    if (out->message_id.len == 0) out->message_id = id_among(op->mem, text);
}

/* ---- all of it ---- */

static ptrdiff_t types_in(str bytes)
{
    ptrdiff_t count = 0;
    for (str rest = bytes; rest.len > 0; rest = str_cut(rest, '\n').tail)
        if (begins_nocase(rest, S("content-type"))) count++;
    return count;
}

bool report_read(struct op *op, str bytes, struct mail_report *out)
{
    struct beside beside = {.text = S("")};
    *out = (struct mail_report){
        .message_id = S(""), .recipient = S(""), .status = S(""), .words = S("")};
    if (bytes.len > REPORT_BYTES_MAX || types_in(bytes) > TYPES_MAX)
        return op_fail(op, ERR_INVALID, NULL,
                       "This mail is larger, or has more parts, than a report of a mail server.");
    mime_ready();
    GMimeStream *stream = kept(op, g_mime_stream_mem_new_with_buffer(bytes.at, (size_t)bytes.len));
    GMimeParser *parser = kept(op, g_mime_parser_new_with_stream(stream));
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (!message) return true; /* not a mail: not a report either */
    kept(op, message);
    take_parts(op, message, out, &beside);
    if (!out->found && !beside.machines && from_a_server(op, message))
        take_words(op, beside.text, out);
    const char *about = g_mime_object_get_header(GMIME_OBJECT(message), "In-Reply-To");
    if (out->found && out->message_id.len == 0 && about)
        out->message_id = without_brackets(str_copy(op->mem, str_of(about)));
    if (!str_utf8(out->message_id)) out->message_id = S("");
    return true;
}
