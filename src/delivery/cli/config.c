#include "delivery/cli/config.h"

#include "base/arena.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct config_name config_names[] = {
    {"database", "sqlite:PATH or postgresql://… (sqlite:./quittance.db)"},
    {"listen", "address and port (127.0.0.1:8080)"},
    {"public-url", "the address that customers use, https://pay.example.com"},
    {"mail", "smtp://HOST:PORT, smtps://…, or file:FOLDER (file:./mail)"},
    {"mail-from", "the sender of all mail, receivables@example.com"},
    {"keyfile", "the file with the master key (./quittance.key)"},
    {"gateway", "the card gateway, test:http://127.0.0.1:8090; without it cards are not offered"},
    {"gateway-keyfile", "the file with the gateway's secrets"},
    {"time-zone", "the zone of dates on pages, Europe/Berlin (the first entity's)"},
    {"workers", "how many requests run at the same time (8)"},
    {"behind-proxy",
     "yes: believe the address in X-Forwarded-For; needed to listen beyond loopback"},
    {0},
};

static bool yes(str value)
{
    return str_eq(value, S("yes")) || str_eq(value, S("true")) || str_eq(value, S("1")) ||
           value.len == 0;
}

static bool set(struct config *c, str name, str value)
{
    const struct {
        const char *name;
        str *place;
    } places[] = {
        {"database", &c->database},     {"listen", &c->listen},
        {"public-url", &c->public_url}, {"mail", &c->mail},
        {"mail-from", &c->mail_from},   {"keyfile", &c->keyfile},
        {"gateway", &c->gateway},       {"gateway-keyfile", &c->gateway_keyfile},
        {"time-zone", &c->time_zone},   {"workers", &c->workers},
    };
    if (str_eq(name, S("behind-proxy"))) {
        c->behind_proxy = yes(value);
        return true;
    }
    for (ptrdiff_t i = 0; i < COUNT(places); i++) {
        if (!str_eq(name, str_of(places[i].name))) continue;
        *places[i].place = value;
        return true;
    }
    return false;
}

struct reading {
    struct op *op;
    struct config *config;
    const char *file;
};

/* inih's callback: 1 goes on, 0 stops at this line. */
static int file_line(void *arg, const char *section, const char *name, const char *value)
{
    struct reading *r = arg;
    str known = str_copy(r->op->mem, str_of(name));
    for (ptrdiff_t i = 0; i < known.len; i++)
        if (known.at[i] == '_') ((char *)(uintptr_t)known.at)[i] = '-';
    return section[0] == 0 && set(r->config, known, str_copy(r->op->mem, str_of(value)));
}

static bool file_read(struct op *op, struct config *c, const char *file, bool wanted)
{
    struct reading r = {op, c, file};
    if (access(file, R_OK) != 0) {
        if (!wanted) return true;
        return op_fail(op, ERR_INVALID, "config", "The file %s cannot be read.", file);
    }
    int line = ini_parse(file, file_line, &r);
    if (line == 0) return true;
    return op_fail(op, ERR_INVALID, "config",
                   "%s, line %d: this is no setting we know. `quittance help settings` lists them.",
                   file, line);
}

static void environment_read(struct op *op, struct config *c)
{
    for (const struct config_name *n = config_names; n->name; n++) {
        char variable[64] = "QUITTANCE_";
        size_t at = strlen(variable);
        for (const char *p = n->name; *p && at + 1 < sizeof variable; p++)
            variable[at++] = *p == '-' ? '_' : (char)(*p - ('a' - 'A'));
        variable[at] = 0;
        const char *value = getenv(variable);
        if (value) (void)set(c, str_of(n->name), str_copy(op->mem, str_of(value)));
    }
}

static bool is_setting(str name)
{
    for (const struct config_name *n = config_names; n->name; n++)
        if (str_eq(name, str_of(n->name))) return true;
    return str_eq(name, S("config"));
}

/* Walks the flags; with `c` sets them, without only finds --config. What is not ours stays. */
static bool flags_read(struct op *op, struct config *c, int *argc, char **argv, const char **file)
{
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        str flag = str_of(argv[i]);
        struct str_pair parts = str_cut(str_from(flag, 2), '=');
        if (!str_starts(flag, S("--")) || !is_setting(parts.head)) {
            argv[kept++] = argv[i];
            continue;
        }
        bool alone = str_eq(parts.head, S("behind-proxy"));
        if (!parts.found && !alone) {
            if (i + 1 == *argc)
                return op_fail(op, ERR_INVALID, NULL, "Give a value behind --%.*s.",
                               STR(parts.head));
            parts.tail = str_of(argv[++i]);
        }
        if (str_eq(parts.head, S("config")))
            *file = str_z(op->mem, parts.tail);
        else
            (void)set(c, str_copy(op->mem, parts.head), str_copy(op->mem, parts.tail));
    }
    *argc = kept;
    return true;
}

bool config_read(struct op *op, int *argc, char **argv, struct config *out)
{
    struct config flags = {0};
    const char *file = NULL;
    *out = (struct config){
        .database = S("sqlite:./quittance.db"),
        .listen = S("127.0.0.1:8080"),
        .mail = S("file:./mail"),
        .mail_from = S("receivables@localhost"),
        .keyfile = S("./quittance.key"),
        .workers = S("8"),
    };
    if (!flags_read(op, &flags, argc, argv, &file)) return false;
    if (!file_read(op, out, file ? file : "/etc/quittance.conf", file != NULL)) return false;
    environment_read(op, out);
    const struct {
        str *to, from;
    } given[] = {
        {&out->database, flags.database},     {&out->listen, flags.listen},
        {&out->public_url, flags.public_url}, {&out->mail, flags.mail},
        {&out->mail_from, flags.mail_from},   {&out->keyfile, flags.keyfile},
        {&out->gateway, flags.gateway},       {&out->gateway_keyfile, flags.gateway_keyfile},
        {&out->time_zone, flags.time_zone},   {&out->workers, flags.workers},
    };
    for (ptrdiff_t i = 0; i < COUNT(given); i++)
        if (given[i].from.at) *given[i].to = given[i].from;
    if (flags.behind_proxy) out->behind_proxy = true;
    return true;
}
