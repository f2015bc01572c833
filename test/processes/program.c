/* Processes: the program, as an operator starts it, and what is done to it. */
#include "processes.h"

#include "base/arena.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_MS = 60000, STEP_MS = 2 };

static void nap(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

/* Between fork and exec only what is safe in a child of a threaded program. It dies with us. */
int process_spawn(const char *const argv[], const char *log, const char *preload)
{
    int parent = getpid(), pid = fork();
    must(pid >= 0, "fork: %s", strerror(errno));
    if (pid > 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int in = open("/dev/null", O_RDONLY), out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    bool ready = getppid() == parent && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2;
    if (preload) ready = ready && setenv("LD_PRELOAD", preload, 1) == 0;
    if (ready) execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

int program_run(const char *const argv[], const char *log)
{
    int status;
    int pid = process_spawn(argv, log, NULL);
    must(waitpid(pid, &status, 0) == pid, "waitpid: %s", strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A port that nobody has: the kernel's choice, freed again. */
int port_free(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 &&
             getsockname(fd, (struct sockaddr *)&at, &len) == 0,
         "no port: %s", strerror(errno));
    close(fd);
    return ntohs(at.sin_port);
}

static bool listens(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool yes = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return yes;
}

static void wait_listening(int pid, int port, const char *log)
{
    for (int waited = 0; !listens(port); waited += STEP_MS) {
        int status = 0;
        must(waitpid(pid, &status, WNOHANG) == 0, "it does not start (status %d): see %s", status,
             log);
        must(waited < START_MS, "it does not start within a minute: see %s", log);
        nap(STEP_MS);
    }
}

void gateway_start(struct town *t)
{
    const char *log = str_printf(t->mem, "%s/gateway.log", t->folder).at;
    const char *const argv[] = {
        t->program,
        "test-gateway",
        "--listen",
        str_printf(t->mem, "127.0.0.1:%d", t->gateway_port).at,
        "--database",
        str_z(t->mem, t->gateway_database),
        "--merchant-url",
        str_z(t->mem, t->url),
        "--key-file",
        t->gateway_key_file,
        NULL,
    };
    t->gateway = process_spawn(argv, log, NULL);
    wait_listening(t->gateway, t->gateway_port, log);
}

void server_start(struct town *t)
{
    struct arena_mark mark = arena_mark(t->mem);
    const char *log = str_printf(t->mem, "%s/serve.log", t->folder).at;
    const char *const argv[] = {
        t->program,
        "serve",
        "--database",
        str_z(t->mem, t->database),
        "--listen",
        str_printf(t->mem, "127.0.0.1:%d", t->port).at,
        "--keyfile",
        t->key_file,
        "--mail",
        str_printf(t->mem, "file:%s/mail", t->folder).at,
        "--mail-from",
        "receivables@nordwind.example",
        "--gateway",
        str_printf(t->mem, "test:%.*s", STR(t->gateway_url)).at,
        "--gateway-keyfile",
        t->gateway_key_file,
        t->proxy_port ? "--behind-proxy" : NULL,
        NULL,
    };
    t->server = process_spawn(argv, log, t->preload);
    wait_listening(t->server, t->port, log);
    arena_rewind(t->mem, mark);
}

void server_kill(struct town *t)
{
    int status;
    kill(t->server, SIGKILL);
    must(waitpid(t->server, &status, 0) == t->server, "waitpid: %s", strerror(errno));
    must(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the server ended by itself: %d",
         status);
    t->server = 0;
}

int server_ended(struct town *t, int wait_ms)
{
    int status;
    for (int waited = 0; waited <= wait_ms; waited += STEP_MS) {
        if (waitpid(t->server, &status, WNOHANG) == t->server) {
            t->server = 0;
            return status;
        }
        nap(STEP_MS);
    }
    return -1;
}

void process_stop(int *pid)
{
    int status;
    kill(*pid, SIGTERM);
    must(waitpid(*pid, &status, 0) == *pid, "waitpid: %s", strerror(errno));
    must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it ended with status %d", status);
    *pid = 0;
}
