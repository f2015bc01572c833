#include "delivery/web/measure.h"

enum { MICRO = 1000000 };

void measure_head(struct text *t, const char *name, const char *type, const char *help)
{
    text_format(t, "# HELP quittance_%s %s\n# TYPE quittance_%s %s\n", name, help, name, type);
}

static void name_put(struct text *t, const char *name, const char *labels)
{
    text_format(t, "quittance_%s", name);
    if (*labels) text_format(t, "{%s}", labels);
}

void measure_put(struct text *t, const char *name, const char *labels, int64_t value)
{
    name_put(t, name, labels);
    text_format(t, " %lld\n", (long long)value);
}

/* Six decimals, without a float. */
void measure_seconds(struct text *t, const char *name, const char *labels, int64_t us)
{
    if (us < 0) us = 0; /* of another machine's clock */
    name_put(t, name, labels);
    text_format(t, " %lld.%06lld\n", (long long)(us / MICRO), (long long)(us % MICRO));
}

void measure_one(struct text *t, const char *name, const char *type, const char *help,
                 int64_t value)
{
    measure_head(t, name, type, help);
    measure_put(t, name, "", value);
}
