/* What kind of network an address belongs to.
 *
 * Judged on the address a socket is about to connect to, never on the text of a URL: names,
 * octal and decimal spellings, redirects and rebinding DNS all end in an address. Ranges are those
 * of IANA's special-purpose registries (RFC 6890 and its updates). */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>

struct sockaddr;

enum address_kind {
    ADDRESS_PUBLIC = 1,
    ADDRESS_LOOPBACK,  /* this machine */
    ADDRESS_PRIVATE,   /* a network of the operator's: 10/8, 172.16/12, 192.168/16, fc00::/7 */
    ADDRESS_FORBIDDEN, /* nobody's, everybody's, link-local (cloud metadata), or not IP at all */
};

enum address_kind address_kind(const struct sockaddr *address);

#endif
