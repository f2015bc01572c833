#include "adapters/net/address.h"

#include "base/str.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct range {
    unsigned char prefix[16];
    int bits;
    enum address_kind kind;
};

/* The first range that fits decides; an address in none of them is public. */
static const struct range ranges4[] = {
    {{127}, 8, ADDRESS_LOOPBACK},
    {{10}, 8, ADDRESS_PRIVATE},
    {{172, 16}, 12, ADDRESS_PRIVATE},
    {{192, 168}, 16, ADDRESS_PRIVATE},
    {{0}, 8, ADDRESS_FORBIDDEN},
    {{100, 64}, 10, ADDRESS_FORBIDDEN},     /* carrier-grade NAT */
    {{169, 254}, 16, ADDRESS_FORBIDDEN},    /* link-local: cloud metadata */
    {{192, 0, 0}, 24, ADDRESS_FORBIDDEN},   /* protocol assignments */
    {{192, 0, 2}, 24, ADDRESS_FORBIDDEN},   /* documentation */
    {{192, 88, 99}, 24, ADDRESS_FORBIDDEN}, /* 6to4 relays */
    {{198, 18}, 15, ADDRESS_FORBIDDEN},     /* benchmarks */
    {{198, 51, 100}, 24, ADDRESS_FORBIDDEN},
    {{203, 0, 113}, 24, ADDRESS_FORBIDDEN},
    {{224}, 3, ADDRESS_FORBIDDEN}, /* multicast, reserved, broadcast */
};

/* Ranges that carry an IPv4 address inside are refused whole, but for ::ffff:0:0/96, which is how
 * a dual-stack socket spells plain IPv4 and is judged as that. */
static const struct range ranges6[] = {
    {{[15] = 1}, 128, ADDRESS_LOOPBACK},
    {{0xfc}, 7, ADDRESS_PRIVATE},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, ADDRESS_FORBIDDEN}, /* documentation */
    {{0x20, 0x01}, 23, ADDRESS_FORBIDDEN},             /* Teredo, ORCHID, benchmarks */
    {{0x20, 0x02}, 16, ADDRESS_FORBIDDEN},             /* 6to4 */
    {{0x3f, 0xff}, 20, ADDRESS_FORBIDDEN},             /* documentation */
    {{0x20}, 3, ADDRESS_PUBLIC},                       /* global unicast */
    {{0}, 0, ADDRESS_FORBIDDEN}, /* all the rest: ::, fe80::/10, ff00::/8, 64:ff9b::/96 … */
};

static bool in_range(const unsigned char *at, const struct range *range)
{
    int whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(at, range->prefix, (size_t)whole) != 0) return false;
    if (rest == 0) return true;
    return (at[whole] ^ range->prefix[whole]) >> (8 - rest) == 0;
}

static enum address_kind kind_in(const unsigned char *at, const struct range *ranges,
                                 ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++)
        if (in_range(at, &ranges[i])) return ranges[i].kind;
    return ADDRESS_PUBLIC;
}

enum address_kind address_kind(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        unsigned char at[4];
        memcpy(at, &in.sin_addr, sizeof at);
        return kind_in(at, ranges4, COUNT(ranges4));
    }
    if (address->sa_family != AF_INET6) return ADDRESS_FORBIDDEN;

    struct sockaddr_in6 in;
    memcpy(&in, address, sizeof in);
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(in.sin6_addr.s6_addr, mapped, sizeof mapped) == 0)
        return kind_in(in.sin6_addr.s6_addr + 12, ranges4, COUNT(ranges4));
    return kind_in(in.sin6_addr.s6_addr, ranges6, COUNT(ranges6));
}
