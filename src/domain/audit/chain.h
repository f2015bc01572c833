/* The chain that shows whether anybody has tampered with the audit trail or the journal.
 *
 * Triggers refuse changes; somebody who owns the database can take the triggers away. So each row
 * of `audit` and each posted entry with its postings is sealed: seal n is BLAKE2b-256 over seal
 * n - 1 and the row. Whoever then edits, removes, adds or reorders a row must make all later seals
 * anew, and that shows against a checkpoint: the number and hash of a seal, signed by the program's
 * key (Ed25519), which anybody may keep elsewhere and compare later.
 *
 * What it cannot show: a row that was removed before it was sealed (seconds), and one that was
 * added through the front door, with the triggers in place: that is sealed as what it is, new.
 *
 * Rows wait in `seal_wait`, written by triggers in their own transaction, so that nothing is
 * forgotten however transactions overlap. */
#ifndef AUDIT_CHAIN_H
#define AUDIT_CHAIN_H

#include "base/crypto.h"
#include "base/op.h"

/* Seals what waits, at most `most` rows, and signs a checkpoint when the last one is an hour old or
 * was signed by another key.
 * In a transaction; only one of them at a time. */
bool chain_seal(struct op *op, const struct keys *keys, int most, int *sealed) MUST_USE;

struct checkpoint {
    int64_t n; /* 0: there is none yet */
    instant at;
    str hash, key, signature; /* hex */
};
bool chain_checkpoint(struct op *op, struct checkpoint *out) MUST_USE; /* the newest */
/* Five lines that a person can keep, and as they are read again. */
str checkpoint_text(struct arena *mem, const struct checkpoint *c);
bool checkpoint_from(struct op *op, str text, struct checkpoint *out) MUST_USE;

enum { CHAIN_PROBLEMS_MAX = 100 };
struct chain_report {
    int64_t sealed, waiting;
    str root; /* the last seal's hash; empty: there is none */
    struct chain_problem {
        char what[128], where[64]; /* "was removed; seal 12 covers it", "audit record 7" */
    } * problems;
    ptrdiff_t problem_count; /* the first hundred */
};
/* Makes every seal again, and compares. `keys` NULL: checkpoints are held to be signed by whom
 * they say. `kept`: a checkpoint from elsewhere, or NULL. In a transaction; constant memory. */
bool chain_verify(struct op *op, const struct keys *keys, const struct checkpoint *kept,
                  struct chain_report *out) MUST_USE;

#endif
