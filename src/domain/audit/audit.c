#include "domain/audit/audit.h"

#include "base/arena.h"
#include "domain/audit/audit_sql.h"

#include <assert.h>
#include <string.h>

static const char *const kinds[] = {
    [ACTOR_PROGRAM] = "program",
    [ACTOR_PERSON] = "person",
    [ACTOR_KEY] = "key",
};

/* Nobody yet: somebody who asks for a link, say. */
static str name_of(const struct actor *actor)
{
    if (actor->name.len) return actor->name;
    return actor->kind == ACTOR_PROGRAM ? S("Quittance") : S("");
}

bool audit_add(struct op *op, const char *action, const char *object, int64_t id, str before,
               str after)
{
    static const struct actor program = {.kind = ACTOR_PROGRAM};
    const struct actor *actor = op->actor ? op->actor : &program;
    assert(op->tx); /* the deed and its record are one transaction */
    assert(strchr(action, '.'));

    const str none = {0};
    struct audit_insert_args args = {
        .at = op->now,
        .actor_kind = str_of(kinds[actor->kind]),
        .actor = actor->id,
        .actor_name = name_of(actor),
        .action = str_of(action),
        .object_kind = str_of(object),
        .object = id,
        .before = before.len ? before : none,
        .after = after.len ? after : none,
        .request = actor->request.len ? actor->request : S(""),
        .address = actor->address.len ? actor->address : S(""),
    };
    return sql_audit_insert(op, args);
}

static enum actor_kind kind_from(str name)
{
    for (enum actor_kind kind = ACTOR_PROGRAM; kind < COUNT(kinds); kind++)
        if (str_eq(name, str_of(kinds[kind]))) return kind;
    return ACTOR_PROGRAM; /* the column's check allows no other */
}

/* Both statements answer with the same columns, and sqlgen gives each a struct of its own. */
#define ENTRY(row)                                                                                 \
    (struct audit_entry)                                                                           \
    {                                                                                              \
        .id = (row).id, .at = (row).at, .actor_kind = kind_from((row).actor_kind),                 \
        .actor = (row).actor, .actor_name = (row).actor_name, .action = (row).action,              \
        .object = (row).object_kind, .object_id = (row).object, .before = (row).before,            \
        .after = (row).after, .request = (row).request, .address = (row).address                   \
    }

bool audit_of_object(struct op *op, const char *object, int64_t id, int64_t below, int64_t limit,
                     struct audit_list *out)
{
    struct audit_by_object_args args = {
        .object_kind = str_of(object),
        .object = id,
        .below = below ? below : INT64_MAX,
        .most = limit,
    };
    struct audit_by_object_list rows;
    if (!sql_audit_by_object(op, args, &rows)) return false;
    *out = (struct audit_list){arena_array(op->mem, struct audit_entry, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = ENTRY(rows.at[i]);
    return true;
}

static bool newest(struct op *op, str actor_kind, int64_t actor, int64_t below, int64_t limit,
                   struct audit_list *out)
{
    struct audit_by_age_args args = {
        .below = below ? below : INT64_MAX,
        .actor_kind = actor_kind,
        .actor = actor,
        .most = limit,
    };
    struct audit_by_age_list rows;
    if (!sql_audit_by_age(op, args, &rows)) return false;
    *out = (struct audit_list){arena_array(op->mem, struct audit_entry, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = ENTRY(rows.at[i]);
    return true;
}

bool audit_of_actor(struct op *op, enum actor_kind kind, int64_t actor, int64_t below,
                    int64_t limit, struct audit_list *out)
{
    return newest(op, str_of(kinds[kind]), actor, below, limit, out);
}

bool audit_newest(struct op *op, int64_t below, int64_t limit, struct audit_list *out)
{
    return newest(op, S(""), 0, below, limit, out);
}
