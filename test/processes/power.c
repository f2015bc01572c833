/* The power fails while people pay. The file system that the books lie on goes down at once, with
 * all that was not synced (EXT4_IOC_SHUTDOWN, fs/ext4/ioctl.c), the processes are killed, and
 * whatever the disk then holds is mounted again (by test/processes/run, where the kernel has loop
 * devices). Under PostgreSQL a sync of its log or of its files has failed before, every other time:
 * what that sync should have kept is gone for good. */
#include "cluster.h"
#include "faults.h"

#include "base/arena.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PLANS_EACH = 48, /* for each time; more than it takes */
    GO_ON = 4,
    SILENT_MS = 60000,
    MOST_MS = 300,
    SYNC_MS = 5000,
    SYNCS = 6,
    STEP_MS = 10,
};

#define EXT4_IOC_SHUTDOWN _IOR('X', 125, uint32_t)
#define WITHOUT_ITS_LOG   UINT32_C(2)

struct power {
    struct cluster c; /* its folder is NULL: SQLite */
    const char *device, *mounted;
    struct faultio *control;
    uint64_t seed;
    int syncs_failed;
};

/* The server first: what it would say once its disk is gone, nobody could hear. */
static void power_off(struct power *p)
{
    uint32_t how = WITHOUT_ITS_LOG;
    server_kill(p->c.t);
    int fd = open(p->mounted, O_RDONLY | O_DIRECTORY);
    must(fd >= 0 && ioctl(fd, EXT4_IOC_SHUTDOWN, &how) == 0, "%s: %s", p->mounted, strerror(errno));
    close(fd);
    cluster_kill(&p->c);
}

/* PostgreSQL's processes go one by one. */
static void power_on(struct power *p)
{
    for (int waited = 0; umount(p->mounted) != 0; waited += STEP_MS) {
        must(errno == EBUSY && waited < SILENT_MS, "%s: %s", p->mounted, strerror(errno));
        poll(NULL, 0, STEP_MS);
    }
    must(mount(p->device, p->mounted, "ext4", 0, NULL) == 0, "%s on %s: %s", p->device, p->mounted,
         strerror(errno));
}

/* False: nothing was synced meanwhile. */
static bool sync_fail(struct power *p)
{
    bool log = chance(&p->seed) % 2 == 0;
    atomic_store(&p->control->files, log ? FILES_WAL : FILES_DATA);
    atomic_store(&p->control->operations, OPERATIONS_SYNCS);
    faultio_arm(p->control, DEED_EIO, 1 + (long)(chance(&p->seed) % SYNCS));
    for (int waited = 0; atomic_load(&p->control->done) == 0; waited += STEP_MS) {
        if (waited > SYNC_MS) break;
        cluster_allow(&p->c);
        if (!log) (void)cluster_says(&p->c, "checkpoint");
        poll(NULL, 0, STEP_MS);
    }
    bool failed = atomic_load(&p->control->done) > 0;
    faultio_arm(p->control, DEED_NOTHING, 0);
    return failed;
}

static void wait_for_more(struct power *p)
{
    struct town *t = p->c.t;
    ptrdiff_t enough = atomic_load(&t->done) + GO_ON;
    must(enough <= t->plan_count, "there are too few plans");
    cluster_allow(&p->c);
    for (int waited = 0; atomic_load(&t->done) < enough; waited += STEP_MS) {
        must(waited < SILENT_MS, "nobody gets on any more");
        poll(NULL, 0, STEP_MS);
    }
}

static void lose_and_return(struct power *p, bool after_a_sync)
{
    struct town *t = p->c.t;
    wait_for_more(p);
    if (after_a_sync) p->syncs_failed += sync_fail(p);
    cluster_allow(&p->c);
    poll(NULL, 0, (int)(chance(&p->seed) % MOST_MS));
    power_off(p);
    power_on(p);
    if (p->c.folder) cluster_up(&p->c);
    judge_now(t, true);
    judge_acknowledged(t);
    server_start(t);
}

int power(struct town *t, const struct power_plan *plan)
{
    int64_t began = clock_ticks_us();
    struct power p = {.c = {.t = t, .folder = plan->cluster},
                      .device = plan->device,
                      .mounted = plan->mounted,
                      .seed = plan->seed};
    if (plan->cluster) {
        p.control = faultio_make(t, plan->cluster);
        cluster_start(&p.c);
    }
    town_found(t, t->clients, (ptrdiff_t)plan->times * PLANS_EACH, plan->seed);
    gateway_start(t);
    server_start(t);
    struct clients *all = clients_start(t);
    for (int i = 0; i < plan->times; i++) lose_and_return(&p, plan->cluster && i % 2 == 1);
    atomic_store(&t->may, t->plan_count);
    clients_join(all);
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("  %d losses of power, %d right after a sync that failed; %td requests sent again, %lld "
           "s\n",
           plan->times, p.syncs_failed, clients_sent_again(all),
           (long long)((clock_ticks_us() - began) / 1000000));
    judge_end(t);
    if (plan->cluster) cluster_stop(&p.c);
    return 0;
}
