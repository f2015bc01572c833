#include "delivery/jobs/import_jobs.h"

#include "base/arena.h"
#include "base/lang.h"
#include "fixture.h"

struct sending {
    const char *pieces[4]; /* NULL at the end */
    const char *settings;
    int64_t id;
    struct import_file file;
    const struct actor *sender; /* NULL: the program */
    struct import_refusals refusals;
};

static bool send(struct op *op, void *arg)
{
    struct sending *s = arg;
    struct import_file file = {.kind = IMPORT_INVOICES,
                               .name = S("open.csv"),
                               .settings = str_of(s->settings),
                               .who = S("Lena")};
    op->actor = s->sender;
    if (!import_file_add(op, &file, &s->id)) return false;
    for (int i = 0; s->pieces[i]; i++)
        if (!import_file_piece(op, s->id, i, str_of(s->pieces[i]))) return false;
    return import_file_move(op, s->id, "waiting", "running", 0, S(""));
}

static bool look(struct op *op, void *arg)
{
    struct sending *s = arg;
    return import_file_get(op, s->id, &s->file);
}

static void run(struct fixture *f, struct sending *s)
{
    struct op op = fixture_op(f);
    CHECK(import_file_run(&op, f->store, s->id), "%s", fixture_why(&op));
    fixture_do(f, look, s);
}

struct result {
    int64_t run;
    struct import_summary summary;
    money *totals;
    ptrdiff_t count;
};

static bool read_result(struct op *op, void *arg)
{
    struct result *r = arg;
    return import_get(op, r->run, &r->summary, &r->totals, &r->count);
}

static void books_make(struct fixture *f)
{
    fixture_sql(f, "insert into entity (code, name, currency, created) values "
                   "('n', 'Nordwind', 'EUR', 0)");
}

ENGINES_SENTENCE(a_file_in_pieces_is_put_together_and_imported_once)
{
    struct sending s = {.pieces = {"number;customer;issued;amo",
                                   "unt\nR-1;C1;2026-04-01;1.190,00\n",
                                   "R-2;C1;2026-04-02;10,00\n"},
                        .settings = "{\"set.currency\":\"EUR\"}"};
    struct result r;
    books_make(f);
    fixture_do(f, send, &s);
    run(f, &s);
    CHECK(str_eq(s.file.state, S("done")) && s.file.run != 0, "%.*s: %.*s", STR(s.file.state),
          STR(s.file.problem));
    r.run = s.file.run;
    fixture_do(f, read_result, &r);
    CHECK(r.summary.created == 2 && r.count == 1 && r.totals[0].minor == 120000,
          "%lld created, %lld", (long long)r.summary.created, (long long)r.totals[0].minor);

    str before = fixture_digest(f);
    run(f, &s); /* the job that comes after the page */
    CHECK(str_eq(before, fixture_digest(f)), "it was run again");
}

ENGINES_SENTENCE(what_stands_in_the_way_is_kept_with_the_file)
{
    struct sending s = {.pieces = {"number;customer;issued;amount\nR-1;C1;2026-04-01;1,00\n"},
                        .settings = "{\"map.number\":\"no such column\"}"};
    books_make(f);
    fixture_do(f, send, &s);
    run(f, &s);
    CHECK(str_eq(s.file.state, S("failed")) && str_find(s.file.problem, S("no such column")) >= 0,
          "%.*s: %.*s", STR(s.file.state), STR(s.file.problem));
}

static bool read_refusals(struct op *op, void *arg)
{
    struct sending *s = arg;
    return import_refusals(op, s->file.run, 0, 10, &s->refusals);
}

static str refused_for(struct fixture *f, struct sending *s)
{
    fixture_do(f, send, s);
    run(f, s);
    fixture_do(f, read_refusals, s);
    CHECK(s->refusals.count == 1, "%td refused", s->refusals.count);
    return s->refusals.at[0].reason;
}

ENGINES_SENTENCE(refused_rows_are_told_in_the_language_of_who_sent_the_file)
{
    struct sending s = {.pieces = {"number;customer;issued;amount\n;C1;2026-04-01;1,00\n"},
                        .settings = "{\"set.currency\":\"EUR\"}"};
    struct actor lena = {.kind = ACTOR_PERSON, .id = 1, .name = S("Lena")};
    struct actor key = {.kind = ACTOR_KEY, .id = 1, .lang = lang_find(S("de"))};
    books_make(f);
    s.sender = &lena;
    str english = refused_for(f, &s);
    CHECK(str_eq(english, S("There is no number.")), "%.*s", STR(english));
    s.sender = &key;
    english = refused_for(f, &s);
    CHECK(str_eq(english, S("There is no number.")), "a program reads %.*s", STR(english));
    lena.lang = lang_find(S("de"));
    s.sender = &lena;
    str german = refused_for(f, &s);
    CHECK(str_eq(german, str_of(say(lena.lang, "There is no number."))) &&
              !str_eq(german, S("There is no number.")),
          "%.*s", STR(german));
}

ENGINES_SENTENCE(settings_come_back_as_they_were_said)
{
    struct import_setting said[] = {{S("map.number"), S("Beleg \"Nr.\"")},
                                    {S("set.currency"), S("EUR")},
                                    {S("round"), S("half-up")},
                                    {S("terms"), S("")},
                                    {S("dry_run"), S("1")}};
    struct import_settings in = {said, COUNT(said)}, out;
    struct import_options options = {0};
    struct op op = fixture_op(f);
    str text = import_settings_text(f->mem, &in);
    CHECK(import_settings_from(&op, text, &out), "%s", fixture_why(&op));
    CHECK(out.count == 4, "%td settings", out.count);
    CHECK(import_settings_read(&op, &out, &options), "%s", fixture_why(&op));
    CHECK(str_eq(options.mapping.of[FIELD_NUMBER].column, S("Beleg \"Nr.\"")) &&
              str_eq(options.mapping.of[FIELD_CURRENCY].value, S("EUR")) &&
              options.round == ROUND_HALF_UP && options.dry_run && !options.all_or_nothing,
          "%.*s", STR(text));
}

TESTS(ENGINES_TEST(a_file_in_pieces_is_put_together_and_imported_once),
      ENGINES_TEST(what_stands_in_the_way_is_kept_with_the_file),
      ENGINES_TEST(refused_rows_are_told_in_the_language_of_who_sent_the_file),
      ENGINES_TEST(settings_come_back_as_they_were_said))
