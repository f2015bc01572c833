/* The commands that run on: serve, work, demo. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "delivery/cli/command.h"

extern const struct command serve_command, work_command, demo_command, test_gateway_command;

/* Refuses a key file other than the one that signed the books last: it is the key of all links, ids
 * and forms, and a node with another one would take nothing of the others. Books that nobody has
 * signed yet take any. */
bool serve_fits(struct cli *cli, struct program *program) MUST_USE;

/* Pages, API, webhooks and jobs until SIGTERM or SIGINT. `listening` is called once when requests
 * are taken. */
bool serve_until_stopped(struct cli *cli, struct program *program,
                         void (*listening)(void *arg, int port), void *arg) MUST_USE;

#endif
