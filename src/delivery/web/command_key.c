#include "delivery/web/command_key.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "delivery/web/command_claims.h"
#include "delivery/web/command_key_sql.h"
#include "delivery/web/reply.h"
#include "delivery/web/route.h"

enum { KEY_LONGEST = 200, READ_BYTES = 64 * 1024, CLAIM_BYTES = 16 };
static const int64_t UNDER_WAY_LONGEST_US = MINUTE_US;

static str principal_of(struct request *rq)
{
    const struct visitor *who = &rq->who;
    struct arena *mem = rq->op.mem;
    if (who->key) return str_printf(mem, "key:%lld", (long long)who->key);
    if (who->person) return str_printf(mem, "person:%lld", (long long)who->person);
    return str_printf(mem, "browser:%.*s", STR(crypto_digest(mem, rq->browser)));
}

/* A file counts with its contents: the digest of the digest so far and the next piece. */
static str file_digest(struct arena *mem, const char *path)
{
    str digest = S("");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return digest;
    char *piece = arena_array(mem, char, READ_BYTES);
    for (ssize_t got; (got = read(fd, piece, READ_BYTES)) > 0;) {
        str own = crypto_digest(mem, (str){piece, got});
        digest = crypto_digest(mem, str_printf(mem, "%.*s%.*s", STR(digest), STR(own)));
    }
    close(fd);
    return digest;
}

static bool is_of_the_edge(const struct typed *t)
{
    return t->kind == TYPED_FORM &&
           (str_eq(t->name, S("form_token")) || str_eq(t->name, S("form_key")));
}

static str contents_hash(struct request *rq)
{
    struct text all = {.mem = rq->op.mem};
    for (const struct typed *t = rq->typed; t; t = t->next) {
        if (is_of_the_edge(t)) continue;
        text_format(&all, "%d %td ", (int)t->kind, t->name.len); /* lengths: no two run together */
        text_add(&all, t->name);
        text_format(&all, " %td ", t->value.len);
        text_add(&all, t->value);
        if (t->kind == TYPED_FILE) text_add(&all, file_digest(rq->op.mem, t->file.path));
    }
    /* Keyed: a form may hold a password, and the database must not help to guess it. */
    return crypto_tag(rq->op.mem, rq->app->keys, KEY_FORMS, text_str(&all));
}

bool command_of(struct request *rq, struct command *out)
{
    bool api = route_is_api(rq->route);
    *out = (struct command){0};
    if (rq->method != POST || rq->route->foreign || rq->app->keyless) return true;
    out->key = api ? rq->header(rq, "Idempotency-Key") : request_typed(rq, "form_key");
    if (out->key.len == 0) return true;
    if (out->key.len > KEY_LONGEST || !str_utf8(out->key))
        return op_fail(&rq->op, ERR_INVALID, api ? "Idempotency-Key" : "form_key",
                       "This key is longer than %d characters.", KEY_LONGEST);
    out->principal = principal_of(rq);
    out->route = str_printf(rq->op.mem, "%s %.*s", method_name(rq->method), STR(rq->path));
    out->body_hash = contents_hash(rq);
    if (rq->app->claims) out->held = command_claim_hold(rq->op.mem, rq->app->claims);
    out->claim = out->held ? command_claim_name(out->held) : random_token(rq->op.mem, CLAIM_BYTES);
    return true;
}

void command_leave(const struct command *c)
{
    if (c->held) command_claim_release(c->held);
}

static struct reply replay(const struct command_find_row *found)
{
    struct reply reply = {
        .status = (int)found->status,
        .type = found->type,
        .location = found->location,
        .body = found->body,
    };
    reply.headers[0].name = "Idempotency-Replayed";
    reply.headers[0].value = S("true");
    return reply;
}

/* Whether nobody is at work on what is said to be under way. One's own claim: it was committed, and
 * the answer to the commit was lost. */
static bool is_free(const struct request *rq, const struct command *c,
                    const struct command_find_row *found)
{
    struct command_claims *claims = rq->app->claims;
    if (str_eq(found->claim, c->claim)) return true;
    switch (claims ? command_claim_state(claims, found->claim) : CLAIM_ALIEN) {
    case CLAIM_HELD: return false;
    case CLAIM_ENDED: return true;
    case CLAIM_ALIEN: break;
    }
    return found->made_at < rq->op.now - UNDER_WAY_LONGEST_US;
}

/* *taken: not if somebody else was faster. */
static bool take_over(struct request *rq, struct command *c, const struct command_find_row *found,
                      bool *taken)
{
    struct command_take_over_row row;
    c->id = found->id;
    *taken = false;
    if (!is_free(rq, c, found)) return true;
    return sql_command_take_over(
        &rq->op,
        (struct command_take_over_args){
            .id = found->id, .from = found->claim, .now = rq->op.now, .claim = c->claim},
        &row, taken);
}

bool command_claim(struct request *rq, struct command *c, bool *first, struct reply *out)
{
    struct op *op = &rq->op;
    *first = true;
    if (c->key.len == 0) return true;

    struct command_claim_row claimed;
    if (!sql_command_claim(op,
                           (struct command_claim_args){.principal = c->principal,
                                                       .key = c->key,
                                                       .route = c->route,
                                                       .body_hash = c->body_hash,
                                                       .now = op->now,
                                                       .claim = c->claim},
                           &claimed, first))
        return false;
    c->id = claimed.id;
    if (*first) return true;

    struct command_find_row found;
    if (!sql_command_find(op, (struct command_find_args){.principal = c->principal, .key = c->key},
                          &found))
        return false;
    if (!str_eq(found.route, c->route) || !str_eq(found.body_hash, c->body_hash))
        return op_fail(op, ERR_INVALID, NULL,
                       "This was sent before with other contents. Please open the page again and "
                       "start from there.");
    if (found.status > 0) {
        *out = replay(&found);
        return true;
    }
    if (!take_over(rq, c, &found, first)) return false;
    if (*first) return true;
    return op_fail(op, ERR_CONFLICT, NULL,
                   "This was sent already and is still being worked on. Please wait a moment.");
}

static bool can_be_kept(struct request *rq, const struct reply *reply)
{
    bool api = route_is_api(rq->route);
    if (reply->status >= 400 || reply->path || reply->cookies[0].name) return false;
    return api || reply->status == 303;
}

bool command_close(struct request *rq, const struct command *c, const struct reply *reply)
{
    if (c->key.len == 0) return true;
    if (!can_be_kept(rq, reply))
        return sql_command_drop(&rq->op,
                                (struct command_drop_args){.id = c->id, .claim = c->claim});
    return sql_command_answer(&rq->op, (struct command_answer_args){
                                           .id = c->id,
                                           .claim = c->claim,
                                           .status = reply->status,
                                           .type = reply->type.at ? reply->type : S(""),
                                           .location = reply->location.at ? reply->location : S(""),
                                           .body = reply->body,
                                       });
}

bool commands_orphan(struct op *op)
{
    struct commands_orphan_args args = {.since = op->now - UNDER_WAY_LONGEST_US};
    return sql_commands_orphan(op, args);
}

bool commands_forget(struct op *op, instant before)
{
    return sql_commands_forget(op, (struct commands_forget_args){.before = before});
}
