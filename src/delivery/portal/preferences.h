/* What a person decides about themselves: name, language, how pages look, password, sessions. */
#ifndef PORTAL_PREFERENCES_H
#define PORTAL_PREFERENCES_H

#include "delivery/portal/portal.h"
#include "domain/access/people.h"

extern const struct route preferences_routes[];

struct option {
    str value, name;
    bool chosen;
};
struct options {
    const struct option *at;
    ptrdiff_t count;
};

struct preferences_view {
    struct options mails; /* which kinds come; of a customer's people only */
    bool has_mails;
    bool fixed; /* staff look at the portal as the customer does */

    str name, wrong_name;
    str email;
    struct options languages, themes, sizes, helpers;
    str came_before; /* the sign-in before this one; empty: there was none */
    str done;        /* what was just done; may be empty */
    bool has_password;
    bool needs_old; /* the old password is asked for */
    bool password_open;
    str wrong_old, wrong_password;
    str passkey; /* what the browser is asked to make, as JSON; empty: it is not offered */
    bool passkeys_possible, passkeys_open;
    str passkey_name, wrong_passkey;
    const struct passkey_view {
        str name, added, used, id;
    } * passkeys;
    ptrdiff_t passkey_count;
    const struct place_row {
        str browser, address, began, seen;
        bool here;
    } * places;
    ptrdiff_t place_count;
};
void page_preferences(struct page *p, const struct preferences_view *v);

#endif
