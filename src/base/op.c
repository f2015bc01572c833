#include "base/op.h"

#include "base/arena.h"
#include "base/lang.h"

#include <stdarg.h>
#include <stdio.h>

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
    return str_copy(mem, whole);
}

static struct err *err_add(struct op *op, enum err_kind kind, const char *where)
{
    struct err *err = arena_new(op->mem, struct err);
    *err = (struct err){.next = op->errs, .kind = kind, .where = where};
    op->errs = err;
    return err;
}

void op_fail_at(struct op *op, enum err_kind kind, const char *field, const char *where,
                const char *message, ...)
{
    struct err *err = err_add(op, kind, where);
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

static const char *standard_sentence(enum err_kind kind)
{
    switch (kind) {
    case ERR_INVALID: return N_("Please check what you entered.");
    case ERR_DENIED: return N_("You are not allowed to do this.");
    case ERR_MISSING: return N_("This does not exist, or not any more.");
    case ERR_CONFLICT: return N_("Somebody else changed this first. Please look again.");
    case ERR_BUSY: return N_("We are busy. Please try again in a moment.");
    case ERR_FULL:
        return N_(
            "There is no room left on our side to keep this, so nothing was changed. Please try "
            "again later.");
    case ERR_UPSTREAM: return N_("Another service did not answer. Please try again later.");
    case ERR_INTERNAL: break;
    }
    return N_("Something went wrong on our side. We have been told.");
}

void op_broken_at(struct op *op, enum err_kind kind, const char *where, const char *detail, ...)
{
    struct err *err = err_add(op, kind, where);
    va_list args;
    va_start(args, detail);
    err->message = str_of(say(op_lang(op), standard_sentence(kind)));
    err->detail = format_list(op->mem, detail, args);
    va_end(args);
}
