#include "delivery/console/cases.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/access/people.h"

const char *const case_shows[] = {"open", "mine", "unowned", "all", NULL};
const char *const dispute_shows[] = {"open", "mine", "unowned", "credit", "all", NULL};

static const char *show_name(str show)
{
    static const struct {
        const char *show, *name;
    } names[] = {
        {"open", N_("Open")},
        {"mine", N_("Mine")},
        {"unowned", N_("Nobody's")},
        {"all", N_("All")},
        {"credit", N_("To be credited")},
    };
    ptrdiff_t i = 0;
    while (!str_eq(show, str_of(names[i].show))) i++; /* the lists have no others */
    return names[i].name;
}

void case_tabs(struct request *rq, struct listing *v, const char *const shows[], str show,
               struct url (*link)(struct request *rq, const void *form, str show), const void *form)
{
    for (; *shows; shows++)
        v->tabs[v->tab_count++] = (struct tab){
            .name = said(rq, show_name(str_of(*shows))),
            .link = link(rq, form, str_of(*shows)),
            .count = -1,
            .current = str_eq(show, str_of(*shows)),
        };
}

str case_show(const struct case_query *q)
{
    return q->owner || q->show.len == 0 ? S("open") : q->show;
}

int64_t case_owner(const struct request *rq, const struct case_query *q)
{
    if (q->owner) return q->owner;
    return str_eq(q->show, S("mine")) ? rq->who.person : 0;
}

str case_query_text(const struct request *rq, const struct case_query *q)
{
    struct arena *mem = rq->op.mem;
    str show = case_show(q);
    return str_printf(mem, "?show=%.*s&reason=%.*s&customer=%.*s&owner=%.*s",
                      STR(str_eq(show, S("open")) ? S("") : show), STR(url_encode(mem, q->reason)),
                      STR(q->customer ? place_id(rq, PLACE_CUSTOMER, q->customer) : S("")),
                      STR(q->owner ? place_id(rq, PLACE_PERSON, q->owner) : S("")));
}

bool ask_colleague(struct request *rq, int64_t owner, struct question_list *filters)
{
    struct owner_form staff;
    if (!owner_form_of(rq, owner, url_of(S("")), &staff)) return false;
    struct answer *answers = arena_array(rq->op.mem, struct answer, staff.count + 1);
    answers[0] = (struct answer){S(""), said(rq, "Anybody or nobody")};
    for (ptrdiff_t i = 0; i < staff.count; i++) answers[i + 1] = staff.staff[i];
    struct question *q = ask(rq, filters, ASK_SELECT, "owner", N_("Owner"), staff.owner);
    q->answers = answers;
    q->answer_count = staff.count + 1;
    return true;
}

bool case_filters(struct request *rq, struct question_list *filters, const struct case_query *query,
                  const struct reason_list *reasons)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, reasons->count + 1);
    str show = case_show(query);
    answers[0] = (struct answer){S(""), said(rq, "All")};
    for (ptrdiff_t i = 0; i < reasons->count; i++) {
        const struct reason *r = &reasons->at[i];
        answers[i + 1] = (struct answer){r->code, reason_words(rq, r->code, r->words)};
    }
    ask(rq, filters, ASK_HIDDEN, "show", NULL, show);
    if (query->customer)
        ask(rq, filters, ASK_HIDDEN, "customer", NULL,
            place_id(rq, PLACE_CUSTOMER, query->customer));
    struct question *q = ask(rq, filters, ASK_SELECT, "reason", N_("Reason"), query->reason);
    q->answers = answers;
    q->answer_count = reasons->count + 1;
    return !str_eq(show, S("open")) || ask_colleague(rq, query->owner, filters);
}

struct grid_sum case_sum(struct request *rq, const char *here, str reason, str words, money amount)
{
    return (struct grid_sum){
        .words = filled(rq, N_("{1}: {2}"), reason_words(rq, reason, words),
                        lang_money(rq->op.mem, op_lang(&rq->op), amount)),
        .link = url_printf(rq->op.mem, "%s?show=open&reason=%.*s", here,
                           STR(url_encode(rq->op.mem, reason))),
    };
}

/* ---- who looks after one ---- */

bool owner_form_of(struct request *rq, int64_t owner, struct url act, struct owner_form *out)
{
    struct staff_list list;
    if (!staff_of_seller(&rq->op, &list)) return false;
    struct answer *staff = arena_array(rq->op.mem, struct answer, list.count);
    *out = (struct owner_form){.act = act, .staff = staff};
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct person *p = &list.at[i];
        bool works = role_may(p->staff_role, MAY_WORK) && !p->blocked;
        if (!works && p->id != owner) continue;
        staff[out->count++] = (struct answer){place_id(rq, PLACE_PERSON, p->id), p->name};
        if (p->id == owner) out->owner = place_id(rq, PLACE_PERSON, owner);
    }
    return true;
}

str given_words(struct request *rq, str name)
{
    return name.len > 0 ? filled(rq, N_("Given to {1}"), name, S("")) : said(rq, "Given to nobody");
}

const struct input owner_inputs[] = {
    {.name = "owner",
     .type = INPUT_ID,
     .offset = offsetof(struct owner_chosen, owner),
     .kind = "usr"},
    {.name = NULL},
};

bool owner_name(struct op *op, int64_t owner, str *out)
{
    struct staff_list staff;
    *out = S("");
    if (owner == 0) return true;
    if (!staff_of_seller(op, &staff)) return false;
    for (ptrdiff_t i = 0; i < staff.count; i++)
        if (staff.at[i].id == owner) *out = staff.at[i].name;
    if (out->len > 0) return true;
    return op_fail(op, ERR_MISSING, "owner",
                   "Nobody of ours is this person: choose one of the list.");
}
