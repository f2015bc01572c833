#include "domain/documents/look.h"

#include "base/arena.h"
#include "base/clock.h"

void facts_of_seller(const struct entity *seller, struct text_facts *out)
{
    text_fact(out, "seller.name", seller->name);
    text_fact(out, "seller.contact", seller->contact_name);
    text_fact(out, "seller.phone", seller->contact_phone);
    text_fact(out, "seller.email", seller->contact_email);
}

void facts_of_customer(const struct customer *customer, struct text_facts *out)
{
    text_fact(out, "customer.name", customer->name);
    text_fact(out, "customer.number", customer->number);
}

void facts_of_document(struct arena *mem, const struct lang *lang, const struct document *d,
                       struct text_facts *out)
{
    text_fact(out, "document.number", d->number);
    text_fact(out, "document.total", lang_money(mem, lang, d->total));
    text_fact(out, "document.issued", lang_date(mem, lang, d->issued));
    text_fact(out, "document.due", d->due.some ? lang_date(mem, lang, d->due.value) : S(""));
    text_fact(out, "document.po", d->po);
}

void facts_of_payment(struct arena *mem, const struct lang *lang, const struct payment *payment,
                      str zone, struct text_facts *out)
{
    bool card = str_eq(payment->method, S("card"));
    date day =
        payment->value_date.some ? payment->value_date.value : clock_date(payment->changed, zone);
    text_fact(out, "payment.number", payment->number);
    text_fact(out, "payment.amount", lang_money(mem, lang, payment->amount));
    text_fact(out, "payment.method",
              card ? gateway_card_words(mem, lang, payment->card)
                   : str_of(say(lang, N_("Bank transfer"))));
    text_fact(out, "payment.day", lang_date(mem, lang, day));
}

static str text_of(struct arena *mem, const struct texts *texts, enum text_key key,
                   const struct text_facts *facts)
{
    return key == TEXT_COUNT ? S("") : texts_say(mem, texts, key, facts);
}

bool paper_look(struct op *op, const struct look *look, struct paper *out)
{
    struct brand brand;
    struct logo logo;
    struct texts texts;
    bool found;
    int64_t entity = look->seller->id;
    if (!brand_load(op, entity, look->at, &brand)) return false;
    if (!texts_load(op, entity, out->lang, look->at, &texts)) return false;
    if (!layout_load(op, entity, look->layout, look->at, &out->layout)) return false;
    out->colour = brand.recorded ? brand.colour : 0;
    if (brand.logo.len > 0) {
        if (!logo_get(op, brand.logo, &logo, &found)) return false;
        out->logo = (struct paper_picture){logo.png, logo.width, logo.height};
    }
    out->intro = text_of(op->mem, &texts, look->intro, look->facts);
    out->closing = text_of(op->mem, &texts, look->closing, look->facts);
    out->foot = text_of(op->mem, &texts, TEXT_PDF_FOOT, look->facts);
    return true;
}
