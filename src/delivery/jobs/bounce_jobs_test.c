#include "delivery/jobs/bounce_jobs.h"

#include "adapters/mail/inbox.h"
#include "delivery/app.h"
#include "domain/notices/bounces.h"
#include "domain/notices/notices.h"
#include "fixture.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE "build/tmp/bounces"
#define ID    "0d1f2e3c4b5a69788796a5b4c3d2e1f001122334@pay.nordwind.example"

struct world {
    struct app app;
    struct job job;
    struct mail_stops stops;
    struct notice_state mail;
};

static bool queue(struct op *op, void *arg)
{
    (void)arg;
    const struct notice n = {.kind = NOTICE_INVOICE,
                             .event = S("document:1:anna@hallam.example"),
                             .to = S("anna@hallam.example"),
                             .subject = S("Invoice 10-48840"),
                             .text = S("t"),
                             .html = S("h")};
    return notices_queue(op, &n);
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    return mail_stops_open(op, 10, &w->stops) && notices_get(op, 1, &w->mail);
}

/* Links suffice: the inbox moves what it read, and leaves the reports themselves. */
static void reports_lie_there(struct arena *mem)
{
    const char *reports = "test/golden/reports";
    mkdir("build", 0700), mkdir("build/tmp", 0700), mkdir(PLACE, 0700);
    mkdir(PLACE "/new", 0700), mkdir(PLACE "/cur", 0700);
    DIR *dir = opendir(reports);
    CHECK(dir, "%s", reports);
    for (const struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] == '.') continue;
        const char *to = str_printf(mem, PLACE "/new/%s", e->d_name).at;
        unlink(to);
        CHECK(link(str_printf(mem, "%s/%s", reports, e->d_name).at, to) == 0, "%s", to);
    }
    closedir(dir);
}

static void world_make(struct fixture *f, struct world *w)
{
    struct op op = fixture_op(f);
    reports_lie_there(f->mem);
    w->job = (struct job){.id = 1, .store = f->store, .app = &w->app};
    CHECK(inbox_open(&op, S("maildir:" PLACE), &w->app.bounces), "inbox");
    fixture_do(f, queue, NULL);
    fixture_sql(f, "update mail set state = 'sent', message_id = '" ID "'");
}

static bool run(struct op *op, struct store *store, void *arg)
{
    struct world *w = arg;
    w->job.store = store;
    return bounces_read_job(op, &w->job);
}

/* Every kind of report lies there, about one mail: it is stopped once, and the rest is no trouble.
 */
ENGINES_SENTENCE(what_servers_report_is_recorded_once_whatever_fails)
{
    struct world w = {0};
    world_make(f, &w);
    CHECK(test_every_failure_outside(f, run, &w, NULL) > 3, "too few calls");
    w.job.store = f->store;
    fixture_do(f, look, &w);
    CHECK(w.stops.count == 1 && str_eq(w.stops.at[0].address, S("anna@hallam.example")),
          "%td stops", w.stops.count);
    CHECK(w.mail.bounced_at > 0, "on the mail");
}

ENGINES_SENTENCE(without_a_mailbox_there_is_nothing_to_do)
{
    struct world w = {0};
    struct op op = fixture_op(f);
    w.job = (struct job){.id = 1, .store = f->store, .app = &w.app};
    CHECK(bounces_read_job(&op, &w.job), "done");
}

TESTS(ENGINES_TEST(what_servers_report_is_recorded_once_whatever_fails),
      ENGINES_TEST(without_a_mailbox_there_is_nothing_to_do))
