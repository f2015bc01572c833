#include "delivery/change_mail.h"

#include "base/lang.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/customers/change_requests.h"
#include "domain/notices/letter.h"
#include "domain/notices/notices.h"

/* What the mail says, in English: {1} a person or the seller, {2} the customer. */
struct words {
    const char *subject, *heading, *lead;
};

struct change_mail {
    const struct change_request *about;
    const struct words *words;
    const char *event;
    str one, quoted; /* {1}; the words of the seller, below the sentence */
};

static bool queue(struct request *rq, const struct change_mail *m, const struct person *to)
{
    struct arena *mem = rq->op.mem;
    const struct lang *lang = lang_find(to->language);
    struct entity_list sellers;
    if (!entities(&rq->op, &sellers)) return false;
    const struct letter letter = {
        .lang = lang,
        .subject = say_filled(mem, say(lang, m->words->subject), m->one, m->about->customer_name),
        .brand = sellers.count > 0 ? sellers.at[0].name : S(""),
        .heading = str_of(say(lang, m->words->heading)),
        .lead = say_filled(mem, say(lang, m->words->lead), m->one, m->about->customer_name),
        .button = str_of(say(lang, "See the company's details")),
        .link = str_printf(mem, "%.*s/company", STR(rq->app->public_url)),
        .small = &m->quoted,
        .small_count = m->quoted.len > 0,
    };
    const struct notice n = {
        .event =
            str_printf(mem, "%s:%lld:%lld", m->event, (long long)m->about->id, (long long)to->id),
        .to = to->email,
        .to_name = to->name,
        .subject = letter.subject,
        .text = letter_text(mem, &letter),
        .html = letter_html(mem, &letter),
        .language = lang_tag(lang),
        .person = to->id,
        .customer = m->about->wanted.customer,
    };
    return notices_queue(&rq->op, &n);
}

bool change_mail_asked(struct request *rq, int64_t request)
{
    static const struct words words = {
        N_("A change of {2} was asked for"),
        N_("A change was asked for"),
        N_("{1} asks to change the details of {2}. Was that not meant to be? Then withdraw it."),
    };
    struct change_request about;
    struct member_list members;
    struct person to;
    if (!change_request_get(&rq->op, request, &about) ||
        !members_of(&rq->op, about.wanted.customer, &members))
        return false;
    const struct change_mail mail = {
        .about = &about, .words = &words, .event = "change.asked", .one = about.asked_by_name};
    for (ptrdiff_t i = 0; i < members.count; i++) {
        const struct member *m = &members.at[i];
        if (m->role != ROLE_CUSTOMER_ADMIN || m->blocked || m->person == about.asked_by) continue;
        if (!person_get(&rq->op, m->person, &to) || !queue(rq, &mail, &to)) return false;
    }
    return true;
}

bool change_mail_answered(struct request *rq, int64_t request)
{
    static const struct words accepted = {
        N_("The details of {2} are changed"),
        N_("The change is made"),
        N_("{1} has changed the details of {2} as you asked."),
    };
    static const struct words refused = {
        N_("The details of {2} stay as they were"),
        N_("The change was not made"),
        N_("{1} has not changed the details of {2}, and says why:"),
    };
    struct change_request about;
    struct person to;
    struct entity_list sellers;
    if (!change_request_get(&rq->op, request, &about) ||
        !person_get(&rq->op, about.asked_by, &to) || !entities(&rq->op, &sellers))
        return false;
    const struct change_mail mail = {
        .about = &about,
        .words = about.state == CHANGE_ACCEPTED ? &accepted : &refused,
        .event = "change.answered",
        .one = sellers.count > 0 ? sellers.at[0].name : S(""),
        .quoted = about.words,
    };
    return to.blocked || queue(rq, &mail, &to);
}
