/* What does not come in: heads that two servers in a row could read differently (RFC 9112, 3.2,
 * 6.1 and 6.3), and heads that are too large. libmicrohttpd lets these pass. */
#include <string.h>

#include "delivery/web/serve.h"

struct head {
    int hosts, lengths, encodings, count;
    size_t bytes;
    str host, length, encoding;
    bool malformed;
};

/* RFC 9110, 5.6.2 and 5.5 */
static bool is_token(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", c)) return false;
    }
    return s.len > 0;
}

static bool is_value(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if ((c < ' ' && c != '\t') || c == 0x7F) return false;
    }
    return true;
}

/* Of a folded line (RFC 9112, 5.2) libmicrohttpd makes the end of the header's name, which it moves
 * away from the value for that: where they lie is all that tells. Who reads "Transfer-Encoding:",
 * line end, " chunked" as one would disagree with us about where the request ends. */
static bool is_folded(str name, str value)
{
    return (uintptr_t)value.at < (uintptr_t)(name.at + name.len);
}

static enum MHD_Result look(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len,
                            const char *value, size_t value_len)
{
    (void)kind;
    struct head *h = arg;
    str n = {name, (ptrdiff_t)name_len}, v = {value, (ptrdiff_t)value_len};
    h->count++;
    h->bytes += name_len + value_len + 4;
    if (!is_token(n) || !is_value(v) || is_folded(n, v)) h->malformed = true;
    if (str_eq_nocase(n, S("Host"))) h->hosts++, h->host = v;
    if (str_eq_nocase(n, S("Content-Length"))) h->lengths++, h->length = v;
    if (str_eq_nocase(n, S("Transfer-Encoding"))) h->encodings++, h->encoding = v;
    return MHD_YES;
}

static bool is_host(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"#%,/<>?@\\^`{|}", c)) return false;
    }
    return s.len > 0;
}

static const char *framing_fault(const struct head *h)
{
    int64_t length;
    if (h->malformed) return N_("A header is malformed.");
    if (h->hosts != 1 || !is_host(h->host)) return N_("There must be one Host header.");
    if (h->lengths > 1) return N_("There is more than one Content-Length.");
    if (h->lengths > 0 && h->encodings > 0)
        return N_("Content-Length and Transfer-Encoding contradict each other.");
    if (h->lengths > 0 && (!str_to_i64(h->length, &length) || h->length.at[0] == '-'))
        return N_("Content-Length is not a number.");
    if (h->encodings > 1 || (h->encodings > 0 && !str_eq_nocase(h->encoding, S("chunked"))))
        return N_("Only the transfer encoding “chunked” is understood.");
    return NULL;
}

int door_check(struct MHD_Connection *mhd, const char *version, str url, bool may_have_body,
               const char **words)
{
    struct head h = {0};
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, look, &h);
    *words = N_("The address is too long.");
    if (url.len > URL_BYTES_MAX) return 414;
    *words = N_("The headers are too long.");
    if (h.bytes > HEAD_BYTES_MAX || h.count > HEADERS_MAX) return 431;
    *words = N_("This is not HTTP/1.1.");
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) return 400;
    *words = framing_fault(&h);
    if (*words) return 400;
    *words = N_("This request may not have a body.");
    if (!may_have_body && (h.encodings > 0 || (h.lengths > 0 && !str_eq(h.length, S("0")))))
        return 400;
    *words = N_("The address is malformed.");
    if (!str_starts(url, S("/"))) return 400;
    *words = NULL;
    return 0;
}
