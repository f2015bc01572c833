/* The attacks: what is sent into an input (…_into) or to a route (…_of, and so on), and what must
 * not be seen in any answer to it (…_seen, for the walk's `seen`). Each one tells its findings. */
#ifndef TEST_ATTACKS_H
#define TEST_ATTACKS_H

#include "attack_walk.h"

#define FORGED "forged.example"
/* Would end a text, an attribute in either quote, a script's string, and a comment. */
#define CANARY "qz1\"'><qz2 x=`y`>--></title></script>"

void attack_sql_into(struct attack_walk *w, const struct input *in);
void attack_markup_into(struct attack_walk *w, const struct input *in);
void attack_leads_into(struct attack_walk *w, const struct input *in);
void attack_line_ends_into(struct attack_walk *w, const struct input *in);

void attack_show(struct attack_walk *w);            /* after something was stored */
void attack_forge(struct attack_walk *w);           /* forms of other pages */
void attack_headers_of(struct attack_walk *w);      /* addresses that look like files */
void attack_host_of(struct attack_walk *w);         /* a forged Host, Forwarded, Referer */
void attack_fields_beside(struct attack_walk *w);   /* fields that are not there, or twice */
void attack_tables_of(struct attack_walk *w);       /* all that a page is offered as */
void attack_again_and_again(struct attack_walk *w); /* twenty times the same form */

void attack_markup_seen(struct attack_walk *w, struct request *rq, const struct reply *reply);
void attack_headers_seen(struct attack_walk *w, struct request *rq, const struct reply *reply);
void attack_leads_seen(struct attack_walk *w, struct request *rq, const struct reply *reply);
void attack_host_seen(struct attack_walk *w, struct request *rq, const struct reply *reply);
void attack_table_seen(struct attack_walk *w, struct request *rq, const struct reply *reply);

bool attack_is_broken(const struct attack_walk *w, const struct reply *reply);

#endif
