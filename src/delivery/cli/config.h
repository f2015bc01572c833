/* The settings: /etc/quittance.conf or --config, then the environment, then flags.
 *
 * A file has lines `name = value`, as in `database = postgresql://…`; the environment has the same
 * names in capitals with QUITTANCE_ before them; flags have them behind two dashes. Secrets stand
 * in files that a setting names, never in a setting. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "base/op.h"

struct config {
    str database;   /* sqlite:PATH or postgresql://… */
    str listen;     /* 127.0.0.1:8080 */
    str public_url; /* empty: http:// and the listening address */
    str mail;       /* smtp://… or file:FOLDER */
    str mail_from;
    str keyfile;
    str gateway; /* test:http://… ; empty: cards are not offered */
    str gateway_keyfile;
    str time_zone; /* empty: the first entity's */
    str workers;
    bool behind_proxy;
};

/* Takes its flags out of argv (and --config), leaving the others in order; *argc is set anew. */
bool config_read(struct op *op, int *argc, char **argv, struct config *out) MUST_USE;

struct config_name {
    const char *name, *about;
};
extern const struct config_name config_names[]; /* NULL at the end: for help and the man page */

#endif
