/* The program as a process of its own, as an operator starts it. */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int spawn(struct bench *b, const char *const argv[], const char *log)
{
    posix_spawn_file_actions_t files;
    int pid, fault;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    fault = posix_spawn(&pid, b->program, &files, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&files);
    must(fault == 0, "%s: %s", b->program, strerror(fault));
    return pid;
}

int program_run(struct bench *b, const char *const argv[])
{
    int status;
    int pid = spawn(b, argv, str_printf(b->mem, "%s/run.log", b->folder).at);
    must(waitpid(pid, &status, 0) == pid, "waitpid: %s", strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A port that nobody has: the kernel's choice, freed again. */
static int port_free(void)
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

static bool answers(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    static const char ask[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    char head[16];
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool yes = connect(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
               write(fd, ask, sizeof ask - 1) == (ssize_t)sizeof ask - 1 &&
               read(fd, head, sizeof head) >= 12 && memcmp(head + 9, "200", 3) == 0;
    close(fd);
    return yes;
}

struct server_process server_start(struct bench *b, const struct books *books, int workers)
{
    struct server_process s = {.port = port_free()};
    struct arena *mem = b->mem;
    str url = books->url;
    const char *const argv[] = {
        b->program,
        "serve",
        "--database",
        str_z(mem, url),
        "--listen",
        str_printf(mem, "127.0.0.1:%d", s.port).at,
        "--keyfile",
        books->key_file,
        "--mail",
        str_printf(mem, "file:%s/mail", b->folder).at,
        "--mail-from",
        "bench@quittance.example",
        workers > 0 ? "--workers" : NULL,
        str_printf(mem, "%d", workers).at,
        NULL,
    };
    const char *log = str_printf(mem, "%s/serve.log", b->folder).at;
    int64_t began = ticks_ns();
    s.pid = spawn(b, argv, log);
    for (int tries = 0; !answers(s.port); tries++) {
        must(tries < 60000 && waitpid(s.pid, NULL, WNOHANG) == 0, "the server does not start: %s",
             log);
        nanosleep(&(struct timespec){.tv_nsec = 500 * 1000}, NULL);
    }
    s.started_ns = ticks_ns() - began;
    return s;
}

int64_t server_cpu_ns(const struct server_process *s)
{
    clockid_t clock;
    struct timespec used;
    must(clock_getcpuclockid(s->pid, &clock) == 0 && clock_gettime(clock, &used) == 0,
         "the server's processor time cannot be read");
    return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

int64_t server_resident_kb(const struct server_process *s)
{
    char path[64], line[128];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", s->pid);
    FILE *in = fopen(path, "r");
    must(in != NULL, "%s cannot be read", path);
    while (fgets(line, sizeof line, in))
        if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
    fclose(in);
    return kb;
}

void server_stop(struct server_process *s)
{
    int status;
    kill(s->pid, SIGTERM);
    must(waitpid(s->pid, &status, 0) == s->pid, "the server is gone");
    must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the server ended with status %d", status);
    s->pid = 0;
}
