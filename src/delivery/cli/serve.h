/* The commands that run on: serve, work, demo. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "delivery/cli/command.h"

extern const struct command serve_command, work_command, demo_command, test_gateway_command;

/* Pages, API, webhooks and jobs until SIGTERM or SIGINT. `listening` is called once when requests
 * are taken. */
bool serve_until_stopped(struct cli *cli, struct program *program,
                         void (*listening)(void *arg, int port), void *arg) MUST_USE;

#endif
