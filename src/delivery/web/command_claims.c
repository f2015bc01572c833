#include "delivery/web/command_claims.h"

#include <pthread.h>

#include "base/random.h"

enum { PROCESS_BYTES = 16, CLAIM_BYTES = 16 };

struct command_claims {
    str process; /* all names of this process begin with it */
    pthread_mutex_t lock;
    struct command_claim *held; /* as many as requests that talk: as workers, at most */
};

struct command_claim {
    struct command_claims *claims; /* NULL: it is released */
    struct command_claim *next;
    str name;
};

struct command_claims *command_claims_open(struct arena *mem)
{
    struct command_claims *all = arena_new(mem, struct command_claims);
    all->process = str_printf(mem, "%.*s.", STR(random_token(mem, PROCESS_BYTES)));
    pthread_mutex_init(&all->lock, NULL);
    return all;
}

static void release(void *claim)
{
    command_claim_release(claim);
}

struct command_claim *command_claim_hold(struct arena *mem, struct command_claims *all)
{
    struct command_claim *c = arena_new(mem, struct command_claim);
    str own = random_token(mem, CLAIM_BYTES);
    c->name = str_printf(mem, "%.*s%.*s", STR(all->process), STR(own));
    c->claims = all;
    pthread_mutex_lock(&all->lock);
    c->next = all->held;
    all->held = c;
    pthread_mutex_unlock(&all->lock);
    arena_defer(mem, release, c);
    return c;
}

str command_claim_name(const struct command_claim *c)
{
    return c->name;
}

void command_claim_release(struct command_claim *c)
{
    struct command_claims *all = c->claims;
    if (!all) return;
    pthread_mutex_lock(&all->lock);
    struct command_claim **at = &all->held;
    while (*at != c) at = &(*at)->next;
    *at = c->next;
    pthread_mutex_unlock(&all->lock);
    c->claims = NULL;
}

enum command_claim_state command_claim_state(struct command_claims *all, str name)
{
    if (!str_starts(name, all->process)) return CLAIM_ALIEN;
    bool held = false;
    pthread_mutex_lock(&all->lock);
    for (const struct command_claim *c = all->held; c && !held; c = c->next)
        held = str_eq(c->name, name);
    pthread_mutex_unlock(&all->lock);
    return held ? CLAIM_HELD : CLAIM_ENDED;
}
