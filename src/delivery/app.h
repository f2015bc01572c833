/* The program's parts, tied together by main.c and read by everybody who talks to the world. Set
 * up before the first thread starts; nothing in it changes while the program runs. */
#ifndef DELIVERY_APP_H
#define DELIVERY_APP_H

#include "base/op.h"
#include "base/str.h"

struct database;
struct gateway;
struct gateway_account;
struct job_kind;
struct keys;
struct mailer;
struct route;

struct app {
    struct database *db;
    const struct keys *keys;
    str public_url; /* "https://pay.example.com", no slash at the end: all links we send */
    bool secure;    /* the public URL is https: cookies are Secure and named __Host- */
    bool demo;
    const struct route *const *routes; /* the tables, NULL at the end */
    const struct job_kind *jobs;
    const struct gateway *gateway; /* for card payments; NULL: none is set up */
    const struct gateway_account *gateway_account;
    const struct mailer *mailer;
    instant (*now)(void);
};

#endif
