/* Flows: people's paths through the program as scripts that read like a story (*.flow in
 * test/flows, whose README.md tells the words). The whole program runs in the test, from the edge
 * to the database, the jobs and the mails; only the socket, the gateway and the mail server are
 * ours. */
#ifndef TEST_FLOW_H
#define TEST_FLOW_H

#include "browser.h"
#include "flow_gateway.h"

enum { FLOW_WORDS = 40, FLOW_PEOPLE = 8, FLOW_TABS = 4, FLOW_MAILS = 100 };

struct flow_word {
    str text;
    bool quoted;
};

struct flow_mail {
    str to, subject, text, files;
    bool seen; /* a line of the script spoke of it */
};

/* What a tab shows, and how it came there. */
struct flow_tab {
    struct reply reply;
    str path, text;             /* text: as a person reads it */
    str sent_path, sent_fields; /* the last form, to send it once more */
};

struct flow_person {
    str name, email; /* of this browser, and of who sits there: the same for most */
    struct browser browser;
    struct flow_tab tabs[FLOW_TABS];
    int tab;
};

struct flow {
    struct fixture *f;
    struct arena *mem;
    const char *file, *title;
    int line;
    struct flow_word words[FLOW_WORDS];
    int count, at; /* `at`: of the word that is read next */

    struct app *app;
    struct gateway_account gateway;
    struct flow_mail mails[FLOW_MAILS];
    int mail_count;
    struct flow_person people[FLOW_PEOPLE];
    int person_count;
    struct flow_person *who;
    int64_t entity; /* the one of the last `seller` line */
    date today;
};

/* Ends the test with the place in the script, and what the tab shows. */
#define FLOW_CHECK(w, condition, ...)                                                              \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            print_error("%s:%d: in \"%s\": ", (w)->file, (w)->line, (w)->title);                   \
            print_error(__VA_ARGS__);                                                              \
            print_error("\n");                                                                     \
            fail();                                                                                \
        }                                                                                          \
    } while (0)

/* One story: its world, its lines, and its end. */
void flow_begin(struct flow *w, struct arena *mem, struct fixture *f);
void flow_line(struct flow *w, str line);
void flow_end(struct flow *w); /* the books are right */

/* The line's words, with {inv:R-1} and its like filled in. */
bool flow_more(const struct flow *w);
str flow_next(struct flow *w);
bool flow_next_is(struct flow *w, const char *word);
bool flow_next_quoted(const struct flow *w);
int64_t flow_next_number(struct flow *w);
money flow_next_money(struct flow *w);
str flow_fill(struct flow *w, str text);

/* The lines that make the world; the lines that are steps. False: not such a line. */
bool flow_world_line(struct flow *w, str verb);
bool flow_step_line(struct flow *w, str verb);
bool flow_look_line(struct flow *w, str verb);

/* Runs the jobs that are due. */
void flow_jobs(struct flow *w);
struct flow_tab *flow_tab(struct flow *w);

#endif
