#include "delivery/web/frame.h"

struct frame frame_for(const struct request *rq, str title, str brand)
{
    const struct visitor *who = &rq->who;
    bool staff = role_is_staff(who->role) && !who->view_as;
    return (struct frame){
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
