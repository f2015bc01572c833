#include "delivery/cli/config.h"

#include "base/arena.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
const struct setting settings[] = {
    {"database", "URL", "sqlite:./quittance.db",
     "Where the books are: `sqlite:PATH` or `postgresql://…`.",
     "sqlite:/var/lib/quittance/quittance.db", offsetof(struct config, database), false},
    {"listen", "ADDRESS:PORT", "127.0.0.1:8080",
     "Where requests are taken. An address beyond this machine needs `behind-proxy`.",
     NULL, offsetof(struct config, listen), false},
    {"public-url", "URL", "",
     "The address that customers use; links in mails begin with it. If not said, `http://` and the "
     "listening address.",
     "https://pay.example.com", offsetof(struct config, public_url), false},
    {"mail", "URL", "file:./mail",
     "How mail leaves: `smtp://HOST:PORT`, `smtps://HOST:PORT`, or `file:FOLDER`, which only keeps "
     "it.",
     "smtp://mail.example.com:587", offsetof(struct config, mail), false},
    {"mail-from", "ADDRESS", "receivables@localhost",
     "The sender of all mail.",
     "receivables@example.com", offsetof(struct config, mail_from), false},
    {"bounces", "URL", "",
     "Where mail servers report what did not arrive: `imaps://USER@HOST/INBOX?password_file=FILE`, "
     "`maildir:FOLDER` or `mbox:FILE`. Without it bounces are not seen.",
     "imaps://bounces@mail.example.com/INBOX?password_file=/etc/quittance/imap",
     offsetof(struct config, bounces), false},
    {"keyfile", "FILE", "./quittance.key",
     "The master key; it is made when it is not there. Without it links, ids and backups cannot be "
     "read: keep a copy.",
     "/var/lib/quittance/quittance.key", offsetof(struct config, keyfile), false},
    {"new-key", "yes|no", "no",
     "Serve these books with another key file than before: only when the old one is lost. Links, "
     "ids and backups of the old one are void.",
     NULL, offsetof(struct config, new_key), true},
    {"gateway", "URL", "",
     "The card gateway, such as `test:http://127.0.0.1:8090`. Without it cards are not offered.",
     "test:http://127.0.0.1:8090", offsetof(struct config, gateway), false},
    {"gateway-keyfile", "FILE", "",
     "The file with the gateway's secrets.",
     "/var/lib/quittance/gateway.key", offsetof(struct config, gateway_keyfile), false},
    {"breach-list", "FILE", "",
     "A file of the SHA-1 hashes of stolen passwords, in their order; a password that is in it is "
     "refused.",
     "/var/lib/quittance/pwned-passwords.txt", offsetof(struct config, breach_list), false},
    {"time-zone", "ZONE", "",
     "The zone of dates on pages; if not said, that of the first company in the books.",
     "Europe/Berlin", offsetof(struct config, time_zone), false},
    {"workers", "NUMBER", "16",
     "How many requests run at the same time, 1 to 256.",
     NULL, offsetof(struct config, workers), false},
    {"behind-proxy", "yes|no", "no",
     "Believe the address in `X-Forwarded-For`: only behind a proxy that sets it.",
     "yes", offsetof(struct config, behind_proxy), true},
    {0},
};
/* clang-format on */

static str *place_of(struct config *c, const struct setting *s)
{
    return (str *)((char *)c + s->place);
}

static const struct setting *setting_find(str name)
{
    for (const struct setting *s = settings; s->name; s++)
        if (str_eq(name, str_of(s->name))) return s;
    return NULL;
}

bool config_yes(str value)
{
    return str_eq(value, S("yes")) || str_eq(value, S("true")) || str_eq(value, S("1"));
}

struct reading {
    struct op *op;
    struct config *config;
};

/* inih's callback: 1 goes on, 0 stops at this line. */
static int file_line(void *arg, const char *section, const char *name, const char *value)
{
    struct reading *r = arg;
    str known = str_copy(r->op->mem, str_of(name));
    for (ptrdiff_t i = 0; i < known.len; i++)
        if (known.at[i] == '_') ((char *)(uintptr_t)known.at)[i] = '-';
    const struct setting *setting = setting_find(known);
    if (section[0] != 0 || !setting) return 0;
    *place_of(r->config, setting) = str_copy(r->op->mem, str_of(value));
    return 1;
}

static bool file_read(struct op *op, struct config *c, const char *file, bool wanted)
{
    struct reading r = {op, c};
    if (access(file, F_OK) != 0 && !wanted) return true;
    if (access(file, R_OK) != 0)
        return op_fail(op, ERR_INVALID, "config", "The file %s cannot be read.", file);
    int line = ini_parse(file, file_line, &r);
    if (line == 0) return true;
    return op_fail(op, ERR_INVALID, "config",
                   "%s, line %d: this is no setting we know. `quittance help settings` lists them.",
                   file, line);
}

str setting_variable(struct arena *mem, const struct setting *setting)
{
    str name = str_printf(mem, "QUITTANCE_%s", setting->name);
    for (char *p = (char *)(uintptr_t)name.at; *p; p++)
        *p = (char)(*p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? *p - ('a' - 'A') : *p);
    return name;
}

static void environment_read(struct op *op, struct config *c)
{
    for (const struct setting *s = settings; s->name; s++) {
        const char *value = getenv(setting_variable(op->mem, s).at);
        if (value) *place_of(c, s) = str_copy(op->mem, str_of(value));
    }
}

/* Walks the flags and takes ours out. What is not ours stays. */
static bool flags_read(struct op *op, struct config *c, int *argc, char **argv, const char **file)
{
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        str flag = str_of(argv[i]);
        struct str_pair parts = str_cut(str_from(flag, 2), '=');
        const struct setting *setting = setting_find(parts.head);
        bool is_config = str_eq(parts.head, S("config"));
        if (!str_starts(flag, S("--")) || (!setting && !is_config)) {
            argv[kept++] = argv[i];
            continue;
        }
        if (!parts.found && setting && setting->yes_no) {
            parts.tail = S("yes");
        } else if (!parts.found) {
            if (i + 1 == *argc)
                return op_fail(op, ERR_INVALID, NULL, "Give a value behind --%.*s.",
                               STR(parts.head));
            parts.tail = str_of(argv[++i]);
        }
        if (setting)
            *place_of(c, setting) = parts.tail;
        else
            *file = str_z(op->mem, parts.tail);
    }
    *argc = kept;
    return true;
}

bool config_read(struct op *op, int *argc, char **argv, bool apart, struct config *out)
{
    struct config flags = {0};
    const char *file = NULL;
    *out = (struct config){0};
    for (const struct setting *s = settings; s->name; s++) *place_of(out, s) = str_of(s->initial);
    if (!flags_read(op, &flags, argc, argv, &file)) return false;
    if (file ? !file_read(op, out, file, true) : !apart && !file_read(op, out, CONFIG_FILE, false))
        return false;
    environment_read(op, out);
    for (const struct setting *s = settings; s->name; s++)
        if (place_of(&flags, s)->at) *place_of(out, s) = *place_of(&flags, s);
    return true;
}
