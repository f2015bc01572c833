#include "domain/access/sign_in_mail.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"

/* A short mail: a heading, what it is about, one thing to press, and a word of caution. */
struct words {
    str subject, heading, about, press, link, caution;
};

/* The sentence with its holes filled: "{1} invites you to {2}". */
static str filled(struct arena *mem, const char *sentence, str one, str two)
{
    const str values[] = {one, two};
    struct text t = {.mem = mem};
    for (int hole; (hole = say_step(&t, &sentence)) != 0;)
        if (hole <= COUNT(values)) text_add(&t, values[hole - 1]);
    return text_str(&t);
}

static void text_escaped(struct text *t, str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        switch (s.at[i]) {
        case '&': text_add(t, S("&amp;")); break;
        case '<': text_add(t, S("&lt;")); break;
        case '>': text_add(t, S("&gt;")); break;
        case '"': text_add(t, S("&quot;")); break;
        default: text_char(t, s.at[i]);
        }
    }
}

static str words_as_text(struct arena *mem, const struct words *w)
{
    struct text t = {.mem = mem};
    text_format(&t, "%.*s\n\n%.*s\n\n", STR(w->heading), STR(w->about));
    if (w->link.len) text_format(&t, "%.*s:\n%.*s\n\n", STR(w->press), STR(w->link));
    text_format(&t, "%.*s\n", STR(w->caution));
    return text_str(&t);
}

/* Mail programs know tables and inline styles, and little else. */
static str words_as_html(struct arena *mem, const struct lang *lang, str seller,
                         const struct words *w)
{
    struct text t = {.mem = mem};
    text_add(&t, S("<!DOCTYPE html>\n<html lang=\""));
    text_escaped(&t, lang_tag(lang));
    text_add(&t, lang_rtl(lang) ? S("\" dir=\"rtl\"") : S("\" dir=\"ltr\""));
    text_add(&t, S("><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light\">"
                   "<title>"));
    text_escaped(&t, w->subject);
    text_add(&t, S("</title></head>\n<body style=\"margin:0;padding:0;background:#ffffff;"
                   "color:#14181b;font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,"
                   "sans-serif;\">\n<div role=\"main\" style=\"max-width:560px;margin:0 auto;"
                   "padding:24px 16px;\">\n<p style=\"margin:0;border-top:4px solid #0d5a66;"
                   "padding:16px 0 24px;font-size:16px;font-weight:600;\">"));
    text_escaped(&t, seller);
    text_add(&t, S("</p>\n<h1 style=\"margin:0;font-size:28px;line-height:34px;font-weight:600;"
                   "\">"));
    text_escaped(&t, w->heading);
    text_add(&t, S("</h1>\n<p style=\"margin:8px 0 0;font-size:16px;line-height:24px;\">"));
    text_escaped(&t, w->about);
    text_add(&t, S("</p>\n"));
    if (w->link.len) {
        text_add(&t, S("<p style=\"margin:24px 0;\"><a href=\""));
        text_escaped(&t, w->link);
        text_add(&t, S("\" style=\"display:inline-block;padding:12px 20px;background:#0d5a66;"
                       "color:#ffffff;font-size:16px;line-height:20px;font-weight:600;"
                       "text-decoration:none;border-radius:4px;\">"));
        text_escaped(&t, w->press);
        text_add(&t, S("</a></p>\n"));
    }
    text_add(&t, S("<p style=\"margin:24px 0 0;font-size:14px;line-height:21px;color:#535b61;"
                   "\">"));
    text_escaped(&t, w->caution);
    text_add(&t, S("</p>\n</div>\n</body></html>\n"));
    return text_str(&t);
}

static struct notice notice_of(struct arena *mem, const struct person *to, str seller,
                               const struct words *w)
{
    const struct lang *lang = lang_find(to->language);
    return (struct notice){
        .to = to->email,
        .to_name = to->name,
        .subject = w->subject,
        .text = words_as_text(mem, w),
        .html = words_as_html(mem, lang, seller, w),
        .language = lang_tag(lang),
        .secret = w->link.len > 0,
        .person = to->id,
    };
}

static struct words invitation_words(struct arena *mem, const struct lang *lang,
                                     const struct sign_in_letter *in)
{
    const str none = {0};
    struct words w = {
        .subject = filled(mem, say(lang, "Your access to {1}"), in->seller, none),
        .heading = filled(mem, say(lang, "Welcome to {1}"), in->seller, none),
        .press = str_of(say(lang, "Accept and sign in")),
        .link = in->link,
        .caution = str_of(say(lang, "The link works once, for 14 days. Afterwards you sign in with "
                                    "your e-mail address; no password is needed. Did you not "
                                    "expect this? Then please do nothing.")),
    };
    if (in->customer.len == 0)
        w.about = filled(mem, say(lang, "{1} has given you access to the receivables of {2}."),
                         in->inviter, in->seller);
    else if (in->inviter.len)
        w.about = filled(mem, say(lang, "{1} invites you to see and pay the invoices of {2}."),
                         in->inviter, in->customer);
    else
        w.about = filled(mem, say(lang, "You can now see and pay the invoices of {1}."),
                         in->customer, none);
    return w;
}

struct notice sign_in_notice(struct arena *mem, const struct sign_in_letter *in)
{
    const str none = {0};
    const struct lang *lang = lang_find(in->to->language);
    struct words w;
    if (in->invitation)
        w = invitation_words(mem, lang, in);
    else
        w = (struct words){
            .subject = filled(mem, say(lang, "Your sign-in link for {1}"), in->seller, none),
            .heading = filled(mem, say(lang, "Sign in to {1}"), in->seller, none),
            .about = filled(mem, say(lang, "This link signs in {1}."), in->to->email, none),
            .press = str_of(say(lang, "Sign in")),
            .link = in->link,
            .caution = str_of(say(lang, "The link works once, for 15 minutes. Did you not ask for "
                                        "it? Then please do nothing: without the link nobody can "
                                        "sign in.")),
        };
    return notice_of(mem, in->to, in->seller, &w);
}

struct notice password_notice(struct arena *mem, const struct person *to, str seller)
{
    const str none = {0};
    const struct lang *lang = lang_find(to->language);
    struct words w = {
        .subject = filled(mem, say(lang, "Your password at {1} was changed"), seller, none),
        .heading = str_of(say(lang, "Your password was changed")),
        .about = filled(mem,
                        say(lang, "The password of {1} is a new one now, and all other "
                                  "browsers were signed out."),
                        to->email, none),
        .caution = str_of(say(lang, "Was it not you? Then sign in with an e-mail link, choose a "
                                    "new password, and tell us.")),
    };
    return notice_of(mem, to, seller, &w);
}
