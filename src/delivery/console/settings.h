/* Settings of an entity of the seller: the company, its look, its texts. */
#ifndef CONSOLE_SETTINGS_H
#define CONSOLE_SETTINGS_H

#include "delivery/console/parts.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/documents/document.h"
#include "domain/texts/blocks.h"
#include "domain/texts/texts.h"

extern const struct route console_settings_routes[];
extern const struct route console_look_routes[];
extern const struct route console_wording_routes[];

/* What the three pages of an entity have in common. */
enum settings_tab { SETTINGS_COMPANY, SETTINGS_LOOK, SETTINGS_TEXTS, SETTINGS_TABS };
struct settings_head {
    struct entity seller;
    struct frame frame;
    str title, done;
    struct tab tabs[SETTINGS_TABS];
    bool several; /* there are other entities */
};
bool settings_head(struct request *rq, enum settings_tab tab, struct settings_head *out) MUST_USE;
struct url settings_url(const struct request *rq, int64_t entity, const char *then);
/* "Anna Brandt, 3 May 2026, 10:42" */
str settings_when(const struct request *rq, str who, instant at);

struct company_view {
    struct settings_head *head;
    struct url action;
    struct question_list company, bank, contact, cards;
    struct question_list problems; /* of all of them */
    struct facts series;
    struct grid changes;
};
void page_company(struct page *p, const struct company_view *v);

struct look_view {
    struct settings_head *head;
    struct url action;
    struct question_list questions;
    str changed;
    str colour, on_white, on_dark; /* "#0d5a66", "6.55 to 1" */
    str logo;                      /* its path; empty: none */
    str better;                    /* a colour that can be read; empty: it can */
    bool has_logo;
};
void page_look(struct page *p, const struct look_view *v);

struct wording_row {
    str name, says;
    struct url link;
    bool changed;
};
struct wording_group {
    str name;
    struct wording_row rows[TEXT_COUNT];
    int count;
};
struct layout_row {
    str name;
    struct url action;
    struct layout_part {
        str code, name;
        bool on, stays, first, last;
    } parts[BLOCK_COUNT];
};
struct wording_view {
    struct settings_head *head;
    struct tab languages[8];
    int language_count;
    struct wording_group groups[3];
    struct layout_row layouts[LAYOUT_COUNT];
    str language;
};
void page_wording(struct page *p, const struct wording_view *v);

struct word_name {
    str name, about;
};
struct text_view {
    struct settings_head *head;
    str name, language_name, language;
    struct url action, back;
    struct question_list questions;
    struct word_name names[24];
    int name_count;
    str preview, preview_wrong, preview_of;
    struct shown_sheet {
        struct html picture; /* the picture is in the page: nothing of a draft is stored */
        int number;
    } sheets[PAPER_SHEETS_SHOWN]; /* the whole document with the text in it */
    int sheet_count, sheet_total; /* 0: not of a document, or there is none of that kind yet */
    bool no_paper;                /* there is no such document yet */
    struct happenings versions;
    bool changed; /* there is a default to go back to */
};
void page_text(struct page *p, const struct text_view *v);

#endif
