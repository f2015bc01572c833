#include "domain/audit/audit.h"

#include "fixture.h"

static bool two_deeds(struct op *op, void *arg)
{
    (void)arg;
    static const struct actor anna = {
        .kind = ACTOR_PERSON,
        .id = 7,
        .name = {"Anna", 4},
        .request = {"r-1", 3},
        .address = {"192.0.2.7", 9},
    };
    if (!audit_add(op, "customer.add", "customer", 41, S(""), S("{\"name\":\"A\"}"))) return false;
    op->actor = &anna;
    bool done = audit_add(op, "customer.rename", "customer", 41, S("{\"name\":\"A\"}"),
                          S("{\"name\":\"B\"}")) &&
                audit_add(op, "customer.add", "customer", 42, S(""), S(""));
    op->actor = NULL;
    return done;
}

struct looking {
    struct audit_list of_41, older, of_anna, all;
};

static bool look(struct op *op, void *arg)
{
    struct looking *l = arg;
    return audit_of_object(op, "customer", 41, 0, 10, &l->of_41) &&
           audit_of_object(op, "customer", 41, l->of_41.at[0].id, 10, &l->older) &&
           audit_of_actor(op, ACTOR_PERSON, 7, 0, 10, &l->of_anna) &&
           audit_newest(op, 0, 2, &l->all);
}

ENGINES_SENTENCE(a_deed_is_found_by_what_it_was_done_to_and_by_who_did_it)
{
    struct looking l;
    fixture_do(f, two_deeds, NULL);
    fixture_do(f, look, &l);

    CHECK(l.of_41.count == 2 && l.older.count == 1, "%td, %td", l.of_41.count, l.older.count);
    const struct audit_entry *rename = &l.of_41.at[0], *add = &l.older.at[0];
    CHECK(str_eq(rename->action, S("customer.rename")), "%.*s", STR(rename->action));
    CHECK(str_eq(rename->before, S("{\"name\":\"A\"}")), "%.*s", STR(rename->before));
    CHECK(str_eq(rename->after, S("{\"name\":\"B\"}")), "%.*s", STR(rename->after));
    CHECK(rename->actor_kind == ACTOR_PERSON && rename->actor == 7, "who");
    CHECK(str_eq(rename->actor_name, S("Anna")), "%.*s", STR(rename->actor_name));
    CHECK(str_eq(rename->request, S("r-1")), "%.*s", STR(rename->request));
    CHECK(str_eq(rename->address, S("192.0.2.7")), "%.*s", STR(rename->address));
    CHECK(rename->at == f->now && rename->object_id == 41, "when, and what");
    CHECK(add->actor_kind == ACTOR_PROGRAM && str_eq(add->actor_name, S("Quittance")), "program");
    CHECK(add->before.len == 0, "there was nothing before");
    CHECK(l.of_anna.count == 2, "%td of Anna's", l.of_anna.count);
    CHECK(l.all.count == 2 && l.all.at[0].object_id == 42, "the newest first, and two at most");
}

ENGINES_SENTENCE(what_is_written_cannot_be_changed_or_removed)
{
    static const char *const attacks[] = {
        "update audit set actor_name = 'Nobody'",
        "update audit set after = null where id = 1",
        "delete from audit",
        "delete from audit where id = 1",
        "insert into audit (at, actor_kind, actor_name, action, object_kind, object, request, "
        "address) values (1, 'ghost', '', 'a.b', 'c', 1, '', '')",
    };
    fixture_do(f, two_deeds, NULL);
    str before = fixture_digest(f);
    for (ptrdiff_t i = 0; i < COUNT(attacks); i++)
        CHECK(!fixture_sql_try(f, attacks[i]), "%s", attacks[i]);
    if (f->engine == FIXTURE_POSTGRES) CHECK(!fixture_sql_try(f, "truncate audit"), "truncate");
    CHECK(str_eq(before, fixture_digest(f)), "and nothing was");
}

TESTS(ENGINES_TEST(a_deed_is_found_by_what_it_was_done_to_and_by_who_did_it),
      ENGINES_TEST(what_is_written_cannot_be_changed_or_removed))
