/* A gateway under test: its service, running; a payer with a card; and a merchant that hears its
 * webhooks. What a new adapter must pass stands in gateway_conformance_test.c; its own bench makes
 * these functions for it. */
#ifndef TEST_GATEWAY_BENCH_H
#define TEST_GATEWAY_BENCH_H

#include "domain/payments/gateway.h"
#include "stranger.h"

/* What the payer does, and what the gateway's bank does about it. */
enum payer {
    PAYS,
    LACKS_FUNDS,
    HAS_AN_EXPIRED_CARD,
    IS_REFUSED,
    HAS_A_STOLEN_CARD,
    CONFIRMS,         /* the bank asks, the payer says yes */
    FAILS_TO_CONFIRM, /* … says no */
    CANCELS,          /* leaves the card page by its own button */
    PAYS_IN_SILENCE,  /* the card is charged, and for a while nobody is told */
    FAILS_IN_SILENCE, /* it is not, and nobody is told */
    PAYS_TOLD_THRICE, /* the webhook comes three times */
    PAYS_UNTOLD,      /* no webhook comes */
    PAYS_BY_DEBIT,
    PAYS_BY_PREPAID,
    PAYS_BY_WHATEVER, /* nobody says what the card draws on */
    KEEPS,            /* pays, and has the card kept for the next time */
    KEEPS_ASKED_CARD, /* the same, with one whose bank asks each time; and confirms */
    KEEPS_POOR_CARD,  /* the same, with one that will be declined the next time */
};

/* What goes wrong with the next call. */
enum mishap {
    SILENT_BEFORE, /* it is not done, and no answer comes before the hasty account gives up */
    SILENT_AFTER,  /* it is done, and no answer comes */
    BROKEN_BEFORE, /* 500 */
    BROKEN_AFTER,
    GARBAGE_AFTER, /* done, and answered with rubbish */
    OTHER_AMOUNT,  /* done, and answered with another amount */
    DENIES_IT,     /* not done: "never heard of it" */
};

struct gateway_bench {
    const char *name;
    const struct gateway *gateway;
    const struct gateway_account *account, *wrong_account; /* wrong: a key they do not know */
    const struct gateway_account *hasty_account;           /* does not wait for silence to end */
    struct stranger *merchant;                             /* hears the webhooks */
    /* False: the card page says that this charge has ended. */
    bool (*pay)(struct gateway_bench *bench, str page, enum payer what);
    void (*trouble)(struct gateway_bench *bench, enum mishap what);
    /* All that it ever took from cards, under whatever id. */
    int64_t (*taken_minor)(struct gateway_bench *bench);
    struct arena *mem;
    void *own;
};

/* How long its seconds are: whoever takes longer cannot see that it is silent for ten of them. */
enum { GATEWAY_SECOND_MS = 100 };

/* Runs the test gateway's service on free loopback ports, with its seconds shortened. */
struct gateway_bench *test_gateway_bench_open(struct arena *mem);
/* The same for a merchant that is there already: bench->merchant is NULL. */
struct gateway_bench *test_gateway_bench_open_for(struct arena *mem, str merchant_url);
void test_gateway_bench_close(struct gateway_bench *bench);

/* The address of the running service, for tests of its pages. */
str test_gateway_bench_address(const struct gateway_bench *bench);
str test_gateway_bench_key_file(const struct gateway_bench *bench);
/* A call of its API, with the right key. */
struct http_response;
void test_gateway_bench_call(struct gateway_bench *bench, const char *method, const char *path,
                             const char *body, struct http_response *out);
/* A form of one of its pages, as a browser sends it: with the page's hidden fields. False: there
 * is no form on the page. */
bool test_gateway_bench_send_form(struct gateway_bench *bench, str page, const char *action,
                                  const char *fields, struct http_response *out);
void test_gateway_bench_get(struct gateway_bench *bench, str page, struct http_response *out);

/* With all that is in it. */
void test_folder_remove(const char *folder);

#endif
