/* What console pages are made of: tables, lists with their search, forms, facts. Handlers fill
 * these in, already decided; parts.page lays them out, the same on every page. */
#ifndef CONSOLE_PARTS_H
#define CONSOLE_PARTS_H

#include "delivery/console/console.h"
#include "delivery/console/filters.h"
#include "delivery/portal/words.h"

/* ---- a table ---- */

enum grid_kind {
    GRID_TEXT,
    GRID_KEY,  /* what the row is called */
    GRID_CODE, /* a number of a document, which is never broken */
    GRID_DATE,
    GRID_NUMBER,
    GRID_MONEY,
    GRID_STATUS,
    GRID_ACT, /* a button of the row */
};

/* What became of one field of a thing; either side may be empty. */
struct grid_change {
    str name, was, is;
};

struct grid_cell {
    str text, small; /* small: said after it in the second voice */
    str shape;       /* of a status */
    money amount;
    date day;
    struct url link, act; /* act: where the button sends the row's `name` = `value` */
    const char *name;     /* of what the button sends; NULL: nothing */
    str value;
    const struct grid_change *changes;
    ptrdiff_t change_count;
    enum {
        CELL_EMPTY,
        CELL_TEXT,
        CELL_MONEY,
        CELL_DATE,
        CELL_STATUS,
        CELL_ACT,
        CELL_CHANGES
    } holds;
    bool linked, late, strong;
};

struct grid_column {
    enum grid_kind kind;
    str name, sorted; /* sorted: "ascending", "descending" or empty */
    str label;        /* said before each value on a narrow screen; empty: it says so itself */
    struct url sort;  /* where the head leads, if it `sorts` */
    bool sorts;
    bool wide; /* not told on a narrow screen, of a brief grid */
};

enum { GRID_COLUMNS_MAX = 9 };
struct grid {
    str caption, nothing; /* nothing: what is said when there is no row */
    str after;            /* what is said below the rows; may be empty */
    struct grid_sum {
        str words;
        struct url link; /* what makes it up */
    } * sums;            /* below the rows as well */
    ptrdiff_t sum_count;
    struct grid_column columns[GRID_COLUMNS_MAX];
    int column_count;
    struct grid_cell *cells; /* row after row */
    str *ticks;              /* the id of each row, for a box to tick; NULL: no boxes */
    ptrdiff_t row_count, row_max;
    struct url next;
    bool has_next;
    bool brief;     /* on a narrow screen a row is what it is, what it comes to and how it stands */
    str total_name; /* a last line with `total` under the last column; empty: none */
    money total;
};

struct grid_heading {
    enum grid_kind kind;
    const char *name;
};
struct grid grid_of(struct request *rq, const char *caption, const char *nothing,
                    const struct grid_heading headings[], int count, ptrdiff_t row_max);
/* The cells of a new row, to be filled in. */
struct grid_cell *grid_row(struct grid *g);
/* Names a column by what no source knows, such as the days of an age. */
void grid_name(struct grid *g, int column, str name);
/* On a narrow screen a row is told in few words, without the names of its columns and without what
 * stands in this one and that one (-1: in none). */
void grid_make_brief(struct grid *g, int without, int without_too);
str grid_class(const struct grid_column *column, const struct grid_cell *cell);

struct grid_cell grid_text(str text);
struct grid_cell grid_link(str text, struct url link);
struct grid_cell grid_money(money amount);
struct grid_cell grid_money_link(money amount, struct url link);
struct grid_cell grid_some_money(money amount, struct url link); /* a dash for zero */
struct grid_cell grid_date(date day);
struct grid_cell grid_number(const struct request *rq, int64_t n);
/* A count that opens into what it counts; a dash for none. */
struct grid_cell grid_count(const struct request *rq, int64_t n, struct url link);
/* The same, "99+" when there are `more`, which were not counted. */
struct grid_cell grid_count_to(const struct request *rq, int64_t n, bool more, struct url link);
struct grid_cell grid_status(struct standing_words words);
struct grid_cell grid_changes(const struct grid_change changes[], ptrdiff_t count);
struct grid_cell grid_act(str words, struct url act, const char *name, str value);

void part_grid(struct page *p, const struct grid *g);

/* ---- a form ---- */

enum ask {
    ASK_LINE,
    ASK_AREA,
    ASK_SELECT,
    ASK_DATE,
    ASK_EMAIL,
    ASK_AMOUNT,
    ASK_TICK,
    ASK_FILE,
    ASK_HIDDEN
};

struct answer {
    str value, name;
};
struct question {
    enum ask kind;
    const char *name;
    str label, hint, value, wrong, wrong_id;
    const struct answer *answers; /* of ASK_SELECT */
    ptrdiff_t answer_count;
    bool required;
    bool narrow; /* asked on narrow screens only */
};

enum { QUESTIONS_MAX = 14 };
struct question_list {
    struct question at[QUESTIONS_MAX];
    int count;
    struct {
        str words;
        struct url link;
    } problems[QUESTIONS_MAX];
    int problem_count;
};
/* Adds a question with what was typed last, else with `value`, and what was wrong with it. */
struct question *ask(struct request *rq, struct question_list *list, enum ask kind,
                     const char *name, const char *label, str value);
/* Problems of no field, for the summary; call it after the last question. */
void ask_problems(struct request *rq, struct question_list *list);

void part_problems(struct page *p, const struct question_list *list);
void part_questions(struct page *p, const struct question_list *list);
/* One field of a row of filters. */
void part_filter_field(struct page *p, const struct question *q);

/* A page that is one form. */
struct link_words {
    str words;
    struct url link;
    bool main; /* the page's one first thing to do */
};
struct form_view {
    str title, under, crumb, note, button; /* no button: nothing can be sent now */
    struct link_words instead;             /* of the button: where that is set right */
    struct url crumb_link, action;
    struct question_list questions;
    bool upload;
    const struct grid *grid;    /* what it is about, shown above; NULL: nothing */
    const struct grid *changes; /* who changed it, shown below; NULL: nobody */
};
void page_form(struct page *p, const struct form_view *v);
struct reply reply_form(struct request *rq, const char *current, const struct form_view *v);

/* ---- a list ---- */

struct tab {
    str name;
    struct url link;
    int64_t count; /* below zero: not said */
    bool more;     /* there are more than `count`: not all were counted */
    bool current;
};
/* What can be done with the rows that are ticked, or with all that match: a form around the table,
 * which leads to a page that says what will happen. */
struct bulk_bar {
    const char *action;
    const struct answer *acts;
    ptrdiff_t act_count;
    struct question_list filters; /* hidden: how the rows were found */
};
struct listing {
    const struct bulk_bar *bulk; /* NULL: nothing; else grid.ticks is set */
    str title, under, done;
    struct link_words acts[3];
    int act_count;
    struct tab tabs[8];
    int tab_count;
    struct url here;  /* where the search asks */
    str search_label; /* empty: no search */
    str search, search_wrong;
    struct question_list filters; /* beside the search */
    str clear_words;
    struct url clear;
    bool has_filter;
    struct url shown; /* this list's address as it stands, without a cursor, whose filters can be
                         saved; empty: they cannot */
    struct saved_filters saved;
    struct grid grid;
};
void page_listing(struct page *p, const struct listing *v);

/* A list's address in this order, from behind this row; neither is said where it is empty. */
struct url listing_url(struct request *rq, struct url link, str sort, str cursor);

/* A column whose head sorts the list by it: `sort` is what its link asks for, "-" before it the
 * other way round. */
struct sort_column {
    int column;
    const char *sort;
    bool money; /* first from the largest */
    bool not_offered;
};
/* Makes heads links, and asks the same among the filters, for screens that show no heads. `now` is
 * the order in which the list stands, `link` its address without one. */
void listing_sorts(struct request *rq, struct listing *v, const struct sort_column columns[],
                   int count, str now, struct url link);
struct reply reply_listing(struct request *rq, const char *current, struct listing *v);

/* ---- facts and happenings ---- */

enum { FACTS_MAX = 16 };
struct fact {
    str name, value;
    struct url link;
    bool linked;
};
struct facts {
    struct fact at[FACTS_MAX];
    int count;
};
/* Nothing is added for an empty value. */
void fact_add(struct request *rq, struct facts *f, const char *name, str value);
void fact_link(struct request *rq, struct facts *f, const char *name, str value, struct url link);
void part_facts(struct page *p, const struct facts *f);

struct happening {
    str when, what, amount, about;
    struct url link;
    bool linked;
};
struct happenings {
    struct happening *at;
    ptrdiff_t count;
};
void part_happenings(struct page *p, const struct happenings *h);
void part_links(struct page *p, const struct link_words links[], int count);
void part_done(struct page *p, str words);

#endif
