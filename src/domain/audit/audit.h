/* The audit trail: who did what to which thing, when, and what it was before and after.
 *
 * One row per deed, written in the transaction of the deed, so that neither exists without the
 * other. Rows are never changed or removed; triggers in the database refuse it, on both engines.
 * The actor, the request and the address come from op->actor. Secrets never go in, nor do texts
 * that people must be able to have erased: name the row, not its content. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "base/op.h"

/* `action` is "object.verb" ("membership.role"), `object` the table's word. `before` and `after`
 * are JSON objects with what changed, or empty. */
bool audit_add(struct op *op, const char *action, const char *object, int64_t id, str before,
               str after) MUST_USE;

struct audit_entry {
    int64_t id;
    instant at;
    enum actor_kind actor_kind;
    int64_t actor; /* 0: the program */
    str actor_name, action, object;
    int64_t object_id;
    str before, after; /* JSON, or empty */
    str request, address;
};
struct audit_list {
    struct audit_entry *at;
    ptrdiff_t count;
};

/* Newest first, `limit` at most, those with ids below `below`; 0: from the newest. */
bool audit_of_object(struct op *op, const char *object, int64_t id, int64_t below, int64_t limit,
                     struct audit_list *out) MUST_USE;
bool audit_of_actor(struct op *op, enum actor_kind kind, int64_t actor, int64_t below,
                    int64_t limit, struct audit_list *out) MUST_USE;
bool audit_newest(struct op *op, int64_t below, int64_t limit, struct audit_list *out) MUST_USE;

#endif
