/* A mailbox on a server, by IMAP (RFC 3501) through libcurl: the mails that are not marked as
 * answered are fetched one by one, and marked when they were taken. */
#include "adapters/mail/inbox_kinds.h"
#include "adapters/mail/report.h"
#include "adapters/mail/server_url.h"
#include "base/arena.h"

#include <curl/curl.h>
#include <string.h>

enum { TOTAL_MS = 60000, LIST_BYTES_MAX = 64 << 10 };

struct mailbox {
    struct server_url server;
    const char *path; /* the URL with the mailbox's name: "imap://host/INBOX" */
};

/* libcurl calls back with this; it may not use an arena. */
struct answer {
    char *at;
    size_t len, room;
    char error[CURL_ERROR_SIZE];
};

static size_t take_bytes(char *from, size_t one, size_t len, void *arg)
{
    struct answer *a = arg;
    (void)one;
    if (a->len + len > a->room) return 0; /* ends the transfer with an error */
    memcpy(a->at + a->len, from, len);
    a->len += len;
    return len;
}

static void close_curl(void *curl)
{
    curl_easy_cleanup(curl);
}

static bool ask(struct op *op, CURL *c, const char *url, const char *command, struct answer *a)
{
    a->len = 0, a->error[0] = 0;
    CURLcode code;
    if (curl_easy_setopt(c, CURLOPT_URL, url) ||
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, command) ||
        curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_bytes) ||
        curl_easy_setopt(c, CURLOPT_WRITEDATA, a) ||
        curl_easy_setopt(c, CURLOPT_ERRORBUFFER, a->error))
        return op_broken(op, ERR_INTERNAL, "libcurl refuses an option for IMAP");
    code = curl_easy_perform(c);
    if (code == CURLE_OK) return true;
    return op_broken(op, ERR_UPSTREAM, "imap: %s: %s", command ? command : "fetch",
                     a->error[0] ? a->error : curl_easy_strerror(code));
}

/* "* SEARCH 4 7 9" */
static ptrdiff_t uids_of(str list, int64_t uids[INBOX_BATCH + 1])
{
    ptrdiff_t count = 0, at = str_find(list, S("SEARCH"));
    str rest = at < 0 ? S("") : str_cut(str_from(list, at + 6), '\n').head;
    while (rest.len > 0 && count <= INBOX_BATCH) {
        rest = str_trim(rest);
        struct str_pair word = str_cut(rest, ' ');
        if (!str_to_i64(word.head, &uids[count]) || uids[count] < 1) break;
        count++;
        rest = word.tail;
    }
    return count;
}

static bool take_one(struct op *op, CURL *c, const struct mailbox *box, int64_t uid,
                     const struct inbox_take *take, struct answer *a)
{
    const char *url = str_z(op->mem, str_printf(op->mem, "%s/;UID=%lld/;PARTIAL=0.%d", box->path,
                                                (long long)uid, (int)REPORT_BYTES_MAX));
    const char *mark =
        str_z(op->mem, str_printf(op->mem, "UID STORE %lld +FLAGS.SILENT (\\Answered \\Seen)",
                                  (long long)uid));
    if (!ask(op, c, url, NULL, a)) return false;
    if (!take->take(op, (str){a->at, (ptrdiff_t)a->len}, take->arg)) return false;
    return ask(op, c, box->path, mark, a);
}

static bool imap_read(struct op *op, const struct inbox *inbox, const struct inbox_take *take,
                      bool *more)
{
    const struct mailbox *box = inbox->account;
    struct answer *a = arena_new(op->mem, struct answer);
    int64_t uids[INBOX_BATCH + 1];
    CURL *c = curl_easy_init();
    if (!c) return op_broken(op, ERR_INTERNAL, "libcurl gives no handle");
    arena_defer(op->mem, close_curl, c);
    a->room = REPORT_BYTES_MAX + LIST_BYTES_MAX;
    a->at = arena_array(op->mem, char, (ptrdiff_t)a->room);
    if (!server_url_set(&box->server, c) || curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)TOTAL_MS))
        return op_broken(op, ERR_INTERNAL, "libcurl refuses an option for IMAP");
    if (!ask(op, c, box->path, "UID SEARCH UNANSWERED UNDELETED", a)) return false;
    ptrdiff_t count = uids_of((str){a->at, (ptrdiff_t)a->len}, uids);
    *more = count > INBOX_BATCH;
    struct arena_mark mark = arena_mark(op->mem);
    for (ptrdiff_t i = 0; i < count && i < INBOX_BATCH; i++) {
        if (!take_one(op, c, box, uids[i], take, a)) return false;
        arena_rewind(op->mem, mark);
    }
    return true;
}

bool inbox_imap(struct op *op, str url, struct inbox *out)
{
    struct mailbox *box = arena_new(op->mem, struct mailbox);
    if (!server_url_read(op, url, "imap", &box->server)) return false;
    str plain = str_of(box->server.url);
    while (str_ends(plain, S("/"))) plain.len--;
    ptrdiff_t host = str_find(plain, S("://")) + 3;
    bool named = str_find(str_from(plain, host), S("/")) >= 0;
    box->path = str_z(op->mem, str_printf(op->mem, "%.*s%s", STR(plain), named ? "" : "/INBOX"));
    *out = (struct inbox){.account = box, .read = imap_read};
    return true;
}
