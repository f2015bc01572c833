/* What every gateway must keep, whoever is behind it. A new adapter adds its bench to the table. */
#include "base/clock.h"
#include "gateway_bench.h"
#include "test.h"

#include <poll.h>

static const struct {
    struct gateway_bench *(*open)(struct arena *mem);
    void (*close)(struct gateway_bench *bench);
} benches[] = {
    {test_gateway_bench_open, test_gateway_bench_close},
};

static struct charge charge_of(struct gateway_bench *bench, str our_id, const char *amount,
                               const char *code)
{
    currency cur;
    struct charge charge = {
        .our_id = our_id,
        .description = S("Invoice R-1"),
        .return_url =
            str_printf(bench->mem, "http://127.0.0.1:%d/payments/1?back=1", bench->merchant->port),
    };
    CHECK(currency_from(str_of(code), &cur), "%s", code);
    CHECK(money_from(str_of(amount), cur, &charge.amount), "%s", amount);
    return charge;
}

static struct charge_result charge(struct gateway_bench *bench, const struct charge *in)
{
    struct op op = {.mem = bench->mem};
    struct charge_result got;
    CHECK(gateway_charge(&op, bench->gateway, bench->account, in, &got), "%.*s: %.*s",
          STR(in->our_id), STR(op.errs->detail));
    return got;
}

static struct charge_result ask(struct gateway_bench *bench, str our_id)
{
    struct op op = {.mem = bench->mem};
    struct charge_result got;
    CHECK(gateway_ask(&op, bench->gateway, bench->account, our_id, &got), "%.*s", STR(our_id));
    return got;
}

static struct charge_result cancel(struct gateway_bench *bench, str our_id)
{
    struct op op = {.mem = bench->mem};
    struct charge_result got;
    CHECK(gateway_cancel(&op, bench->gateway, bench->account, our_id, &got), "%.*s", STR(our_id));
    return got;
}

static struct charge_result refund(struct gateway_bench *bench, str our_id, str charge_id,
                                   money amount)
{
    struct op op = {.mem = bench->mem};
    struct charge_result got;
    struct refund in = {our_id, charge_id, amount};
    CHECK(gateway_refund(&op, bench->gateway, bench->account, &in, &got), "%.*s", STR(our_id));
    return got;
}

/* A charge with the card page done. */
static struct charge_result paid_by(struct gateway_bench *bench, str our_id, enum payer what)
{
    struct charge in = charge_of(bench, our_id, "119.00", "EUR");
    struct charge_result open = charge(bench, &in);
    CHECK(open.state == CHARGE_OPEN, "%.*s: %d", STR(our_id), (int)open.state);
    CHECK(bench->pay(bench, open.page, what), "%.*s: the card page has ended", STR(our_id));
    return open;
}

static void a_charge_sent_twice_is_one(struct gateway_bench *bench)
{
    struct charge in = charge_of(bench, S("twice"), "119.00", "EUR");
    struct charge_result one = charge(bench, &in), two = charge(bench, &in);
    CHECK(one.state == CHARGE_OPEN && two.state == CHARGE_OPEN, "open");
    CHECK(str_eq(one.their_id, two.their_id) && str_eq(one.page, two.page), "two charges");

    CHECK(bench->pay(bench, one.page, PAYS), "the card page has ended");
    struct charge_result after = charge(bench, &in);
    CHECK(after.state == CHARGE_PAID && str_eq(after.their_id, one.their_id), "charged again");
}

struct sender {
    struct gateway_bench *bench;
    struct arena *mem;
    pthread_t thread;
    struct charge charge;
    struct charge_result got;
};

static void *send_charge(void *arg)
{
    struct sender *s = arg;
    struct op op = {.mem = s->mem};
    if (!gateway_charge(&op, s->bench->gateway, s->bench->account, &s->charge, &s->got))
        s->got.state = CHARGE_ABSENT;
    return NULL;
}

static void a_charge_sent_by_many_at_once_is_one(struct gateway_bench *bench)
{
    struct sender senders[6];
    for (ptrdiff_t i = 0; i < COUNT(senders); i++) {
        senders[i] = (struct sender){.bench = bench, .mem = arena_open(8 << 20)};
        senders[i].charge = charge_of(bench, S("at-once"), "1.00", "EUR");
        CHECK(!pthread_create(&senders[i].thread, NULL, send_charge, &senders[i]), "thread");
    }
    struct charge_result known = {0};
    for (ptrdiff_t i = 0; i < COUNT(senders); i++) {
        pthread_join(senders[i].thread, NULL);
        if (i == 0) known = ask(bench, S("at-once"));
        struct charge_result got = senders[i].got;
        bool fine = got.state == CHARGE_UNKNOWN || str_eq(got.their_id, known.their_id);
        CHECK(fine && got.state != CHARGE_ABSENT, "sender %td: %d", i, (int)got.state);
    }
    for (ptrdiff_t i = 0; i < COUNT(senders); i++) arena_close(senders[i].mem);
}

static void the_amount_comes_back_as_it_was_sent(struct gateway_bench *bench)
{
    static const struct {
        const char *amount, *currency;
    } cases[] = {{"119.00", "EUR"}, {"0.01", "USD"}, {"1500", "JPY"}, {"1.234", "KWD"}};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str id = str_printf(bench->mem, "amount-%td", i);
        struct charge in = charge_of(bench, id, cases[i].amount, cases[i].currency);
        struct charge_result made = charge(bench, &in), asked = ask(bench, id);
        CHECK(money_eq(made.amount, in.amount), "%s", cases[i].currency);
        CHECK(money_eq(asked.amount, in.amount), "%s", cases[i].currency);
    }
}

static void another_amount_under_a_known_id_is_refused(struct gateway_bench *bench)
{
    struct op op = {.mem = bench->mem};
    struct charge_result got;
    struct charge in = charge_of(bench, S("known"), "119.00", "EUR");
    CHECK(charge(bench, &in).state == CHARGE_OPEN, "first");
    in.amount.minor++;
    CHECK(!gateway_charge(&op, bench->gateway, bench->account, &in, &got), "%d", (int)got.state);
    CHECK(ask(bench, S("known")).amount.minor == 11900, "it was changed");
}

static void a_wrong_key_is_our_own_mistake(struct gateway_bench *bench)
{
    struct op op = {.mem = bench->mem};
    struct charge_result got;
    struct charge in = charge_of(bench, S("wrong-key"), "119.00", "EUR");
    CHECK(!gateway_charge(&op, bench->gateway, bench->wrong_account, &in, &got), "charge");
    CHECK(ask(bench, S("wrong-key")).state == CHARGE_ABSENT, "it was made");
}

static void every_end_of_the_card_page_is_told(struct gateway_bench *bench)
{
    static const struct {
        enum payer payer;
        enum charge_state state;
        enum decline_class decline;
    } cases[] = {
        {PAYS, CHARGE_PAID, DECLINE_NONE},
        {CONFIRMS, CHARGE_PAID, DECLINE_NONE},
        {LACKS_FUNDS, CHARGE_DECLINED, DECLINE_FUNDS},
        {HAS_AN_EXPIRED_CARD, CHARGE_DECLINED, DECLINE_CARD},
        {IS_REFUSED, CHARGE_DECLINED, DECLINE_REFUSED},
        {HAS_A_STOLEN_CARD, CHARGE_DECLINED, DECLINE_HARD},
        {FAILS_TO_CONFIRM, CHARGE_DECLINED, DECLINE_CONFIRM},
        {CANCELS, CHARGE_CANCELLED, DECLINE_NONE},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str id = str_printf(bench->mem, "end-%td", i);
        struct charge_result open = paid_by(bench, id, cases[i].payer);
        struct charge_result got = ask(bench, id);
        CHECK(got.state == cases[i].state && got.decline == cases[i].decline, "case %td: %d %s", i,
              (int)got.state, decline_name(got.decline));
        CHECK(str_eq(got.their_id, open.their_id), "case %td", i);
        bool carded = cases[i].payer != CANCELS;
        CHECK((got.card.len > 0) == carded && got.card.len < 30, "case %td: %.*s", i,
              STR(got.card));
    }
}

/* By somebody who does not wait for silence to end. */
static struct charge_result charge_in_haste(struct gateway_bench *bench, const struct charge *in)
{
    const struct gateway_account *patient = bench->account;
    bench->account = bench->hasty_account;
    struct charge_result got = charge(bench, in);
    bench->account = patient;
    return got;
}

/* Asks until it is as it should be, for a minute at most. */
static struct charge_result ask_until(struct gateway_bench *bench, str our_id,
                                      enum charge_state state)
{
    int64_t until = clock_ticks_us() + TEST_PATIENCE_MS * INT64_C(1000);
    struct charge_result got = ask(bench, our_id);
    while (got.state != state && clock_ticks_us() < until) {
        poll(NULL, 0, 50);
        got = ask(bench, our_id);
    }
    return got;
}

static void a_call_without_an_answer_is_unknown_until_asked(struct gateway_bench *bench)
{
    static const struct {
        enum mishap trouble;
        enum charge_state then;
    } cases[] = {
        {SILENT_BEFORE, CHARGE_ABSENT}, {SILENT_AFTER, CHARGE_OPEN},
        {BROKEN_BEFORE, CHARGE_ABSENT}, {BROKEN_AFTER, CHARGE_OPEN},
        {GARBAGE_AFTER, CHARGE_OPEN},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str id = str_printf(bench->mem, "trouble-%td", i);
        struct charge in = charge_of(bench, id, "119.00", "EUR");
        bench->trouble(bench, cases[i].trouble);
        struct charge_result got = charge_in_haste(bench, &in);
        CHECK(got.state == CHARGE_UNKNOWN && !got.never_sent, "case %td: %d", i, (int)got.state);
        struct charge_result then = ask_until(bench, id, cases[i].then);
        CHECK(then.state == cases[i].then, "case %td: %d", i, (int)then.state);
        CHECK(charge(bench, &in).state == CHARGE_OPEN, "case %td, sent again", i);
    }
}

/* False: we were so slow that the silence may have been over when we asked. */
static bool is_silent_at_first(struct gateway_bench *bench, str our_id, enum payer what)
{
    int64_t began = clock_ticks_us();
    (void)paid_by(bench, our_id, what);
    bool unknown = ask(bench, our_id).state == CHARGE_UNKNOWN;
    bool late = clock_ticks_us() - began >= 10 * GATEWAY_SECOND_MS * INT64_C(1000);
    CHECK(unknown || late, "%.*s: told at once", STR(our_id));
    return unknown;
}

static void a_silent_bank_is_unknown_until_it_speaks(struct gateway_bench *bench)
{
    static const struct {
        enum payer payer;
        enum charge_state in_the_end;
    } cases[] = {{PAYS_IN_SILENCE, CHARGE_PAID}, {FAILS_IN_SILENCE, CHARGE_CANCELLED}};
    enum { TRIES = 20 }; /* of which one is quick enough, but on a machine that does nothing */
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str id = {0};
        bool silent = false;
        for (int n = 0; n < TRIES && !silent; n++) {
            id = str_printf(bench->mem, "silent-%td-%d", i, n);
            silent = is_silent_at_first(bench, id, cases[i].payer);
        }
        struct charge_result end = ask_until(bench, id, cases[i].in_the_end);
        CHECK(end.state == cases[i].in_the_end, "case %td: %d", i, (int)end.state);
    }
}

static void an_unheard_of_charge_is_absent(struct gateway_bench *bench)
{
    CHECK(ask(bench, S("unheard-of")).state == CHARGE_ABSENT, "ask");
    CHECK(cancel(bench, S("unheard-of")).state == CHARGE_ABSENT, "cancel");
}

static void a_cancelled_charge_stays_so_and_a_paid_one_too(struct gateway_bench *bench)
{
    struct charge in = charge_of(bench, S("cancelled"), "119.00", "EUR");
    struct charge_result open = charge(bench, &in);
    CHECK(cancel(bench, S("cancelled")).state == CHARGE_CANCELLED, "cancel");
    CHECK(cancel(bench, S("cancelled")).state == CHARGE_CANCELLED, "again");
    CHECK(str_eq(charge(bench, &in).their_id, open.their_id), "sent again");
    CHECK(ask(bench, S("cancelled")).state == CHARGE_CANCELLED, "ask");

    (void)paid_by(bench, S("paid-first"), PAYS);
    CHECK(cancel(bench, S("paid-first")).state == CHARGE_PAID, "a paid one was cancelled");
    CHECK(ask(bench, S("paid-first")).state == CHARGE_PAID, "ask");
}

struct canceller {
    struct gateway_bench *bench;
    struct arena *mem;
    pthread_t thread;
    str our_id;
    int wait_ms;
    struct charge_result got;
};

static void *cancel_soon(void *arg)
{
    struct canceller *c = arg;
    struct op op = {.mem = c->mem};
    poll(NULL, 0, c->wait_ms);
    if (!gateway_cancel(&op, c->bench->gateway, c->bench->account, c->our_id, &c->got))
        c->got.state = CHARGE_ABSENT;
    return NULL;
}

static void paying_and_cancelling_at_once_ends_one_way(struct gateway_bench *bench)
{
    for (int i = 0; i < 10; i++) {
        str id = str_printf(bench->mem, "race-%d", i);
        struct charge in = charge_of(bench, id, "119.00", "EUR");
        struct charge_result open = charge(bench, &in);
        struct canceller c = {.bench = bench, .mem = arena_open(8 << 20), .our_id = id};
        c.wait_ms = i;
        CHECK(!pthread_create(&c.thread, NULL, cancel_soon, &c), "thread");
        (void)bench->pay(bench, open.page, PAYS);
        pthread_join(c.thread, NULL);
        struct charge_result end = ask(bench, id);
        CHECK(end.state == CHARGE_PAID || end.state == CHARGE_CANCELLED, "%d", (int)end.state);
        CHECK(c.got.state == CHARGE_UNKNOWN || c.got.state == end.state, "%d, then %d",
              (int)c.got.state, (int)end.state);
        arena_close(c.mem);
    }
}

static void refunds_never_exceed_what_was_paid(struct gateway_bench *bench)
{
    struct charge_result open = paid_by(bench, S("refunded"), PAYS);
    struct charge in = charge_of(bench, S("x"), "60.00", "EUR");
    money sixty = in.amount, fifty_nine = money_of(5900, in.amount.cur);
    money cent = money_of(1, in.amount.cur);
    struct charge_result one = refund(bench, S("r-1"), open.their_id, sixty);
    struct charge_result again = refund(bench, S("r-1"), open.their_id, sixty);
    CHECK(one.state == CHARGE_PAID && money_eq(one.amount, sixty), "%d", (int)one.state);
    CHECK(again.state == CHARGE_PAID && str_eq(again.their_id, one.their_id), "sent twice is two");
    CHECK(refund(bench, S("r-2"), open.their_id, sixty).state == CHARGE_DECLINED, "too much");
    CHECK(refund(bench, S("r-2"), open.their_id, sixty).state == CHARGE_DECLINED, "still");
    CHECK(refund(bench, S("r-3"), open.their_id, fifty_nine).state == CHARGE_PAID, "the rest");
    CHECK(refund(bench, S("r-4"), open.their_id, cent).state == CHARGE_DECLINED, "a cent more");

    struct charge unpaid = charge_of(bench, S("unpaid"), "60.00", "EUR");
    struct charge_result made = charge(bench, &unpaid);
    CHECK(refund(bench, S("r-5"), made.their_id, cent).state == CHARGE_DECLINED, "never paid");
}

/* What the gateway calls the card that "payer_1" had kept with this payment. */
static struct saved_card kept_by(struct gateway_bench *bench, str our_id, enum payer what)
{
    struct charge in = charge_of(bench, our_id, "119.00", "EUR");
    in.customer = S("payer_1");
    struct charge_result open = charge(bench, &in);
    CHECK(open.state == CHARGE_OPEN && open.saved.token.len == 0, "%d", (int)open.state);
    CHECK(bench->pay(bench, open.page, what), "the card page has ended");
    struct charge_result got = ask(bench, our_id);
    CHECK(got.state == CHARGE_PAID, "%.*s: %d", STR(our_id), (int)got.state);
    return got.saved;
}

static void a_card_is_kept_only_when_its_payer_says_so(struct gateway_bench *bench)
{
    struct saved_card kept = kept_by(bench, S("kept"), KEEPS);
    struct saved_card other = kept_by(bench, S("kept-too"), KEEPS);
    CHECK(kept.token.len > 0 && str_eq(kept.label, S("Visa ending 4242")), "%.*s", STR(kept.label));
    CHECK(str_eq(date_text(bench->mem, kept.expires), S("2040-12-31")), "expiry");
    CHECK(!str_eq(kept.token, other.token), "the same token for two payments");
    CHECK(str_eq(kept.fingerprint, other.fingerprint), "two cards, they say");
    CHECK(kept_by(bench, S("not-ticked"), PAYS).token.len == 0, "kept without being asked to");
    (void)paid_by(bench, S("nobody"), KEEPS); /* the merchant did not say who pays */
    CHECK(ask(bench, S("nobody")).saved.token.len == 0, "kept for nobody");
}

static struct charge with_token(struct gateway_bench *bench, str our_id, str customer, str token)
{
    struct charge in = charge_of(bench, our_id, "60.00", "EUR");
    in.customer = customer;
    in.token = token;
    return in;
}

static void a_kept_card_is_charged_as_that_card_is(struct gateway_bench *bench)
{
    static const struct {
        enum payer card;
        enum charge_state state;
        enum decline_class decline;
    } cases[] = {
        {KEEPS, CHARGE_PAID, DECLINE_NONE},
        {KEEPS_ASKED_CARD, CHARGE_OPEN, DECLINE_NONE},
        {KEEPS_POOR_CARD, CHARGE_DECLINED, DECLINE_FUNDS},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str first = str_printf(bench->mem, "first-%td", i);
        str later = str_printf(bench->mem, "later-%td", i);
        struct saved_card kept = kept_by(bench, first, cases[i].card);
        int64_t before = bench->taken_minor(bench);
        struct charge in = with_token(bench, later, S("payer_1"), kept.token);
        struct charge_result got = charge(bench, &in), again = charge(bench, &in);
        CHECK(got.state == cases[i].state && got.decline == cases[i].decline, "case %td: %d", i,
              (int)got.state);
        CHECK(str_eq(got.their_id, again.their_id) && again.state == got.state, "case %td", i);
        CHECK(got.saved.token.len == 0, "case %td: kept once more", i);
        int64_t taken = bench->taken_minor(bench) - before;
        CHECK(taken == (got.state == CHARGE_PAID ? 6000 : 0), "case %td: %lld", i,
              (long long)taken);
    }
}

static void a_token_pays_for_nobody_else_and_not_after_its_end(struct gateway_bench *bench)
{
    struct op op = {.mem = bench->mem};
    bool gone = false;
    struct saved_card kept = kept_by(bench, S("bound"), KEEPS);
    struct charge in = with_token(bench, S("stranger"), S("payer_2"), kept.token);
    CHECK(charge(bench, &in).state == CHARGE_DECLINED, "another payer's card was charged");
    in = with_token(bench, S("guessed"), S("payer_1"), S("tok_guessed"));
    CHECK(charge(bench, &in).state == CHARGE_DECLINED, "no card was charged");

    bench->trouble(bench, BROKEN_BEFORE);
    CHECK(gateway_forget(&op, bench->gateway, bench->account, kept.token, &gone) && !gone, "500");
    for (int i = 0; i < 2; i++) { /* deleted twice is deleted */
        CHECK(gateway_forget(&op, bench->gateway, bench->account, kept.token, &gone), "forget");
        CHECK(gone, "still there");
    }
    in = with_token(bench, S("forgotten"), S("payer_1"), kept.token);
    CHECK(charge(bench, &in).state == CHARGE_DECLINED, "a deleted card was charged");
    CHECK(!gateway_forget(&op, bench->gateway, bench->wrong_account, kept.token, &gone), "key");
}

/* The payer is shown both sums on the card page; which of them counts, the card decides. */
static void only_a_credit_card_pays_the_surcharge(struct gateway_bench *bench)
{
    static const struct {
        enum payer payer;
        enum card_funding funding;
        int64_t fee, amount;
    } cases[] = {
        {PAYS, FUNDING_CREDIT, 297, 12197},
        {CONFIRMS, FUNDING_CREDIT, 297, 12197},
        {PAYS_BY_DEBIT, FUNDING_DEBIT, 0, 11900},
        {PAYS_BY_PREPAID, FUNDING_PREPAID, 0, 11900},
        {PAYS_BY_WHATEVER, FUNDING_UNKNOWN, 0, 11900},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str id = str_printf(bench->mem, "surcharge-%td", i);
        struct charge in = charge_of(bench, id, "119.00", "EUR");
        in.credit_fee = money_of(297, in.amount.cur);
        struct charge_result open = charge(bench, &in);
        CHECK(money_eq(open.amount, in.amount) && open.fee.minor == 0, "case %td", i);
        CHECK(bench->pay(bench, open.page, cases[i].payer), "the card page has ended");
        struct charge_result got = ask(bench, id), again = charge(bench, &in);
        CHECK(got.state == CHARGE_PAID && got.funding == cases[i].funding, "case %td: %s", i,
              funding_name(got.funding));
        CHECK(got.amount.minor == cases[i].amount && got.fee.minor == cases[i].fee,
              "case %td: %lld, of it %lld", i, (long long)got.amount.minor,
              (long long)got.fee.minor);
        CHECK(money_eq(again.amount, got.amount), "case %td, sent again", i);
        money all = got.amount, cent = money_of(1, all.cur);
        str whole = str_printf(bench->mem, "whole-%td", i);
        CHECK(refund(bench, whole, got.their_id, all).state == CHARGE_PAID, "case %td", i);
        str more = str_printf(bench->mem, "more-%td", i);
        CHECK(refund(bench, more, got.their_id, cent).state == CHARGE_DECLINED, "case %td", i);
    }
    struct op op = {.mem = bench->mem};
    struct charge_result got;
    struct charge in = charge_of(bench, S("surcharge-0"), "119.00", "EUR");
    CHECK(!gateway_charge(&op, bench->gateway, bench->account, &in, &got), "another surcharge");
}

static void wait_for_messages(struct gateway_bench *bench, int count)
{
    CHECK(test_comes_to(&bench->merchant->heard_count, count), "%d messages, not %d",
          atomic_load(&bench->merchant->heard_count), count);
}

static str header_of(const char *request, const char *name)
{
    const char *at = strstr(request, name);
    CHECK(at, "no %s in %s", name, request);
    return str_cut(str_of(at + strlen(name)), '\r').head;
}

static struct gateway_message message_of(const char *request)
{
    const char *body = strstr(request, "\r\n\r\n");
    CHECK(body, "%s", request);
    return (struct gateway_message){
        .id = header_of(request, "webhook-id: "),
        .timestamp = header_of(request, "webhook-timestamp: "),
        .signature = header_of(request, "webhook-signature: "),
        .body = str_of(body + 4),
    };
}

static bool reads(struct gateway_bench *bench, const struct gateway_message *in, instant now,
                  struct gateway_event *out)
{
    struct op op = {.mem = bench->mem, .now = now};
    return gateway_read_event(&op, bench->gateway, bench->account, in, out);
}

static void a_payment_is_told_by_a_signed_message(struct gateway_bench *bench)
{
    struct gateway_event event;
    instant now = clock_now();
    (void)paid_by(bench, S("told"), PAYS);
    wait_for_messages(bench, 1);
    struct gateway_message sent = message_of(bench->merchant->heard[0]);
    CHECK(reads(bench, &sent, now, &event), "not genuine");
    CHECK(str_eq(event.our_id, S("told")) && event.event_id.len > 0, "%.*s", STR(event.our_id));

    struct gateway_message bad = sent;
    bad.signature = str_head(sent.signature, sent.signature.len - 2);
    CHECK(!reads(bench, &bad, now, &event), "a cut signature");
    bad = sent;
    bad.id = S("evt_other");
    CHECK(!reads(bench, &bad, now, &event), "another id");
    bad = sent;
    bad.body = str_printf(bench->mem, "%.*s ", STR(sent.body));
    CHECK(!reads(bench, &bad, now, &event), "an altered body");
    CHECK(!reads(bench, &sent, now + 10 * MINUTE_US, &event), "an old message");
    CHECK(!reads(bench, &sent, now - 10 * MINUTE_US, &event), "a message of tomorrow");
}

static void a_repeated_message_has_the_same_id(struct gateway_bench *bench)
{
    struct gateway_event events[3];
    (void)paid_by(bench, S("thrice"), PAYS_TOLD_THRICE);
    wait_for_messages(bench, 3);
    for (ptrdiff_t i = 0; i < COUNT(events); i++) {
        struct gateway_message sent = message_of(bench->merchant->heard[i]);
        CHECK(reads(bench, &sent, clock_now(), &events[i]), "message %td", i);
        CHECK(str_eq(events[i].event_id, events[0].event_id), "message %td", i);
    }
}

static const struct {
    const char *name;
    void (*holds)(struct gateway_bench *bench);
} properties[] = {
    {"a charge sent twice is one", a_charge_sent_twice_is_one},
    {"a charge sent by many at once is one", a_charge_sent_by_many_at_once_is_one},
    {"the amount comes back as it was sent", the_amount_comes_back_as_it_was_sent},
    {"another amount under a known id is refused", another_amount_under_a_known_id_is_refused},
    {"a wrong key is our own mistake", a_wrong_key_is_our_own_mistake},
    {"every end of the card page is told", every_end_of_the_card_page_is_told},
    {"a call without an answer is unknown until asked",
     a_call_without_an_answer_is_unknown_until_asked},
    {"a silent bank is unknown until it speaks", a_silent_bank_is_unknown_until_it_speaks},
    {"an unheard of charge is absent", an_unheard_of_charge_is_absent},
    {"a cancelled charge stays so and a paid one too",
     a_cancelled_charge_stays_so_and_a_paid_one_too},
    {"paying and cancelling at once ends one way", paying_and_cancelling_at_once_ends_one_way},
    {"refunds never exceed what was paid", refunds_never_exceed_what_was_paid},
    {"a card is kept only when its payer says so", a_card_is_kept_only_when_its_payer_says_so},
    {"a kept card is charged as that card is", a_kept_card_is_charged_as_that_card_is},
    {"a token pays for nobody else and not after its end",
     a_token_pays_for_nobody_else_and_not_after_its_end},
    {"only a credit card pays the surcharge", only_a_credit_card_pays_the_surcharge},
    {"a payment is told by a signed message", a_payment_is_told_by_a_signed_message},
    {"a repeated message has the same id", a_repeated_message_has_the_same_id},
};

/* Each on a service of its own, which is stopped at its end. */
SENTENCE(every_gateway_keeps_what_paying_relies_on)
{
    for (ptrdiff_t i = 0; i < COUNT(benches); i++) {
        for (ptrdiff_t k = 0; k < COUNT(properties); k++) {
            struct arena_mark mark = arena_mark(mem);
            struct gateway_bench *bench = benches[i].open(mem);
            print_message("  %s: %s\n", bench->name, properties[k].name);
            properties[k].holds(bench);
            benches[i].close(bench);
            arena_rewind(mem, mark);
        }
    }
}

TESTS(TEST(every_gateway_keeps_what_paying_relies_on))
