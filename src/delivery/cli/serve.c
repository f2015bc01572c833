#include "delivery/cli/serve.h"

#include "base/arena.h"
#include "base/log.h"
#include "delivery/cli/notify.h"
#include "delivery/jobs/housekeeping.h"
#include "delivery/jobs/jobs.h"
#include "delivery/web/web.h"
#include "domain/access/hashing.h"
#include "domain/audit/chain.h"
#include "store/durability.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { JOB_THREADS = 2, WORK_TICK_MS = 1000, START_TRIES = 5 };

/* SIGTERM and SIGINT become a readable descriptor: nothing runs in a signal handler. Blocked before
 * the first thread starts, so that no thread is interrupted. */
static int stop_signals(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &stop, SFD_CLOEXEC);
}

/* The signal that stopped us is taken: whoever serves again is not stopped by it. */
static void stop_signals_end(int fd)
{
    struct signalfd_siginfo signal;
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    while (poll(&waiting, 1, 0) > 0 && read(fd, &signal, sizeof signal) > 0) {
    }
    close(fd);
}

static int processors(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

struct workers {
    const struct app *app;
    atomic_bool stop;
    pthread_t threads[JOB_THREADS];
    int count;
};

static void *work(void *arg)
{
    struct workers *w = arg;
    jobs_work(w->app, &w->stop);
    return NULL;
}

static void workers_start(struct workers *w, const struct app *app)
{
    *w = (struct workers){.app = app};
    while (w->count < JOB_THREADS && pthread_create(&w->threads[w->count], NULL, work, w) == 0)
        w->count++;
}

static void workers_stop(struct workers *w)
{
    atomic_store(&w->stop, true);
    for (int i = 0; i < w->count; i++) pthread_join(w->threads[i], NULL);
}

static bool loopback(str listen)
{
    return str_starts(listen, S("127.")) || str_starts(listen, S("[::1]")) ||
           str_starts(listen, S("localhost"));
}

/* What is told to whoever started us, and to the service manager. */
struct serving {
    void (*listening)(void *arg, int port);
    void *arg;
    struct notifier notifier;
};

static void tell_ready(void *arg, int port)
{
    struct serving *s = arg;
    s->listening(s->arg, port);
    notify_ready(&s->notifier);
}

static void tell_alive(void *arg)
{
    struct serving *s = arg;
    notify_alive(&s->notifier);
}

static bool durability_look(struct op *op, void *arg)
{
    return durability_get(op, arg);
}

/* At the start, for whoever starts it, and for the log. */
static bool tell_risks(struct cli *cli, struct program *program)
{
    struct durability d;
    if (!store_transact(cli->op, program->store, TX_READ, durability_look, &d)) return false;
    for (int i = 0; i < RISK_COUNT; i++) {
        enum durability_risk risk = (enum durability_risk)i;
        if (!d.risk[i]) continue;
        fprintf(stderr, "Warning: %s\n", durability_risk_words(risk));
        log_line(NULL, "database.risk", {"kind", str_of(durability_risk_name(risk))});
    }
    return true;
}

static bool newest_checkpoint(struct op *op, void *arg)
{
    return chain_checkpoint(op, arg);
}

bool serve_fits(struct cli *cli, struct program *program)
{
    struct op *op = cli->op;
    struct checkpoint last;
    if (config_yes(cli->config->new_key)) return true;
    if (!store_transact(op, program->store, TX_READ, newest_checkpoint, &last)) return false;
    if (last.n == 0 || str_eq(last.key, crypto_sign_key(op->mem, program->app.keys))) return true;
    return op_fail(op, ERR_CONFLICT, "keyfile",
                   "These books were used with another key file. Copy that one here (see "
                   "docs/operating/postgresql.md), or start with --new-key if it is lost.");
}

/* The answer to the first commit may be lost as any other: whether it is done nobody knows. What it
 * puts into the queue may stand there twice. */
static bool housekeep(struct cli *cli, struct program *program)
{
    struct op *op = cli->op;
    for (int tries = 1; tries <= START_TRIES; tries++) {
        op->errs = NULL;
        if (store_transact(op, program->store, TX_WRITE, housekeeping_begin, NULL)) return true;
        if (op->errs->kind != ERR_BUSY) return false;
    }
    return false;
}

bool serve_until_stopped(struct cli *cli, struct program *program,
                         void (*listening)(void *arg, int port), void *arg)
{
    const struct config *c = cli->config;
    struct workers workers;
    struct serving serving = {.listening = listening, .arg = arg};
    int64_t threads;
    if (!loopback(c->listen) && !config_yes(c->behind_proxy))
        return op_fail(cli->op, ERR_INVALID, "listen",
                       "Listening beyond this machine needs TLS in front: put nginx there (see "
                       "docs/operating/install.md) and say --behind-proxy.");
    if (!str_to_i64(c->workers, &threads) || threads < 1 || threads > 256)
        return op_fail(cli->op, ERR_INVALID, "workers", "Give 1 to 256 workers.");
    struct serve_options options = {
        .listen = c->listen,
        .workers = (int)threads,
        .behind_proxy = config_yes(c->behind_proxy),
        .stop_fd = stop_signals(),
        .listening = tell_ready,
        .alive = tell_alive,
        .listening_arg = &serving,
    };
    hashing_share((int)threads);
    notifier_open(&serving.notifier);
    if (!serve_fits(cli, program)) return false;
    bool alone = strcmp(database_engine(program->db), "sqlite") == 0;
    /* A page on SQLite waits for nobody; on PostgreSQL it does, at each statement. */
    if (alone) options.seats = processors();
    if (alone && !store_transact(cli->op, program->store, TX_WRITE, housekeeping_alone, NULL))
        return false;
    if (!housekeep(cli, program)) return false;
    if (!tell_risks(cli, program)) return false;
    workers_start(&workers, &program->app);
    bool served = web_serve(cli->op, &program->app, &options);
    workers_stop(&workers);
    stop_signals_end(options.stop_fd);
    notifier_close(&serving.notifier);
    return served;
}

static void say_listening(void *arg, int port)
{
    const struct program *program = arg;
    fprintf(stderr, "Quittance serves %.*s (port %d). Stop it with Ctrl-C.\n",
            STR(program->app.public_url), port);
}

static int serve_run(struct cli *cli)
{
    struct program program;
    if (!program_open(cli, false, &program)) return cli_fail(cli);
    if (!serve_until_stopped(cli, &program, say_listening, &program)) return cli_fail(cli);
    return EXIT_DONE;
}

static int work_run(struct cli *cli)
{
    struct program program;
    struct workers workers;
    struct notifier notifier;
    struct pollfd stop = {.fd = stop_signals(), .events = POLLIN};
    if (!program_open(cli, false, &program)) return cli_fail(cli);
    if (strcmp(database_engine(program.db), "sqlite") == 0) {
        (void)op_fail(cli->op, ERR_INVALID, "work",
                      "Only one process writes to an SQLite database, and `quittance serve` runs "
                      "its jobs too. Use PostgreSQL to spread the work.");
        return cli_fail(cli);
    }
    if (!serve_fits(cli, &program) || !tell_risks(cli, &program)) return cli_fail(cli);
    workers_start(&workers, &program.app);
    fprintf(stderr, "Quittance works on jobs. Stop it with Ctrl-C.\n");
    notifier_open(&notifier);
    notify_ready(&notifier);
    while (poll(&stop, 1, WORK_TICK_MS) == 0 || (stop.revents == 0 && errno == EINTR))
        notify_alive(&notifier);
    workers_stop(&workers);
    return EXIT_DONE;
}

const struct command serve_command = {
    .name = "serve",
    .about = "serves pages, API and webhooks, and runs the jobs",
    .text =
        "Serves the portal, the console, the API and the webhooks, and runs the background jobs, "
        "until SIGTERM or SIGINT; what is under way is finished first. Started by systemd with "
        "`Type=notify`, it says when it is ready, and that it is alive.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .run = serve_run,
};

const struct command work_command = {
    .name = "work",
    .about = "runs jobs only, in another process or on another host (PostgreSQL)",
    .text =
        "Runs the background jobs (mails, questions to the gateway, expiries) beside one or more "
        "`quittance serve` on the same PostgreSQL database, until SIGTERM or SIGINT.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .run = work_run,
};
