#include "adapters/net/address.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static enum address_kind kind_of(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return address_kind((const struct sockaddr *)&v4);
    CHECK(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1, "%s", text);
    return address_kind((const struct sockaddr *)&v6);
}

SENTENCE(an_address_is_judged_by_its_network)
{
    (void)mem;
    static const struct {
        const char *address;
        enum address_kind kind;
    } cases[] = {
        {"8.8.8.8", ADDRESS_PUBLIC},
        {"126.255.255.255", ADDRESS_PUBLIC},
        {"127.0.0.1", ADDRESS_LOOPBACK},
        {"127.255.255.255", ADDRESS_LOOPBACK},
        {"128.0.0.1", ADDRESS_PUBLIC},
        {"10.1.2.3", ADDRESS_PRIVATE},
        {"172.15.255.255", ADDRESS_PUBLIC},
        {"172.16.0.1", ADDRESS_PRIVATE},
        {"172.31.255.255", ADDRESS_PRIVATE},
        {"172.32.0.1", ADDRESS_PUBLIC},
        {"192.168.0.1", ADDRESS_PRIVATE},
        {"192.169.0.1", ADDRESS_PUBLIC},
        {"0.0.0.0", ADDRESS_FORBIDDEN},
        {"100.64.0.1", ADDRESS_FORBIDDEN},
        {"100.128.0.1", ADDRESS_PUBLIC},
        {"169.254.169.254", ADDRESS_FORBIDDEN},
        {"192.0.2.1", ADDRESS_FORBIDDEN},
        {"198.19.255.255", ADDRESS_FORBIDDEN},
        {"198.20.0.0", ADDRESS_PUBLIC},
        {"223.255.255.255", ADDRESS_PUBLIC},
        {"224.0.0.1", ADDRESS_FORBIDDEN},
        {"255.255.255.255", ADDRESS_FORBIDDEN},
        {"::1", ADDRESS_LOOPBACK},
        {"::", ADDRESS_FORBIDDEN},
        {"::2", ADDRESS_FORBIDDEN},
        {"::ffff:127.0.0.1", ADDRESS_LOOPBACK},
        {"::ffff:169.254.169.254", ADDRESS_FORBIDDEN},
        {"::ffff:8.8.8.8", ADDRESS_PUBLIC},
        {"::127.0.0.1", ADDRESS_FORBIDDEN},
        {"64:ff9b::7f00:1", ADDRESS_FORBIDDEN},
        {"2002:7f00:1::", ADDRESS_FORBIDDEN},
        {"2001:0:53aa:64c::1", ADDRESS_FORBIDDEN},
        {"2001:db8::1", ADDRESS_FORBIDDEN},
        {"2001:4860:4860::8888", ADDRESS_PUBLIC},
        {"2606:4700::1111", ADDRESS_PUBLIC},
        {"fc00::1", ADDRESS_PRIVATE},
        {"fdff::1", ADDRESS_PRIVATE},
        {"fe80::1", ADDRESS_FORBIDDEN},
        {"ff02::1", ADDRESS_FORBIDDEN},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        enum address_kind got = kind_of(cases[i].address);
        CHECK(got == cases[i].kind, "%s is %d, not %d", cases[i].address, (int)got,
              (int)cases[i].kind);
    }
}

SENTENCE(an_address_of_another_family_is_forbidden)
{
    (void)mem;
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    CHECK(address_kind((const struct sockaddr *)&local) == ADDRESS_FORBIDDEN, "a unix socket");
}

TESTS(TEST(an_address_is_judged_by_its_network), TEST(an_address_of_another_family_is_forbidden))
