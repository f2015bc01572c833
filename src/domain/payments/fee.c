#include "domain/payments/fee.h"

money fee_of(const struct entity *seller, money amount)
{
    return money_scale(amount, seller->card_fee_ppm, 1000000, ROUND_DOWN);
}

money fee_share(const struct payment *p, int64_t asked, int64_t asked_fee, money part)
{
    int64_t back = asked + part.minor < p->amount.minor ? asked + part.minor : p->amount.minor;
    int64_t due = money_scale(p->fee, back, p->amount.minor, ROUND_DOWN).minor - asked_fee;
    return money_of(due > 0 ? due : 0, p->amount.cur);
}
