/* Somebody who owns the database takes the triggers away and changes what happened: the chain must
 * name each deed. */
#include "domain/audit/chain.h"

#include "base/arena.h"
#include "base/clock.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "fixture.h"

#include <string.h>

enum { DEEDS = 12, ENTRIES = 3 };

static bool deeds(struct op *op, void *arg)
{
    (void)arg;
    for (int64_t i = 1; i <= DEEDS; i++) {
        str after = str_printf(op->mem, "{\"n\":%lld}", (long long)i);
        if (!audit_add(op, "thing.change", "thing", i, S(""), after)) return false;
    }
    return true;
}

static bool entries(struct op *op, void *arg)
{
    (void)arg;
    currency eur = {"EUR"};
    struct entity seller = {.code = S("main"), .name = S("N"), .currency = eur};
    int64_t entity, id;
    if (!entity_put(op, &seller, &entity)) return false;
    for (int i = 1; i <= ENTRIES; i++) {
        const struct posting postings[] = {{.gl = "1010", .amount = money_of(500 * i, eur)},
                                           {.gl = "1050", .amount = money_of(-500 * i, eur)}};
        struct entry entry = {.entity = entity,
                              .kind = "receipt",
                              .effective = clock_date(op->now, S("UTC")),
                              .idem = str_printf(op->mem, "e%d", i),
                              .postings = postings,
                              .count = COUNT(postings)};
        if (!ledger_post(op, &entry, &id)) return false;
    }
    return true;
}

static bool seal(struct op *op, void *arg)
{
    int *sealed = arg;
    return chain_seal(op, keys_for_tests(op->mem), 1000, sealed);
}

struct looking {
    const struct keys *keys;
    const struct checkpoint *kept;
    struct chain_report report;
};

static bool look(struct op *op, void *arg)
{
    struct looking *l = arg;
    return chain_verify(op, l->keys, l->kept, &l->report);
}

static bool newest(struct op *op, void *arg)
{
    return chain_checkpoint(op, arg);
}

static struct chain_report verified(struct fixture *f, const struct checkpoint *kept)
{
    struct looking l = {.keys = keys_for_tests(f->mem), .kept = kept};
    fixture_do(f, look, &l);
    return l.report;
}

static void sealed_books(struct fixture *f)
{
    int sealed;
    fixture_do(f, deeds, NULL);
    fixture_do(f, entries, NULL);
    fixture_do(f, seal, &sealed);
    CHECK(sealed == DEEDS + ENTRIES, "%d were sealed", sealed);
}

/* As an owner can, and nobody else. */
static void triggers_away(struct fixture *f)
{
    static const char *const sqlite[] = {
        "drop trigger audit_no_update", "drop trigger audit_no_delete", "drop trigger audit_waits",
        "drop trigger posting_keeps",   "drop trigger entry_posts",     "drop trigger entry_names",
        "drop trigger seal_keeps",      "drop trigger seal_stays",      "drop trigger seal_once",
    };
    static const char *const postgres[] = {
        "alter table audit disable trigger all",
        "alter table seal disable trigger all",
        "alter table seal_checkpoint disable trigger all",
        "alter table posting disable trigger all",
        "alter table entry disable trigger all",
    };
    if (f->engine == FIXTURE_POSTGRES) {
        for (ptrdiff_t i = 0; i < COUNT(postgres); i++) fixture_sql(f, postgres[i]);
        return;
    }
    for (ptrdiff_t i = 0; i < COUNT(sqlite); i++) fixture_sql(f, sqlite[i]);
    fixture_sql(f, "drop trigger seal_checkpoint_keeps");
    fixture_sql(f, "drop trigger seal_checkpoint_stays");
}

ENGINES_SENTENCE(what_was_written_once_verifies_and_is_sealed_once)
{
    int sealed;
    sealed_books(f);
    struct chain_report r = verified(f, NULL);
    CHECK(r.problem_count == 0, "%s: %s", r.problems[0].where, r.problems[0].what);
    CHECK(r.sealed == DEEDS + ENTRIES && r.waiting == 0, "%lld", (long long)r.sealed);
    CHECK(r.root.len == 64, "the root");
    fixture_do(f, seal, &sealed);
    CHECK(sealed == 0, "nothing new");
    CHECK(str_eq(verified(f, NULL).root, r.root), "the same root");
    fixture_do(f, deeds, NULL);
    r = verified(f, NULL);
    CHECK(r.problem_count == 0 && r.waiting == DEEDS, "what waits is no problem");
    fixture_do(f, seal, &sealed);
    CHECK(!str_eq(verified(f, NULL).root, r.root), "a new root");
}

ENGINES_SENTENCE(each_deed_of_an_owner_is_found_and_named)
{
    static const struct attack {
        const char *sql, *where, *what;
    } attacks[] = {
        {"update audit set actor_name = 'Nobody' where id = 5", "audit record 5", "was changed"},
        {"update audit set after = null where id = 1", "audit record 1", "was changed"},
        {"update audit set at = at + 1 where id = 12", "audit record 12", "was changed"},
        {"delete from audit where id = 7", "audit record 7", "was removed"},
        {"delete from audit where id = 12", "audit record 12", "was removed"},
        {"insert into audit (id, at, actor_kind, actor_name, action, object_kind, object, request, "
         "address) values (99, 1, 'program', 'X', 'a.b', 'c', 1, '', '')",
         "audit record 99", "was added behind the chain"},
        {"update audit set id = case id when 3 then -4 when 4 then 3 end where id in (3, 4)",
         "audit record 3", "was changed"},
        {"update posting set amount_minor = amount_minor * 2 where entry = 2", "entry 2",
         "was changed"},
        {"update entry set actor = 'Nobody' where id = 3", "entry 3", "was changed"},
        {"update seal set row_id = -row_id where n in (2, 3)", "audit record -2", "was removed"},
        {"delete from seal where n = 6", "seal 6", "is missing"},
        {"update seal set hash = (select hash from seal where n = 1) where n = 9", "audit record 9",
         "was changed"},
        {"update seal_checkpoint set hash = (select hash from seal where n = 1)", "checkpoint 15",
         "another"},
        {"update seal_checkpoint set signature = key", "checkpoint 15", "signature"},
    };
    sealed_books(f);
    triggers_away(f);
    for (ptrdiff_t i = 0; i < COUNT(attacks); i++) {
        struct op op = fixture_op(f);
        struct looking l = {.keys = keys_for_tests(f->mem)};
        fixture_sql(f, "create table kept_audit as select * from audit");
        fixture_sql(f, "create table kept_seal as select * from seal");
        fixture_sql(f, "create table kept_checkpoint as select * from seal_checkpoint");
        if (strstr(attacks[i].sql, "from seal where n = 6"))
            fixture_sql(f, "delete from seal_checkpoint");
        fixture_sql(f, attacks[i].sql);
        CHECK(store_transact(&op, f->store, TX_READ, look, &l), "%s", fixture_why(&op));
        bool named = false;
        for (ptrdiff_t k = 0; k < l.report.problem_count; k++)
            if (strcmp(l.report.problems[k].where, attacks[i].where) == 0 &&
                strstr(l.report.problems[k].what, attacks[i].what))
                named = true;
        CHECK(named, "%s: found %td, first %s: %s", attacks[i].sql, l.report.problem_count,
              l.report.problems[0].where, l.report.problems[0].what);
        fixture_sql(f, "delete from seal_checkpoint");
        fixture_sql(f, "delete from seal");
        fixture_sql(f, "delete from audit");
        fixture_sql(f, "insert into audit select * from kept_audit");
        fixture_sql(f, "insert into seal select * from kept_seal");
        fixture_sql(f, "insert into seal_checkpoint select * from kept_checkpoint");
        fixture_sql(f, "update posting set amount_minor = 1000 where entry = 2 and n = 1");
        fixture_sql(f, "update posting set amount_minor = -1000 where entry = 2 and n = 2");
        fixture_sql(f, "update entry set actor = 'Quittance' where id = 3");
        fixture_sql(f, "drop table kept_audit");
        fixture_sql(f, "drop table kept_seal");
        fixture_sql(f, "drop table kept_checkpoint");
    }
    CHECK(verified(f, NULL).problem_count == 0, "and put back, all is well");
}

ENGINES_SENTENCE(a_chain_made_anew_shows_against_a_checkpoint_kept_elsewhere)
{
    struct checkpoint kept, read;
    int sealed;
    sealed_books(f);
    fixture_do(f, newest, &kept);
    CHECK(kept.n == DEEDS + ENTRIES, "signed at once: %lld", (long long)kept.n);
    struct op op = fixture_op(f);
    CHECK(checkpoint_from(&op, checkpoint_text(f->mem, &kept), &read), "%s", fixture_why(&op));
    CHECK(verified(f, &read).problem_count == 0, "it is still true");

    triggers_away(f);
    fixture_sql(f, "update audit set actor_name = 'Nobody' where id = 5");
    fixture_sql(f, "delete from seal_checkpoint");
    fixture_sql(f, "insert into seal_wait (kind, row_id) select kind, row_id from seal order by n");
    fixture_sql(f, "delete from seal");
    fixture_do(f, seal, &sealed); /* by the program itself, with its key */
    CHECK(verified(f, NULL).problem_count == 0, "nothing shows from inside");
    struct chain_report r = verified(f, &read);
    CHECK(r.problem_count == 1 && strstr(r.problems[0].what, "made anew"), "%s",
          r.problems[0].what);
}

ENGINES_SENTENCE(an_end_that_was_cut_off_shows)
{
    struct checkpoint kept;
    sealed_books(f);
    fixture_do(f, newest, &kept);
    triggers_away(f);
    fixture_sql(f, "delete from seal_checkpoint");
    fixture_sql(f, "delete from seal where n > 10");
    struct chain_report r = verified(f, &kept);
    CHECK(r.problem_count > 0 && strstr(r.problems[0].what, "all that came after"), "%s: %s",
          r.problems[0].where, r.problems[0].what);
}

ENGINES_SENTENCE(a_checkpoint_of_another_key_is_not_believed)
{
    struct checkpoint c;
    sealed_books(f);
    fixture_do(f, newest, &c);
    c.signature = c.key;
    struct chain_report r = verified(f, &c);
    CHECK(r.problem_count == 1 && strstr(r.problems[0].what, "signature"), "not signed");
    static const char *const strange[] = {"", "quittance checkpoint\n", "hello\n1\n2\nx\ny\nz\n",
                                          "quittance checkpoint\nx\n2\nx\ny\nz\n"};
    for (ptrdiff_t i = 0; i < COUNT(strange); i++) {
        struct op op = fixture_op(f);
        CHECK(!checkpoint_from(&op, str_of(strange[i]), &c), "%s", strange[i]);
    }
}

ENGINES_SENTENCE(seals_are_as_lasting_as_what_they_cover)
{
    static const char *const attacks[] = {
        "update seal set hash = 'x'",
        "delete from seal",
        "update seal_checkpoint set hash = 'x'",
        "delete from seal_checkpoint",
    };
    sealed_books(f);
    for (ptrdiff_t i = 0; i < COUNT(attacks); i++)
        CHECK(!fixture_sql_try(f, attacks[i]), "%s", attacks[i]);
}

static bool seal_some(struct op *op, void *arg)
{
    return audit_add(op, "thing.change", "thing", 1, S(""), S("")) && seal(op, arg);
}

ENGINES_SENTENCE(sealing_is_whole_or_not_at_all)
{
    int sealed;
    (void)test_every_failure(f, seal_some, &sealed, NULL);
}

TESTS(ENGINES_TEST(what_was_written_once_verifies_and_is_sealed_once),
      ENGINES_TEST(each_deed_of_an_owner_is_found_and_named),
      ENGINES_TEST(a_chain_made_anew_shows_against_a_checkpoint_kept_elsewhere),
      ENGINES_TEST(an_end_that_was_cut_off_shows),
      ENGINES_TEST(a_checkpoint_of_another_key_is_not_believed),
      ENGINES_TEST(seals_are_as_lasting_as_what_they_cover),
      ENGINES_TEST(sealing_is_whole_or_not_at_all))
