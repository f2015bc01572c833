#include "domain/access/sign_in_mail.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/notices/letter.h"

str access_words(struct arena *mem, const char *sentence, const str values[], int count)
{
    struct text t = {.mem = mem};
    for (int hole; (hole = say_step(&t, &sentence)) != 0;)
        if (hole <= count) text_add(&t, values[hole - 1]);
    return text_str(&t);
}

struct notice access_notice(struct arena *mem, const struct person *to, str seller,
                            const struct access_letter *w)
{
    const struct letter letter = {
        .lang = lang_find(to->language),
        .subject = w->subject,
        .brand = seller,
        .heading = w->heading,
        .lead = w->about,
        .button = w->press,
        .link = w->link,
        .small = &w->caution,
        .small_count = 1,
    };
    return (struct notice){
        .to = to->email,
        .to_name = to->name,
        .subject = w->subject,
        .text = letter_text(mem, &letter),
        .html = letter_html(mem, &letter),
        .language = lang_tag(letter.lang),
        .secret = w->secret,
        .person = to->id,
    };
}

static struct access_letter invitation_words(struct arena *mem, const struct lang *lang,
                                             const struct sign_in_letter *in)
{
    const str none = {0};
    struct access_letter w = {
        .subject = say_filled(mem, say(lang, "Your access to {1}"), in->seller, none),
        .heading = say_filled(mem, say(lang, "Welcome to {1}"), in->seller, none),
        .press = str_of(say(lang, "Accept and sign in")),
        .link = in->link,
        .secret = true,
        .caution = str_of(say(lang, "The link works once, for 14 days. Afterwards you sign in with "
                                    "your e-mail address; no password is needed. Did you not "
                                    "expect this? Then please do nothing.")),
    };
    if (in->customer.len == 0)
        w.about = say_filled(mem, say(lang, "{1} has given you access to the receivables of {2}."),
                             in->inviter, in->seller);
    else if (in->inviter.len)
        w.about = say_filled(mem, say(lang, "{1} invites you to see and pay the invoices of {2}."),
                             in->inviter, in->customer);
    else
        w.about = say_filled(mem, say(lang, "You can now see and pay the invoices of {1}."),
                             in->customer, none);
    return w;
}

struct notice sign_in_notice(struct arena *mem, const struct sign_in_letter *in)
{
    const str none = {0};
    const struct lang *lang = lang_find(in->to->language);
    struct access_letter w;
    if (in->invitation)
        w = invitation_words(mem, lang, in);
    else
        w = (struct access_letter){
            .subject = say_filled(mem, say(lang, "Your sign-in link for {1}"), in->seller, none),
            .heading = say_filled(mem, say(lang, "Sign in to {1}"), in->seller, none),
            .about = say_filled(mem, say(lang, "This link signs in {1}."), in->to->email, none),
            .press = str_of(say(lang, "Sign in")),
            .link = in->link,
            .secret = true,
            .caution = str_of(say(lang, "The link works once, for 15 minutes. Did you not ask for "
                                        "it? Then please do nothing: without the link nobody can "
                                        "sign in.")),
        };
    return access_notice(mem, in->to, in->seller, &w);
}

struct notice password_notice(struct arena *mem, const struct person *to, str seller)
{
    const str none = {0};
    const struct lang *lang = lang_find(to->language);
    struct access_letter w = {
        .subject = say_filled(mem, say(lang, "Your password at {1} was changed"), seller, none),
        .heading = str_of(say(lang, "Your password was changed")),
        .about = say_filled(mem,
                            say(lang, "The password of {1} is a new one now, and all other "
                                      "browsers were signed out."),
                            to->email, none),
        .caution = str_of(say(lang, "Was it not you? Then sign in with an e-mail link, choose a "
                                    "new password, and tell us.")),
    };
    return access_notice(mem, to, seller, &w);
}

struct notice passkey_notice(struct arena *mem, const struct person *to, str seller)
{
    const str none = {0};
    const struct lang *lang = lang_find(to->language);
    struct access_letter w = {
        .subject = say_filled(mem, say(lang, "A passkey was added at {1}"), seller, none),
        .heading = str_of(say(lang, "A passkey was added")),
        .about = say_filled(mem, say(lang, "From now on a passkey signs in {1} as well."),
                            to->email, none),
        .caution = str_of(say(lang, "Was it not you? Then sign in with an e-mail link, remove the "
                                    "passkey in your preferences, and tell us.")),
    };
    return access_notice(mem, to, seller, &w);
}
