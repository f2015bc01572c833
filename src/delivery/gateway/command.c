/* `quittance test-gateway` as a command, and as a child of another one. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "delivery/gateway/service.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARENA_BYTES = 16 << 20, START_MS = 10000, EXIT_USAGE = 2, EXIT_BROKEN = 3 };

static const char usage[] =
    "usage: quittance test-gateway [--listen 127.0.0.1:8090] [--database sqlite:gateway.db]\n"
    "                              [--merchant-url http://127.0.0.1:8080] [--key-file FILE]\n"
    "\n"
    "A payment gateway for trying things out: no money moves. docs/test-gateway.md\n";

static bool options_read(int argc, char **argv, struct test_gateway *out, int *ready_fd)
{
    static const struct option known[] = {
        {"listen", required_argument, NULL, 'l'},
        {"database", required_argument, NULL, 'd'},
        {"merchant-url", required_argument, NULL, 'm'},
        {"key-file", required_argument, NULL, 'k'},
        {"ready-fd", required_argument, NULL, 'r'}, /* test_gateway_spawn()'s own */
        {0},
    };
    int64_t fd;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'l': out->listen = str_of(optarg); break;
        case 'd': out->database = str_of(optarg); break;
        case 'm': out->merchant_url = str_of(optarg); break;
        case 'k': out->key_file = optarg; break;
        case 'r':
            if (!str_to_i64(str_of(optarg), &fd) || fd < 3 || fd > 1000) return false;
            *ready_fd = (int)fd;
            break;
        default: return false;
        }
    }
    return optind == argc;
}

static void tell_ready(void *arg, int port)
{
    const int *fd = arg;
    (void)port;
    if (*fd >= 0 && write(*fd, "r", 1) != 1) return;
}

/* SIGTERM and SIGINT become a readable descriptor: nothing runs in a signal handler. */
static int stop_signals(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    return signalfd(-1, &stop, SFD_CLOEXEC);
}

int test_gateway_main(int argc, char **argv)
{
    int ready_fd = -1;
    struct test_gateway options = {
        .listen = S("127.0.0.1:8090"),
        .database = S("sqlite:gateway.db"),
        .merchant_url = S("http://127.0.0.1:8080"),
        .key_file = "gateway.key",
        .listening = tell_ready,
        .listening_arg = &ready_fd,
    };
    if (!options_read(argc, argv, &options, &ready_fd)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    options.stop_fd = stop_signals();
    struct arena *mem = arena_open(ARENA_BYTES);
    struct op op = {.mem = mem, .now = clock_now()};
    bool served = test_gateway_serve(&op, &options);
    for (const struct err *err = op.errs; err; err = err->next)
        fprintf(stderr, "quittance: %.*s %.*s\n", STR(err->message), STR(err->detail));
    arena_close(mem);
    return served ? 0 : EXIT_BROKEN;
}

/* ---- as a child ---- */

/* Between fork and exec only what is safe in a child of a threaded program. */
static _Noreturn void become(char *const argv[], int parent)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(0); /* it ended before the line above */
    execv("/proc/self/exe", argv);
    _exit(EXIT_BROKEN);
}

static bool wait_ready(struct op *op, int fd, int pid)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char letter;
    if (poll(&ready, 1, START_MS) == 1 && read(fd, &letter, 1) == 1) return true;
    test_gateway_stop(pid);
    return op_broken(op, ERR_INTERNAL, "the test gateway did not start");
}

bool test_gateway_spawn(struct op *op, const struct test_gateway *options, int *pid)
{
    int ready[2];
    if (pipe(ready) != 0) return op_broken(op, ERR_INTERNAL, "no pipe: %s", strerror(errno));
    fcntl(ready[0], F_SETFD, FD_CLOEXEC);
    str fd = str_printf(op->mem, "%d", ready[1]);
    const char *argv[] = {
        "quittance",
        "test-gateway",
        "--listen",
        str_z(op->mem, options->listen),
        "--database",
        str_z(op->mem, options->database),
        "--merchant-url",
        str_z(op->mem, options->merchant_url),
        "--key-file",
        options->key_file,
        "--ready-fd",
        fd.at,
        NULL,
    };
    int parent = getpid();
    *pid = fork();
    if (*pid == 0) become((char *const *)argv, parent);
    close(ready[1]);
    bool started = *pid > 0 ? wait_ready(op, ready[0], *pid)
                            : op_broken(op, ERR_INTERNAL, "no process: %s", strerror(errno));
    close(ready[0]);
    return started;
}

void test_gateway_stop(int pid)
{
    int status;
    if (kill(pid, SIGTERM) != 0) return;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
}
