/* Every page, form and hook of the program: the tables of all rooms, side by side. The server
 * answers from them, the API's document is written from them, and the access test walks them. */
#ifndef DELIVERY_ROUTES_H
#define DELIVERY_ROUTES_H

struct route;

extern const struct route *const all_routes[]; /* NULL at the end */

#endif
