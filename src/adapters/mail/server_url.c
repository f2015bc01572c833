#include "adapters/mail/server_url.h"

#include "adapters/net/address.h"
#include "base/arena.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { CONNECT_MS = 10000, PASSWORD_BYTES_MAX = 512 };

/* ---- reading it ---- */

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

static bool read_account(struct op *op, CURLU *url, struct server_url *out)
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
static bool plain_url(struct op *op, CURLU *url, struct server_url *out)
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

bool server_url_read(struct op *op, str text, const char *scheme, struct server_url *out)
{
    CURLU *url = curl_url();
    *out = (struct server_url){0};
    if (!url) return op_broken(op, ERR_INTERNAL, "libcurl gives no URL");
    arena_defer(op->mem, close_url, url);
    str safe = str_printf(op->mem, "%ss", scheme);
    if (curl_url_set(url, CURLUPART_URL, str_z(op->mem, text), CURLU_NON_SUPPORT_SCHEME))
        return op_fail(op, ERR_INVALID, "mail",
                       "A mail server is %s://HOST:PORT or %ss://HOST:PORT.", scheme, scheme);
    const char *host = part(op, url, CURLUPART_HOST), *is = part(op, url, CURLUPART_SCHEME);
    assert(host && is);
    if (strcmp(is, scheme) != 0 && !str_eq(str_of(is), safe))
        return op_fail(op, ERR_INVALID, "mail",
                       "A mail server is %s://HOST:PORT or %ss://HOST:PORT.", scheme, scheme);
    out->loopback = is_loopback(host) && strcmp(is, scheme) == 0;
    return read_account(op, url, out) && plain_url(op, url, out);
}

/* ---- libcurl ---- */

/* A name that says "this machine" must be this machine: passwords and mails go there in clear. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct server_url *server = arg;
    (void)purpose;
    enum address_kind kind = address_kind(&address->addr);
    if (kind == ADDRESS_FORBIDDEN || (server->loopback && kind != ADDRESS_LOOPBACK))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool set_limits(const struct server_url *server, CURL *c)
{
    /* Without the "s" it begins in clear and must become TLS before anything is said. */
    long tls = server->loopback ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL;
    return !curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps,imap,imaps") &&
           !curl_easy_setopt(c, CURLOPT_USE_SSL, tls) &&
           !curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           !curl_easy_setopt(c, CURLOPT_PROXY, "") &&
           !curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
           !curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) &&
           !curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
}

bool server_url_set(const struct server_url *server, void *curl)
{
    CURL *c = curl;
    if (!set_limits(server, c)) return false;
    if (curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) ||
        curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, server))
        return false;
    return !server->user || (!curl_easy_setopt(c, CURLOPT_USERNAME, server->user) &&
                             !curl_easy_setopt(c, CURLOPT_PASSWORD, server->password));
}
