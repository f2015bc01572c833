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
    str bounces; /* maildir:, mbox: or imaps://… ; empty: reports are not read */
    str keyfile;
    str new_key; /* "yes": the books may have been used with another key file */
    str gateway; /* test:http://… ; empty: cards are not offered */
    str gateway_keyfile;
    str breach_list; /* empty: passwords are not looked up */
    str time_zone;   /* empty: the first entity's */
    str workers;
    str behind_proxy; /* "yes" or "no" */
};

#define CONFIG_FILE "/etc/quittance.conf"

/* Takes its flags out of argv (and --config), leaving the others in order; *argc is set anew.
 * `apart`: the machine's own file is left alone, so that a demonstration on a server cannot land in
 * the server's books. */
bool config_read(struct op *op, int *argc, char **argv, bool apart, struct config *out) MUST_USE;

struct setting {
    const char *name;
    const char *value;   /* what stands behind it: "ADDRESS:PORT" */
    const char *initial; /* "": not set */
    const char *about;   /* sentences, as in a command's text */
    const char *example; /* for the example file; NULL: the initial value */
    ptrdiff_t place;     /* in struct config */
    bool yes_no;         /* as a flag it needs no value */
};
extern const struct setting settings[]; /* name NULL at the end */

/* Its name in the environment: QUITTANCE_PUBLIC_URL for public-url. */
str setting_variable(struct arena *mem, const struct setting *setting);
bool config_yes(str value);

#endif
