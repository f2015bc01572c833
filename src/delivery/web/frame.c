#include "delivery/web/frame.h"

#include "base/arena.h"
#include "base/card.h"

enum { SAID_AGAIN_MAX = 60 };

/* Only of a page that an address asked for: a form says itself what was wrong with it. */
static void problems_of(const struct request *rq, struct frame *f)
{
    ptrdiff_t count = 0;
    if (rq->method != GET) return;
    for (const struct err *err = rq->problems; err; err = err->next) count++;
    if (count == 0) return;
    struct frame_problem *at = arena_array(rq->op.mem, struct frame_problem, count);
    f->problems = at;
    f->problem_count = count;
    for (const struct err *err = rq->problems; err; err = err->next) { /* newest first */
        str typed = err->field ? str_trim(request_typed(rq, err->field)) : S("");
        bool again = typed.len <= SAID_AGAIN_MAX && !card_in(typed);
        at[--count] = (struct frame_problem){again ? typed : S(""), err->message};
    }
}

struct frame frame_for(const struct request *rq, str title, str brand)
{
    const struct visitor *who = &rq->who;
    bool staff = role_is_staff(who->role) && !who->view_as;
    struct frame f = {
        .title = title,
        .brand = brand,
        .home = staff ? "/console" : "/",
        .console = staff,
        .signed_in = who->role != ROLE_NONE,
        .view_as = who->view_as,
        .company = staff ? who->name : who->customer_name,
        .person = staff ? S("") : who->name,
        .theme = who->theme,
        .helpers = who->helpers,
    };
    problems_of(rq, &f);
    return f;
}

str brand_letter(str brand)
{
    ptrdiff_t len = brand.len > 0;
    while (len < brand.len && ((unsigned char)brand.at[len] & 0xC0) == 0x80) len++;
    return str_head(brand, len);
}

struct url phone_url(const struct page *p, str phone)
{
    struct text digits = {.mem = p->text.mem};
    text_add(&digits, S("tel:"));
    for (ptrdiff_t i = 0; i < phone.len; i++)
        if (phone.at[i] == '+' || (phone.at[i] >= '0' && phone.at[i] <= '9'))
            text_char(&digits, phone.at[i]);
    return url_of(text_str(&digits));
}
