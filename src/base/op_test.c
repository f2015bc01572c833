#include "base/op.h"

#include "base/lang.h"

#include "test.h"

SENTENCE(a_failure_says_what_and_where)
{
    struct op op = {.mem = mem};
    bool went = op_fail(&op, ERR_INVALID, "amount", "Only %d of %s.", 3, "these");
    CHECK(!went && op.errs && !op.errs->next, "one error");
    CHECK(op.errs->kind == ERR_INVALID && strcmp(op.errs->field, "amount") == 0, "what");
    CHECK(str_eq(op.errs->message, S("Only 3 of these.")), "%.*s", STR(op.errs->message));
    CHECK(strstr(op.errs->where, "op_test.c:"), "%s", op.errs->where);
    CHECK(op.errs->detail.len == 0, "nothing for the log");
    CHECK(!op_broken(&op, ERR_BUSY, "locked by %s", "x"), "false");
    CHECK(op.errs->next && op.errs->kind == ERR_BUSY, "the newest is first");
    CHECK(str_eq(op.errs->detail, S("locked by x")), "for the log");
    CHECK(str_find(op.errs->message, S("locked")) < 0, "not for the person");
}

SENTENCE(a_failure_speaks_the_language_of_the_person)
{
    struct actor anna = {.lang = lang_find(S("de"))};
    struct op op = {.mem = mem, .actor = &anna};
    (void)op_fail(&op, ERR_DENIED, NULL, "You are not allowed to do this.");
    CHECK(str_eq(op.errs->message, S("Dazu sind Sie nicht berechtigt.")), "%.*s",
          STR(op.errs->message));
    (void)op_broken(&op, ERR_DENIED, "why");
    CHECK(str_eq(op.errs->message, S("Dazu sind Sie nicht berechtigt.")), "%.*s",
          STR(op.errs->message));
}

SENTENCE(a_long_message_ends_between_two_characters)
{
    for (int pad = 0; pad < 4; pad++) {
        char quoted[4000];
        memset(quoted, 'a', 4);
        for (int i = pad; i + 3 < (int)sizeof quoted; i += 3) memcpy(quoted + i, "\xE2\x82\xAC", 3);
        quoted[sizeof quoted - 4] = 0;
        struct op op = {.mem = mem};
        (void)op_fail(&op, ERR_INVALID, NULL, "%s", quoted);
        CHECK(op.errs->message.len > 1990 && op.errs->message.len < 2000, "%td",
              op.errs->message.len);
        CHECK(str_utf8(op.errs->message), "padded by %d", pad);
    }
}

static void fail_without_memory(void *arg)
{
    struct op *op = arg;
    (void)op_fail(op, ERR_BUSY, "amount", "Only %d.", 3);
    (void)op_broken(op, ERR_CONFLICT, "locked by %s", "x");
}

SENTENCE(without_memory_it_is_still_told_that_it_failed_and_how)
{
    (void)mem;
    struct op op = {.mem = arena_open(1)}; /* less than any error needs */
    CHECK(arena_try(op.mem, fail_without_memory, &op), "telling left");
    CHECK(op.errs && op.errs->kind == ERR_CONFLICT, "nothing is told");
    CHECK(op.errs->message.len > 20 && op.errs->detail.len > 0, "without words");
    arena_close(op.mem);
}

TESTS(TEST(without_memory_it_is_still_told_that_it_failed_and_how),
      TEST(a_failure_says_what_and_where), TEST(a_failure_speaks_the_language_of_the_person),
      TEST(a_long_message_ends_between_two_characters))
