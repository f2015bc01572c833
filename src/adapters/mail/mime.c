#include "adapters/mail/mime.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "domain/notices/letter.h"

#include <gmime/gmime.h>
#include <pthread.h>

static void start_gmime(void)
{
    g_mime_init();
}

void mime_ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_gmime);
}

/* Given back with the operation. */
static void *kept(struct op *op, void *object)
{
    arena_defer(op->mem, g_object_unref, object);
    return object;
}

/* ---- writing ---- */

static GMimeObject *text_part(struct op *op, const char *subtype, str text)
{
    GMimeTextPart *part = kept(op, g_mime_text_part_new_with_subtype(subtype));
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, str_z(op->mem, text));
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

/* The boundary follows from the mail's id, so that the same mail is the same bytes. */
static GMimeMultipart *multipart(struct op *op, const struct mail *mail, const char *subtype)
{
    GMimeMultipart *parts = kept(op, g_mime_multipart_new_with_subtype(subtype));
    str seed = str_printf(op->mem, "%s %.*s", subtype, STR(mail->message_id));
    str boundary = str_printf(op->mem, "=_%.*s", 32, crypto_sha256(op->mem, seed).at);
    g_mime_multipart_set_boundary(parts, str_z(op->mem, boundary));
    return parts;
}

static GMimePart *bytes_part(struct op *op, const struct mail_file *file)
{
    struct str_pair type = str_cut(file->type, '/');
    if (!type.found) type = (struct str_pair){S("application"), S("octet-stream"), true};
    GMimePart *part =
        kept(op, g_mime_part_new_with_type(str_z(op->mem, type.head), str_z(op->mem, type.tail)));
    GMimeStream *bytes =
        kept(op, g_mime_stream_mem_new_with_buffer(file->bytes.at, (size_t)file->bytes.len));
    GMimeDataWrapper *content =
        kept(op, g_mime_data_wrapper_new_with_stream(bytes, GMIME_CONTENT_ENCODING_DEFAULT));
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    return part;
}

static GMimeObject *file_part(struct op *op, const struct mail_file *file)
{
    GMimePart *part = bytes_part(op, file);
    g_mime_part_set_filename(part, str_z(op->mem, file->name));
    return GMIME_OBJECT(part);
}

/* The HTML and the picture it shows belong together (RFC 2387). */
static GMimeObject *html_part(struct op *op, const struct mail *mail)
{
    GMimeObject *html = text_part(op, "html", mail->html);
    if (mail->logo.len == 0) return html;
    const struct mail_file logo = {.type = S("image/png"), .bytes = mail->logo};
    GMimeObject *picture = GMIME_OBJECT(bytes_part(op, &logo));
    g_mime_object_set_content_id(picture, LETTER_LOGO_ID);
    g_mime_object_set_disposition(picture, "inline");
    GMimeMultipart *both = multipart(op, mail, "related");
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(both), "type", "text/html");
    g_mime_multipart_add(both, html);
    g_mime_multipart_add(both, picture);
    return GMIME_OBJECT(both);
}

static GMimeObject *body(struct op *op, const struct mail *mail)
{
    GMimeMultipart *both = multipart(op, mail, "alternative");
    g_mime_multipart_add(both, text_part(op, "plain", mail->text));
    if (mail->html.len > 0) g_mime_multipart_add(both, html_part(op, mail));
    if (mail->file_count == 0) return GMIME_OBJECT(both);

    GMimeMultipart *mixed = multipart(op, mail, "mixed");
    g_mime_multipart_add(mixed, GMIME_OBJECT(both));
    for (ptrdiff_t i = 0; i < mail->file_count; i++)
        g_mime_multipart_add(mixed, file_part(op, &mail->files[i]));
    return GMIME_OBJECT(mixed);
}

static void add_address(struct op *op, GMimeMessage *message, GMimeAddressType type, str name,
                        str address)
{
    const char *shown = name.len > 0 ? str_z(op->mem, name) : NULL;
    g_mime_message_add_mailbox(message, type, shown, str_z(op->mem, address));
}

static str full_message_id(struct op *op, const struct mail *mail)
{
    if (str_find(mail->message_id, S("@")) >= 0) return mail->message_id;
    str host = str_cut(mail->from, '@').tail;
    return str_printf(op->mem, "%.*s@%.*s", STR(mail->message_id), STR(host));
}

static void add_headers(struct op *op, GMimeMessage *message, const struct mail *mail)
{
    add_address(op, message, GMIME_ADDRESS_TYPE_FROM, mail->from_name, mail->from);
    add_address(op, message, GMIME_ADDRESS_TYPE_TO, mail->to_name, mail->to);
    if (mail->reply_to.len > 0)
        add_address(op, message, GMIME_ADDRESS_TYPE_REPLY_TO, S(""), mail->reply_to);
    g_mime_message_set_subject(message, str_z(op->mem, mail->subject), "utf-8");
    g_mime_message_set_message_id(message, str_z(op->mem, full_message_id(op, mail)));
    GDateTime *sent = g_date_time_new_from_unix_utc(mail->at / SECOND_US);
    if (sent) { /* NULL: beyond the year 9999 */
        g_mime_message_set_date(message, sent);
        g_date_time_unref(sent);
    }
    /* So that out-of-office notes are not sent back (RFC 3834). */
    g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", "utf-8");
    if (mail->unsubscribe.len == 0) return;
    const char *list = str_z(op->mem, str_printf(op->mem, "<%.*s>", STR(mail->unsubscribe)));
    g_mime_object_set_header(GMIME_OBJECT(message), "List-Unsubscribe", list, "utf-8");
    g_mime_object_set_header(GMIME_OBJECT(message), "List-Unsubscribe-Post",
                             "List-Unsubscribe=One-Click", "utf-8");
}

static void close_options(void *options)
{
    g_mime_format_options_free(options);
}

bool mail_compose(struct op *op, const struct mail *mail, str *out)
{
    if (!mail_check(op, mail)) return false;
    mime_ready();
    GMimeMessage *message = kept(op, g_mime_message_new(TRUE));
    add_headers(op, message, mail);
    GMimeObject *content = body(op, mail); /* GMime writes its headers among the mail's */
    if (mail->language.len > 0)
        g_mime_object_set_header(content, "Content-Language", str_z(op->mem, mail->language),
                                 "utf-8");
    g_mime_message_set_mime_part(message, content);

    GMimeFormatOptions *options = g_mime_format_options_new();
    arena_defer(op->mem, close_options, options);
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GMimeStream *stream = kept(op, g_mime_stream_mem_new());
    if (g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream) < 0)
        return op_broken(op, ERR_INTERNAL, "GMime could not write a mail");
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    *out = str_copy(op->mem, (str){(const char *)bytes->data, (ptrdiff_t)bytes->len});
    return true;
}

/* ---- reading ---- */

static str copy_z(struct op *op, const char *z)
{
    return str_copy(op->mem, str_of(z));
}

/* The end of the encoded word ("=?utf-8?B?…?=") that begins at `from`; -1: it is none. */
static ptrdiff_t encoded_word_end(str s, ptrdiff_t from)
{
    ptrdiff_t at = from + 2;
    for (int marks = 0; marks < 2; marks++) { /* after the charset, after the encoding */
        ptrdiff_t next = str_find(str_from(s, at), S("?"));
        if (next < 0) return -1;
        at += next + 1;
    }
    ptrdiff_t end = str_find(str_from(s, at), S("?="));
    return end < 0 ? -1 : at + end + 2;
}

static void add_decoded(struct text *t, struct op *op, str piece)
{
    char *decoded = g_mime_utils_header_decode_text(NULL, str_z(op->mem, piece));
    text_add(t, str_copy(op->mem, str_of(decoded)));
    g_free(decoded);
}

/* GMime 3.2.13 loses all but the first of several encoded words in a row, so it gets one at a
 * time. White space between two of them does not count. */
static str decoded_header(struct op *op, str raw)
{
    struct text t = {.mem = op->mem};
    bool after_word = false;
    raw = str_trim(raw);
    while (raw.len > 0) {
        ptrdiff_t from = str_find(raw, S("=?"));
        ptrdiff_t end = from < 0 ? -1 : encoded_word_end(raw, from);
        if (end < 0) {
            add_decoded(&t, op, raw);
            break;
        }
        str before = str_head(raw, from);
        if (!after_word || str_trim(before).len > 0) add_decoded(&t, op, before);
        add_decoded(&t, op, str_head(str_from(raw, from), end - from));
        raw = str_from(raw, end);
        after_word = true;
    }
    return text_str(&t);
}

static str subject_of(struct op *op, GMimeMessage *message)
{
    GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
    GMimeHeader *header = g_mime_header_list_get_header(headers, "Subject");
    if (!header) return S("");
    char *raw = g_mime_utils_header_unfold(g_mime_header_get_raw_value(header));
    str unfolded = copy_z(op, raw);
    g_free(raw);
    return decoded_header(op, unfolded);
}

static str addresses(struct op *op, GMimeMessage *message, GMimeAddressType type)
{
    InternetAddressList *list = g_mime_message_get_addresses(message, type);
    char *text = list ? internet_address_list_to_string(list, NULL, FALSE) : NULL;
    str copy = copy_z(op, text);
    g_free(text);
    return copy;
}

/* With line feeds only: mails end their lines with CR LF. */
static str text_of(struct op *op, GMimeTextPart *part)
{
    char *decoded = g_mime_text_part_get_text(part);
    str all = str_of(decoded);
    struct text t = {.mem = op->mem};
    for (ptrdiff_t i = 0; i < all.len; i++)
        if (all.at[i] != '\r') text_char(&t, all.at[i]);
    g_free(decoded);
    return str_utf8(text_str(&t)) ? text_str(&t) : S("");
}

static void read_bytes(struct op *op, GMimePart *part, str *out)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (!content) return;
    GMimeStream *stream = kept(op, g_mime_stream_mem_new());
    if (g_mime_data_wrapper_write_to_stream(content, stream) < 0) return;
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    *out = str_copy(op->mem, (str){(const char *)bytes->data, (ptrdiff_t)bytes->len});
}

static void read_file(struct op *op, GMimePart *part, struct mailbox_mail *out)
{
    if (out->head.file_count == MAILBOX_FILES_MAX) return;
    struct mail_file *file = &out->files[out->head.file_count++];
    char *type =
        g_mime_content_type_get_mime_type(g_mime_object_get_content_type(GMIME_OBJECT(part)));
    const char *name = g_mime_part_get_filename(part);
    *file = (struct mail_file){.name = copy_z(op, name), .type = copy_z(op, type)};
    g_free(type);
    read_bytes(op, part, &file->bytes);
}

static bool is_logo(GMimeObject *object)
{
    const char *id = g_mime_object_get_content_id(object);
    return id && str_eq(str_of(id), S(LETTER_LOGO_ID));
}

static void read_part(struct op *op, GMimeObject *object, struct mailbox_mail *out)
{
    if (!GMIME_IS_PART(object)) return;
    GMimePart *part = GMIME_PART(object);
    bool attached = g_mime_part_is_attachment(part) || !GMIME_IS_TEXT_PART(object);
    GMimeContentType *type = g_mime_object_get_content_type(object);
    if (is_logo(object))
        read_bytes(op, part, &out->logo);
    else if (attached)
        read_file(op, part, out);
    else if (g_mime_content_type_is_type(type, "text", "html") && out->html.len == 0)
        out->html = text_of(op, GMIME_TEXT_PART(object));
    else if (out->text.len == 0)
        out->text = text_of(op, GMIME_TEXT_PART(object));
}

static void close_iterator(void *iterator)
{
    g_mime_part_iter_free(iterator);
}

static void read_parts(struct op *op, GMimeMessage *message, struct mailbox_mail *out)
{
    enum { PARTS_MAX = 100 };
    GMimePartIter *parts = g_mime_part_iter_new(GMIME_OBJECT(message));
    arena_defer(op->mem, close_iterator, parts);
    for (int i = 0; i < PARTS_MAX && g_mime_part_iter_is_valid(parts); i++) {
        read_part(op, g_mime_part_iter_get_current(parts), out);
        if (!g_mime_part_iter_next(parts)) break;
    }
}

static void read_headers(struct op *op, GMimeMessage *message, struct mailbox_mail *out)
{
    GDateTime *sent = g_mime_message_get_date(message);
    out->head.at = sent ? g_date_time_to_unix(sent) * SECOND_US : 0;
    out->head.from = addresses(op, message, GMIME_ADDRESS_TYPE_FROM);
    out->head.to = addresses(op, message, GMIME_ADDRESS_TYPE_TO);
    out->reply_to = addresses(op, message, GMIME_ADDRESS_TYPE_REPLY_TO);
    out->head.subject = subject_of(op, message);
    out->message_id = copy_z(op, g_mime_message_get_message_id(message));
    GMimeObject *content = g_mime_message_get_mime_part(message);
    if (content) out->language = copy_z(op, g_mime_object_get_header(content, "Content-Language"));
}

bool mime_read(struct op *op, str bytes, struct mailbox_mail *out)
{
    mime_ready();
    *out = (struct mailbox_mail){0};
    GMimeStream *stream = kept(op, g_mime_stream_mem_new_with_buffer(bytes.at, (size_t)bytes.len));
    GMimeParser *parser = kept(op, g_mime_parser_new_with_stream(stream));
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (!message) return op_fail(op, ERR_INVALID, NULL, "This file is not a mail.");
    kept(op, message);
    read_headers(op, message, out);
    read_parts(op, message, out);
    return true;
}
