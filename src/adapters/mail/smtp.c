/* Mail by SMTP, through libcurl: one connection a mail, TLS unless the server is this machine. */
#include "adapters/mail/mailers.h"
#include "adapters/mail/mime.h"
#include "adapters/mail/server_url.h"
#include "base/arena.h"
#include "base/text.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    TOTAL_MS = 60000,
    SAID_BYTES_MAX = 2048, /* of the server's last answers: for the log */
};

/* libcurl calls back with this; it may not use an arena. */
struct sending {
    const struct server_url *smtp;
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

static void close_curl(void *curl)
{
    curl_easy_cleanup(curl);
}

static void close_list(void *list)
{
    curl_slist_free_all(list);
}

static bool set_limits(CURL *c, const struct server_url *smtp)
{
    return server_url_set(smtp, c) && !curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)TOTAL_MS);
}

static bool set_callbacks(CURL *c, struct sending *s)
{
    return !curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) &&
           !curl_easy_setopt(c, CURLOPT_READFUNCTION, give_mail) &&
           !curl_easy_setopt(c, CURLOPT_READDATA, s) &&
           !curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_line) &&
           !curl_easy_setopt(c, CURLOPT_HEADERDATA, s) &&
           !curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->error);
}

static bool set_envelope(struct op *op, CURL *c, const struct server_url *smtp,
                         const struct mail *mail)
{
    const char *from = str_z(op->mem, str_printf(op->mem, "<%.*s>", STR(mail->from)));
    const char *to = str_z(op->mem, str_printf(op->mem, "<%.*s>", STR(mail->to)));
    struct curl_slist *list = curl_slist_append(NULL, to);
    if (!list) return false;
    arena_defer(op->mem, close_list, list);
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
    const struct server_url *smtp = account;
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

bool mailer_smtp(struct op *op, str text, const struct mailer **out)
{
    struct server_url *server = arena_new(op->mem, struct server_url);
    if (!server_url_read(op, text, "smtp", server)) return false;
    struct mailer *mailer = arena_new(op->mem, struct mailer);
    *mailer = (struct mailer){.name = "smtp", .account = server, .send = smtp_send};
    *out = mailer;
    return true;
}
