/* What people, machines and time do to the portal, one step at a time. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/app.h"
#include "delivery/hooks/hooks.h"
#include "delivery/jobs/housekeeping.h"
#include "delivery/jobs/payment_jobs.h"
#include "domain/access/api_keys.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "sim.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

enum { CHECKOUT_LINES = 3 };
static const currency EUR = {"EUR"};
#define ZONE S("Europe/Berlin")

/* What a transaction works on. */
struct deed {
    struct sim *s;
    int64_t customer, checkout, payment, items[CHECKOUT_LINES], id;
    ptrdiff_t count;
    money amount;
    str text;
};

static date today(const struct sim *s)
{
    return clock_date(s->now, ZONE);
}

static bool transact(struct sim *s, const char *what, bool (*work)(struct op *op, void *arg),
                     struct deed *d)
{
    struct op op = sim_op(s);
    d->s = s;
    bool done = store_transact(&op, s->store, TX_WRITE, work, d);
    sim_judge(s, &op, what, done);
    return done;
}

static int64_t some_customer(struct sim *s)
{
    return s->customers[chance_below(&s->chance, COUNT(s->customers))];
}

static int64_t checkout_customer(struct sim *s, int64_t checkout)
{
    return sim_number(s, "select customer from checkout where id = ?1", checkout);
}

static int64_t payment_customer(struct sim *s, int64_t payment)
{
    return sim_number(s, "select coalesce(customer, 0) from payment where id = ?1", payment);
}

/* ---- the seller ---- */

static bool make(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct sim *s = d->s;
    struct entity seller = {
        .code = S("main"), .name = S("Nordwind"), .currency = EUR, .zone = ZONE};
    enum put did;
    if (!entity_put(op, &seller, &s->entity)) return false;
    for (int i = 0; i < COUNT(s->customers); i++) {
        struct customer c = {.number = str_printf(op->mem, "%d", 20417 + i), .name = S("Hallam")};
        if (!customer_put(op, &c, &s->customers[i], &did)) return false;
        struct invitation payer = {.email = str_printf(op->mem, "maya%d@hallam.example", i),
                                   .name = S("Maya Okafor"),
                                   .language = S("en-GB"),
                                   .role = ROLE_PAYER,
                                   .customer = s->customers[i],
                                   .quiet = true};
        if (!person_invite(op, &payer, &s->people[i])) return false;
    }
    str key;
    if (!api_key_add(op, S("bank"), ROLE_MANAGER, 0, &key)) return false;
    snprintf(s->api_key, sizeof s->api_key, "Bearer %.*s", STR(key));
    return true;
}

bool sim_make(struct sim *s)
{
    struct deed d = {.s = s};
    return transact(s, "make", make, &d);
}

static bool issue(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct document doc = {
        .entity = d->s->entity,
        .customer = d->customer,
        .kind = d->id ? DOCUMENT_CREDIT_NOTE : DOCUMENT_INVOICE,
        .issued = date_plus(today(d->s), -10),
        .net = d->amount,
        .tax = money_of(0, EUR),
        .total = d->amount,
        .terms = S("net 30"),
    };
    struct issued out;
    return document_issue(op, &doc, false, &out);
}

static void do_issue(struct sim *s)
{
    struct deed d = {.customer = some_customer(s), .id = chance_permille(&s->chance, 200)};
    d.amount = money_of(100 + chance_below(&s->chance, 50000), EUR);
    (void)transact(s, "issue", issue, &d);
}

/* ---- checkouts ---- */

static bool start(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct customer_ids made;
    return checkout_start(op, d->customer, 0, d->items, d->count, &made);
}

static void do_checkout(struct sim *s)
{
    struct deed d = {.customer = some_customer(s)};
    int64_t wanted = 1 + chance_below(&s->chance, CHECKOUT_LINES);
    while (d.count < wanted) {
        int64_t item = sim_pick(s,
                                "item where customer = ?1 and kind in ('invoice', 'credit_note')"
                                " and amount_minor > debit_minor * (side < 0) + credit_minor * "
                                "(side > 0)",
                                d.customer);
        for (ptrdiff_t i = 0; i < d.count; i++)
            if (d.items[i] == item) item = 0;
        if (item == 0) break;
        d.items[d.count++] = item;
    }
    if (d.count > 0) (void)transact(s, "checkout", start, &d);
}

static bool edit(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct checkout_edit e = {.item = d->id, .amount = d->text};
    return checkout_edit(op, d->customer, d->checkout, &e, 1);
}

static void do_edit(struct sim *s)
{
    char amount[30];
    struct deed d = {.checkout = sim_pick(s, "checkout where state = 'open'", 0)};
    if (d.checkout == 0) return;
    d.customer = checkout_customer(s, d.checkout);
    d.id = sim_number(s, "select min(item) from checkout_line where checkout = ?1", d.checkout);
    snprintf(amount, sizeof amount, "%lld.50", (long long)chance_below(&s->chance, 400));
    d.text = str_of(amount);
    (void)transact(s, "edit", edit, &d);
}

static bool apply(struct op *op, void *arg)
{
    struct deed *d = arg;
    return checkout_apply(op, d->customer, d->checkout, today(d->s), &d->id);
}

/* ---- cards ---- */

static bool begin(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_begin(op, d->customer, d->checkout, "test", 0, today(d->s), &d->payment);
}

static bool again(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_again(op, d->customer, d->payment, "test", today(d->s));
}

static void talk(struct sim *s, int64_t payment, bool send)
{
    struct op op = sim_op(s);
    struct gateway_access access = sim_access(s);
    enum payment_state state;
    bool done = payment_talk(&op, s->store, &access, payment, send, S("https://pay/back"), &state);
    sim_trace(s, "talk", payment, done ? (int64_t)state : 0);
    sim_judge(s, &op, "talk", done);
}

/* A double click begins twice, and talks twice. */
static void do_card(struct sim *s)
{
    struct deed d = {.checkout = sim_pick(s, "checkout where state = 'open'", 0)};
    int clicks = chance_permille(&s->chance, 200) ? 2 : 1;
    if (d.checkout == 0) return;
    d.customer = checkout_customer(s, d.checkout);
    bool begun = false;
    for (int i = 0; i < clicks; i++) begun = transact(s, "begin", begin, &d) || begun;
    if (!begun) (void)transact(s, "apply", apply, &d);
    for (int i = 0; begun && i < clicks; i++) talk(s, d.payment, true);
}

static void do_again(struct sim *s)
{
    struct deed d = {.payment = sim_pick(s, "payment where state = 'failed' and checkout > 0", 0)};
    if (d.payment == 0) return;
    d.customer = payment_customer(s, d.payment);
    if (transact(s, "again", again, &d)) talk(s, d.payment, true);
}

static void do_return(struct sim *s)
{
    int64_t payment = sim_pick(s, "payment where method = 'card'", 0);
    if (payment) talk(s, payment, chance_permille(&s->chance, 500));
}

static void do_cancel(struct sim *s)
{
    struct op op = sim_op(s);
    struct gateway_access access = sim_access(s);
    enum payment_state state;
    int64_t payment = sim_pick(s, "payment where method = 'card'", 0);
    if (payment == 0) return;
    bool done = payment_cancel(&op, s->store, &access, payment, &state);
    sim_trace(s, "cancelled", payment, done ? (int64_t)state : 0);
    sim_judge(s, &op, "cancel", done);
}

/* ---- transfers ---- */

static bool announce(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_announce(op, d->customer, d->checkout, today(d->s), &d->payment);
}

static void do_announce(struct sim *s)
{
    struct deed d = {.checkout = sim_pick(s, "checkout where state = 'open'", 0)};
    if (d.checkout == 0) return;
    d.customer = checkout_customer(s, d.checkout);
    (void)transact(s, "announce", announce, &d);
}

static bool withdraw(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_withdraw(op, d->customer, d->payment);
}

static void do_withdraw(struct sim *s)
{
    struct deed d = {.payment = sim_pick(s, "payment where state = 'pending'", 0)};
    if (d.payment == 0) return;
    d.customer = payment_customer(s, d.payment);
    (void)transact(s, "withdraw", withdraw, &d);
}

/* Money by the bank: as announced, a little less, or from nobody that we know. */
static bool receive(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct payment p;
    struct received out;
    struct receipt_in in = {
        .entity = d->s->entity,
        .amount = d->amount,
        .value_date = today(d->s),
        .reference = S("thanks"),
        .payer = S("Hallam"),
        .customer = d->customer,
        .quiet = true,
    };
    if (d->payment) {
        if (!payment_get(op, 0, d->payment, &p)) return false;
        in.reference = p.reference;
        in.amount = p.amount;
        if (d->id) in.amount.minor = 1 + p.amount.minor / 2;
    }
    return payment_receive(op, &in, &out);
}

static void do_receive(struct sim *s)
{
    struct deed d = {.id = chance_permille(&s->chance, 200)};
    d.amount = money_of(100 + chance_below(&s->chance, 20000), EUR);
    if (chance_permille(&s->chance, 700))
        d.payment = sim_pick(s, "payment where method = 'transfer'", 0);
    if (chance_permille(&s->chance, 600)) d.customer = some_customer(s);
    (void)transact(s, "receive", receive, &d);
}

static bool bounce(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_return(op, d->payment, today(d->s), S("recalled"));
}

static void do_bounce(struct sim *s)
{
    struct deed d = {
        .payment = sim_pick(s, "payment where method = 'transfer' and state = 'succeeded'", 0)};
    if (d.payment) (void)transact(s, "return", bounce, &d);
}

static bool identify(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_identify(op, d->payment, d->customer);
}

static void do_identify(struct sim *s)
{
    struct deed d = {.payment = sim_pick(s, "payment where account is null", 0),
                     .customer = some_customer(s)};
    if (d.payment) (void)transact(s, "identify", identify, &d);
}

/* ---- staff ---- */

static bool refund(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct payment p;
    struct item own;
    if (!payment_get(op, 0, d->payment, &p) || !item_get(op, p.item, &own)) return false;
    money most = money_sub(own.open, own.reserved);
    if (d->id && most.minor > 1) most.minor /= 2;
    return payment_refund(op, d->payment, most, S("asked for"), &d->id);
}

/* Money on account goes back; sometimes what it had paid is taken back first. */
static void do_refund(struct sim *s)
{
    struct deed d = {.payment = sim_pick(s,
                                         "payment where item is not null and account is not "
                                         "null and method <> 'imported'",
                                         0),
                     .id = chance_permille(&s->chance, 500)};
    if (d.payment) (void)transact(s, "refund", refund, &d);
}

static bool unallocate(struct op *op, void *arg)
{
    struct deed *d = arg;
    return ledger_unallocate(op, d->id, today(d->s),
                             str_printf(op->mem, "take back %lld", (long long)d->id), S("wrong"));
}

static void do_unallocate(struct sim *s)
{
    struct deed d = {.id = sim_pick(s, "allocation where reverses is null", 0)};
    if (d.id) (void)transact(s, "unallocate", unallocate, &d);
}

static bool settled_elsewhere(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_import(op, d->id, today(d->s));
}

static void do_import(struct sim *s)
{
    struct deed d = {.id = sim_pick(s, "document where kind = 'invoice'", 0)};
    if (d.id) (void)transact(s, "import", settled_elsewhere, &d);
}

/* ---- machines ---- */

static bool no_work(struct op *op, const struct job *job)
{
    (void)op, (void)job;
    return true;
}

/* Mail is not sent here. */
static const struct job_kind kinds[] = {
    {"payment.settle", payment_settle_job, .tries_max = 100, .talks = true},
    {"payment.expire", payment_expire_job, .tries_max = 10},
    {"refund.send", refund_send_job, .tries_max = 100, .talks = true},
    {"chain.seal", chain_seal_job, .tries_max = 100},
    {"payment.receipt", no_work, .tries_max = 10},
    {"payment.failed", no_work, .tries_max = 10},
    {"payment.refunded", no_work, .tries_max = 10},
    {"document.notice", no_work, .tries_max = 10},
    {0},
};

struct app sim_app(struct sim *s)
{
    struct gateway_access access = sim_access(s);
    return (struct app){
        .db = s->db,
        .keys = keys_for_tests(s->mem),
        .claims = s->claims,
        .public_url = S("https://pay.example"),
        .gateway = access.gateway,
        .gateway_account = access.account,
    };
}

void sim_jobs(struct sim *s, int most)
{
    bool ran = true;
    for (int i = 0; ran && i < most && !s->failed && !disk_is_hurt(s->disk); i++) {
        struct op op = sim_op(s);
        struct app app = sim_app(s);
        bool whole = jobs_run_next(&op, s->store, &app, kinds, &ran);
        if (ran) sim_trace(s, "job", whole, 0);
        sim_judge(s, &op, "jobs", whole);
    }
}

static str header(struct request *rq, const char *name)
{
    const struct their_message *m = rq->connection;
    return strcmp(name, "webhook-id") == 0
               ? str_printf(rq->op.mem, "evt-%lld", (long long)m->number)
               : S("");
}

/* One that is not taken comes again. */
void sim_hook(struct sim *s, int which)
{
    struct their_message m = s->messages[which];
    s->messages[which] = s->messages[--s->message_count];
    struct app app = sim_app(s);
    struct request rq = {
        .op = sim_op(s),
        .store = s->store,
        .app = &app,
        .method = POST,
        .path = S("/hooks/test"),
        .id = S("test"),
        .body = str_of(m.our_id),
        .header = header,
        .connection = &m,
    };
    int status = web_handle(&rq, &hook_routes[0]).status;
    sim_trace(s, "message", m.number, status);
    if (status != 200 && !disk_is_hurt(s->disk)) sim_fail(s, "a message was answered %d", status);
}

static void do_hook(struct sim *s)
{
    int due = 0;
    for (int i = 0; i < s->message_count; i++) due += s->messages[i].due <= s->now;
    int64_t which = due > 0 ? chance_below(&s->chance, due) : -1;
    for (int i = 0; i < s->message_count; i++)
        if (s->messages[i].due <= s->now && which-- == 0) {
            sim_hook(s, i);
            return;
        }
}

static void do_jobs(struct sim *s)
{
    sim_jobs(s, 1 + (int)chance_below(&s->chance, 6));
}

/* ---- all of them, by how often ---- */

static const struct {
    void (*act)(struct sim *s);
    int often;
} acts[] = {
    {do_issue, 12},        {do_checkout, 14},       {do_edit, 3},           {do_card, 14},
    {do_again, 3},         {do_return, 8},          {do_cancel, 3},         {do_announce, 4},
    {do_withdraw, 1},      {do_receive, 4},         {do_bounce, 1},         {do_identify, 1},
    {do_refund, 4},        {do_import, 1},          {do_unallocate, 1},     {do_hook, 12},
    {do_jobs, 14},         {sim_gateway_payer, 12}, {sim_form_checkout, 6}, {sim_form_pay, 8},
    {sim_form_payment, 5}, {sim_form_line, 4},      {sim_forms_again, 6},   {sim_file, 2},
};

void sim_act(struct sim *s)
{
    int all = 0;
    for (ptrdiff_t i = 0; i < COUNT(acts); i++) all += acts[i].often;
    int64_t which = chance_below(&s->chance, all);
    if (disk_is_off(s->disk)) return;
    sim_gateway_arrivals(s);
    for (ptrdiff_t i = 0; i < COUNT(acts); i++) {
        which -= acts[i].often;
        if (which >= 0) continue;
        sim_trace(s, "act", i, s->depth);
        acts[i].act(s);
        return;
    }
}
