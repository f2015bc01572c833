#include "base/op.h"

#include "base/arena.h"
#include "base/lang.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_BYTES_MAX = 2000 };

/* A message may quote what a stranger sent, so it has an end; never inside of a character. */
static str format_list(struct arena *mem, const char *format, va_list args)
{
    char text[MESSAGE_BYTES_MAX];
    int len = vsnprintf(text, sizeof text, format, args);
    str whole = {text, len < 0 ? 0 : len};
    if (whole.len >= MESSAGE_BYTES_MAX) {
        whole.len = MESSAGE_BYTES_MAX - 1;
        while (whole.len > 0 && ((unsigned char)text[whole.len - 1] & 0xC0) == 0x80) whole.len--;
        if (whole.len > 0) whole.len--; /* the first byte of the character that was cut */
    }
    char *copy = arena_alloc_if(mem, 1, 1, whole.len + 1);
    return copy ? (str){memcpy(copy, text, (size_t)whole.len), whole.len} : S("(no memory)");
}

/* What a person reads when the words are for the log. */
static const char invalid[] = N_("Please check what you entered.");
static const char denied[] = N_("You are not allowed to do this.");
static const char missing[] = N_("This does not exist, or not any more.");
static const char conflict[] = N_("Somebody else changed this first. Please look again.");
static const char busy[] = N_("We are busy. Please try again in a moment.");
static const char full[] =
    N_("There is no room left on our side to keep this, so nothing was changed. Please try again "
       "later.");
static const char upstream[] = N_("Another service did not answer. Please try again later.");
static const char internal[] = N_("Something went wrong on our side. We have been told.");

static const char no_memory[] = "there was no memory to tell more";

/* An error that there is no memory for. That something failed must not get lost, and whoever tells
 * of it may hold locks and results: telling never leaves (see arena.h). */
static const struct err untold[] = {
    [ERR_INVALID] = {.kind = ERR_INVALID,
                     .message = {invalid, sizeof invalid - 1},
                     .detail = {no_memory, sizeof no_memory - 1},
                     .where = ""},
    [ERR_DENIED] = {.kind = ERR_DENIED,
                    .message = {denied, sizeof denied - 1},
                    .detail = {no_memory, sizeof no_memory - 1},
                    .where = ""},
    [ERR_MISSING] = {.kind = ERR_MISSING,
                     .message = {missing, sizeof missing - 1},
                     .detail = {no_memory, sizeof no_memory - 1},
                     .where = ""},
    [ERR_CONFLICT] = {.kind = ERR_CONFLICT,
                      .message = {conflict, sizeof conflict - 1},
                      .detail = {no_memory, sizeof no_memory - 1},
                      .where = ""},
    [ERR_BUSY] = {.kind = ERR_BUSY,
                  .message = {busy, sizeof busy - 1},
                  .detail = {no_memory, sizeof no_memory - 1},
                  .where = ""},
    [ERR_FULL] = {.kind = ERR_FULL,
                  .message = {full, sizeof full - 1},
                  .detail = {no_memory, sizeof no_memory - 1},
                  .where = ""},
    [ERR_UPSTREAM] = {.kind = ERR_UPSTREAM,
                      .message = {upstream, sizeof upstream - 1},
                      .detail = {no_memory, sizeof no_memory - 1},
                      .where = ""},
    [ERR_INTERNAL] = {.kind = ERR_INTERNAL,
                      .message = {internal, sizeof internal - 1},
                      .detail = {no_memory, sizeof no_memory - 1},
                      .where = ""},
};

/* NULL: there is no memory, and it is told as well as can be. */
static struct err *err_add(struct op *op, enum err_kind kind, const char *where)
{
    struct err *err = arena_alloc_if(op->mem, sizeof *err, _Alignof(struct err), 1);
    if (err) *err = (struct err){.next = op->errs, .kind = kind, .where = where};
    op->errs = err ? err : &untold[kind];
    return err;
}

void op_fail_at(struct op *op, enum err_kind kind, const char *field, const char *where,
                const char *message, ...)
{
    struct err *err = err_add(op, kind, where);
    if (!err) return;
    va_list args;
    va_start(args, message);
    err->field = field;
    err->message = format_list(op->mem, say(op_lang(op), message), args);
    va_end(args);
}

const struct lang *op_lang(const struct op *op)
{
    return op->actor ? op->actor->lang : NULL;
}

str op_actor_name(const struct op *op)
{
    return op->actor && op->actor->name.at ? op->actor->name : S("Quittance");
}

void op_broken_at(struct op *op, enum err_kind kind, const char *where, const char *detail, ...)
{
    struct err *err = err_add(op, kind, where);
    if (!err) return;
    va_list args;
    va_start(args, detail);
    err->message = str_of(say(op_lang(op), untold[kind].message.at));
    err->detail = format_list(op->mem, detail, args);
    va_end(args);
}
