/* Mail by SMTP, through libcurl: one connection a mail, TLS unless the server is this machine. */
#include "adapters/mail/mailers.h"
#include "adapters/mail/mime.h"
#include "adapters/net/address.h"
#include "base/arena.h"
#include "base/text.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    CONNECT_MS = 10000,
    TOTAL_MS = 60000,
    SAID_BYTES_MAX = 2048, /* of the server's last answers: for the log */
    PASSWORD_BYTES_MAX = 512,
};

struct smtp {
    const char *url, *user, *password; /* user NULL: none */
    bool loopback;                     /* the only place that may do without TLS */
};

/* libcurl calls back with this; it may not use an arena. */
struct sending {
    const struct smtp *smtp;
    str left; /* of the mail */
    char said[SAID_BYTES_MAX];
    size_t said_len;
    char error[CURL_ERROR_SIZE];
};

static size_t give_mail(char *to, size_t one, size_t room, void *arg)
{
    struct sending *s = arg;
    size_t len = one * room;
    if ((ptrdiff_t)len > s->left.len) len = (size_t)s->left.len;
    if (len > 0) memcpy(to, s->left.at, len);
    s->left = str_from(s->left, (ptrdiff_t)len);
    return len;
}

/* The last line the server said is its reason. */
static size_t take_line(char *line, size_t one, size_t len, void *arg)
{
    struct sending *s = arg;
    (void)one;
    s->said_len = len < sizeof s->said ? len : sizeof s->said;
    memcpy(s->said, line, s->said_len);
    return len;
}

/* A name that says "this machine" must be this machine: passwords and mails go there in clear. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct sending *s = arg;
    (void)purpose;
    enum address_kind kind = address_kind(&address->addr);
    if (kind == ADDRESS_FORBIDDEN || (s->smtp->loopback && kind != ADDRESS_LOOPBACK))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void close_curl(void *curl)
{
    curl_easy_cleanup(curl);
}

static void close_list(void *list)
{
    curl_slist_free_all(list);
}

static bool set_limits(CURL *c, const struct smtp *smtp)
{
    /* smtp:// begins in clear and must become TLS before anything is said; smtps:// is TLS. */
    long tls = smtp->loopback ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL;
    return !curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
           !curl_easy_setopt(c, CURLOPT_USE_SSL, tls) &&
           !curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           !curl_easy_setopt(c, CURLOPT_PROXY, "") &&
           !curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
           !curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) &&
           !curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) &&
           !curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)TOTAL_MS);
}

static bool set_callbacks(CURL *c, struct sending *s)
{
    return !curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) &&
           !curl_easy_setopt(c, CURLOPT_READFUNCTION, give_mail) &&
           !curl_easy_setopt(c, CURLOPT_READDATA, s) &&
           !curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_line) &&
           !curl_easy_setopt(c, CURLOPT_HEADERDATA, s) &&
           !curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           !curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, s) &&
           !curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->error);
}

static bool set_envelope(struct op *op, CURL *c, const struct smtp *smtp, const struct mail *mail)
{
    const char *from = str_z(op->mem, str_printf(op->mem, "<%.*s>", STR(mail->from)));
    const char *to = str_z(op->mem, str_printf(op->mem, "<%.*s>", STR(mail->to)));
    struct curl_slist *list = curl_slist_append(NULL, to);
    if (!list) return false;
    arena_defer(op->mem, close_list, list);
    if (smtp->user && (curl_easy_setopt(c, CURLOPT_USERNAME, smtp->user) ||
                       curl_easy_setopt(c, CURLOPT_PASSWORD, smtp->password)))
        return false;
    return !curl_easy_setopt(c, CURLOPT_URL, smtp->url) &&
           !curl_easy_setopt(c, CURLOPT_MAIL_FROM, from) &&
           !curl_easy_setopt(c, CURLOPT_MAIL_RCPT, list);
}

/* Final is only what is said of this recipient (5xx to RCPT) or of this mail (5xx at its end). All
 * else may be the server's trouble or our settings, and is tried again; except that a line cut
 * after the last byte leaves nobody knowing. */
static bool conclude(struct op *op, const struct sending *s, CURL *c, CURLcode code,
                     const struct mail *mail)
{
    long status = 0;
    if (code == CURLE_OK) return true;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    str said = str_trim((str){s->said, (ptrdiff_t)s->said_len});
    bool recipient = str_starts(str_of(s->error), S("RCPT failed"));
    bool whole = s->left.len == 0;
    if (recipient && status >= 500 && status < 600)
        return op_fail(op, ERR_INVALID, "to",
                       "The mail server does not accept the address %.*s: %.*s", STR(mail->to),
                       STR(said));
    if (whole && str_starts(said, S("5")))
        return op_fail(op, ERR_INVALID, NULL, "The mail server refuses this mail: %.*s", STR(said));
    if (whole && str_starts(said, S("354")))
        return op_broken(op, ERR_CONFLICT, "smtp: no answer to the whole mail: %s",
                         s->error[0] ? s->error : curl_easy_strerror(code));
    return op_broken(op, ERR_UPSTREAM, "smtp: %s; the server's last words: %.*s",
                     s->error[0] ? s->error : curl_easy_strerror(code), STR(said));
}

static bool smtp_send(struct op *op, void *account, const struct mail *mail)
{
    const struct smtp *smtp = account;
    struct sending *s = arena_new(op->mem, struct sending);
    s->smtp = smtp;
    s->left = mail->bytes;
    if (s->left.len == 0 && !mail_compose(op, mail, &s->left)) return false;
    CURL *c = curl_easy_init();
    if (!c) return op_broken(op, ERR_INTERNAL, "libcurl gives no handle");
    arena_defer(op->mem, close_curl, c);
    if (!set_limits(c, smtp) || !set_callbacks(c, s) || !set_envelope(op, c, smtp, mail))
        return op_broken(op, ERR_INTERNAL, "libcurl refuses an option for mail");
    return conclude(op, s, c, curl_easy_perform(c), mail);
}

/* ---- the URL ---- */

static void close_url(void *url)
{
    curl_url_cleanup(url);
}

/* One part of the URL, decoded; NULL: it has none. */
static const char *part(struct op *op, CURLU *url, CURLUPart which)
{
    char *z = NULL;
    if (curl_url_get(url, which, &z, CURLU_URLDECODE) || !z) return NULL;
    const char *copy = str_z(op->mem, str_of(z));
    curl_free(z);
    return copy;
}

static bool is_loopback(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (ptrdiff_t i = 0; i < COUNT(names); i++)
        if (strcmp(host, names[i]) == 0) return true;
    return false;
}

static bool read_password(struct op *op, const char *path, const char **out)
{
    char line[PASSWORD_BYTES_MAX];
    FILE *f = fopen(path, "re");
    if (!f)
        return op_fail(op, ERR_INVALID, "mail", "The password file %s cannot be read: %s.", path,
                       strerror(errno));
    size_t len = fread(line, 1, sizeof line, f);
    fclose(f);
    str password = str_trim((str){line, (ptrdiff_t)len});
    if (password.len == 0 || len == sizeof line)
        return op_fail(op, ERR_INVALID, "mail", "The password file %s does not hold a password.",
                       path);
    *out = str_z(op->mem, password);
    return true;
}

static bool read_account(struct op *op, CURLU *url, struct smtp *out)
{
    const char *query = part(op, url, CURLUPART_QUERY);
    out->user = part(op, url, CURLUPART_USER);
    out->password = part(op, url, CURLUPART_PASSWORD);
    if (query) {
        struct str_pair option = str_cut(str_of(query), '=');
        if (!str_eq(option.head, S("password_file")) || option.tail.len == 0)
            return op_fail(op, ERR_INVALID, "mail",
                           "A mail URL has one option only, password_file=PATH.");
        if (!read_password(op, str_z(op->mem, option.tail), &out->password)) return false;
    }
    if (!out->user != !out->password)
        return op_fail(op, ERR_INVALID, "mail",
                       "A mail URL names both a user and a password, or neither.");
    return true;
}

/* The address libcurl connects to: without the secrets and the option. */
static bool plain_url(struct op *op, CURLU *url, struct smtp *out)
{
    char *z = NULL;
    if (curl_url_set(url, CURLUPART_USER, NULL, 0) ||
        curl_url_set(url, CURLUPART_PASSWORD, NULL, 0) ||
        curl_url_set(url, CURLUPART_QUERY, NULL, 0) || curl_url_get(url, CURLUPART_URL, &z, 0) ||
        !z)
        return op_broken(op, ERR_INTERNAL, "libcurl cannot write a mail URL");
    out->url = str_z(op->mem, str_of(z));
    curl_free(z);
    return true;
}

bool mailer_smtp(struct op *op, str text, const struct mailer **out)
{
    struct smtp *smtp = arena_new(op->mem, struct smtp);
    CURLU *url = curl_url();
    if (!url) return op_broken(op, ERR_INTERNAL, "libcurl gives no URL");
    arena_defer(op->mem, close_url, url);
    if (curl_url_set(url, CURLUPART_URL, str_z(op->mem, text), CURLU_NON_SUPPORT_SCHEME))
        return op_fail(op, ERR_INVALID, "mail",
                       "Mail is sent to smtp://HOST:PORT or smtps://HOST:PORT.");
    const char *host = part(op, url, CURLUPART_HOST), *scheme = part(op, url, CURLUPART_SCHEME);
    assert(host && scheme);
    smtp->loopback = is_loopback(host) && strcmp(scheme, "smtp") == 0;
    if (!read_account(op, url, smtp) || !plain_url(op, url, smtp)) return false;

    struct mailer *mailer = arena_new(op->mem, struct mailer);
    *mailer = (struct mailer){.name = "smtp", .account = smtp, .send = smtp_send};
    *out = mailer;
    return true;
}
