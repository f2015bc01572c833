/* `quittance test-gateway`: a payment gateway for trying things out, as a service of its own.
 *
 * It stands on the other side of the network: it shares no table and no code with the payments of
 * the product, only the libraries under both. docs/test-gateway.md says what it does. */
#ifndef GATEWAY_SERVICE_H
#define GATEWAY_SERVICE_H

#include "adapters/net/credentials.h"
#include "delivery/app.h"
#include "store/store.h"

struct test_gateway {
    str listen;       /* "127.0.0.1:8090"; port 0: any that is free */
    str database;     /* "sqlite:PATH" */
    str merchant_url; /* "http://127.0.0.1:8080": webhooks go there, and payers come from there */
    const char *key_file; /* made when it is not there */
    int stop_fd;          /* readable: stop */
    int second_ms;        /* how long the test cards' seconds are; 0: 1000. For tests */
    void (*listening)(void *arg, int port);
    void *listening_arg;
};

/* Serves until asked to stop. */
bool test_gateway_serve(struct op *op, const struct test_gateway *options) MUST_USE;

/* `quittance test-gateway --listen … --database … --merchant-url … --key-file …`: the exit status
 */
int test_gateway_main(int argc, char **argv);

/* Starts this program again as a test gateway, which ends when the caller's process does. Returns
 * once it answers; the caller ends it earlier with test_gateway_stop(). */
bool test_gateway_spawn(struct op *op, const struct test_gateway *options, int *pid) MUST_USE;
void test_gateway_stop(int pid);

#endif
