#include "domain/notices/mailer.h"

#include <assert.h>
#include <string.h>

#define ADDRESS_MAX 254 /* RFC 5321, as corrected by its errata */
#define HEADER_MAX  900

bool mail_address_ok(str address)
{
    if (address.len < 3 || address.len > ADDRESS_MAX || !str_utf8(address)) return false;
    struct str_pair parts = str_cut(address, '@');
    if (!parts.found || parts.head.len == 0 || parts.tail.len == 0) return false;
    if (str_find(parts.tail, S("@")) >= 0 || str_find(address, S("..")) >= 0) return false;
    for (ptrdiff_t i = 0; i < address.len; i++) {
        unsigned char c = (unsigned char)address.at[i];
        if (c <= ' ' || c == 0x7f || memchr("<>()[]\\,;:\"", c, 11)) return false;
    }
    return address.at[0] != '.' && address.at[0] != '-' && !str_ends(parts.head, S(".")) &&
           !str_starts(parts.tail, S(".")) && !str_starts(parts.tail, S("-"));
}

static bool is_one_line(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c < ' ' || c == 0x7f) return false;
    }
    return s.len <= HEADER_MAX && str_utf8(s);
}

static bool check_line(struct op *op, const char *field, str value)
{
    if (is_one_line(value)) return true;
    return op_fail(op, ERR_INVALID, field,
                   "The %s of a mail is one line of at most %d bytes, without control characters.",
                   field, HEADER_MAX);
}

static bool check_address(struct op *op, const char *field, str address)
{
    if (mail_address_ok(address)) return true;
    return op_fail(op, ERR_INVALID, field,
                   "“%.*s” is not an e-mail address. It should look like anna@example.com.",
                   (int)(address.len < 80 ? address.len : 80), address.at);
}

static bool check_files(struct op *op, const struct mail *mail)
{
    for (ptrdiff_t i = 0; i < mail->file_count; i++) {
        if (!check_line(op, "file", mail->files[i].name)) return false;
        if (!check_line(op, "file", mail->files[i].type)) return false;
    }
    return true;
}

bool mail_check(struct op *op, const struct mail *mail)
{
    if (!check_line(op, "subject", mail->subject)) return false;
    if (!check_line(op, "from_name", mail->from_name)) return false;
    if (!check_line(op, "to_name", mail->to_name)) return false;
    if (!check_line(op, "language", mail->language)) return false;
    if (!check_line(op, "message_id", mail->message_id)) return false;
    if (!check_line(op, "unsubscribe", mail->unsubscribe)) return false;
    if (!check_address(op, "from", mail->from)) return false;
    if (!check_address(op, "to", mail->to)) return false;
    if (mail->reply_to.len > 0 && !check_address(op, "reply_to", mail->reply_to)) return false;
    if (!str_utf8(mail->text) || !str_utf8(mail->html))
        return op_fail(op, ERR_INVALID, "text", "The text of a mail must be UTF-8.");
    return check_files(op, mail);
}

bool mailer_send(struct op *op, const struct mailer *mailer, const struct mail *mail)
{
    assert(!op->tx); /* nobody holds a lock while a stranger answers */
    assert(mail->message_id.len > 0);
    if (!mail_check(op, mail)) return false;
    return mailer->send(op, mailer->account, mail);
}
