#include "delivery/web/route.h"

const char *method_name(enum method method)
{
    switch (method) {
    case GET: return "GET";
    case POST: return "POST";
    case PUT: return "PUT";
    case DELETE: break;
    }
    return "DELETE";
}

bool route_is_api(const struct route *route)
{
    return str_starts(str_of(route->path), S("/api/"));
}

bool route_only_reads(const struct route *route)
{
    return route->method == GET && !route->writes && !route->talks;
}

struct fit {
    int holes; /* segments that stand for something */
    str id, part;
};

/* As far as the first hole, letter by letter: most routes are out at the second one. */
static bool begins(const char *pattern, str path)
{
    ptrdiff_t i = 0;
    for (; pattern[i] && pattern[i] != ':'; i++)
        if (i == path.len || pattern[i] != path.at[i]) return false;
    return pattern[i] || i == path.len;
}

static bool path_fits(str pattern, str path, struct fit *fit)
{
    *fit = (struct fit){0};
    for (;;) {
        struct str_pair want = str_cut(pattern, '/'), have = str_cut(path, '/');
        if (want.found != have.found) return false;
        if (!str_starts(want.head, S(":"))) {
            if (!str_eq(want.head, have.head)) return false;
        } else {
            if (have.head.len == 0) return false;
            *(str_eq(want.head, S(":id")) ? &fit->id : &fit->part) = have.head;
            fit->holes++;
        }
        if (!want.found) return true;
        pattern = want.tail;
        path = have.tail;
    }
}

void route_find(const struct route *const *tables, enum method method, str path,
                struct route_match *out)
{
    *out = (struct route_match){0};
    int fewest = 0;
    for (; *tables; tables++) {
        for (const struct route *route = *tables; route->path; route++) {
            struct fit fit;
            if (!begins(route->path, path)) continue;
            if (!path_fits(str_of(route->path), path, &fit)) continue;
            out->allows[route->method] = true;
            if (route->method != method || (out->route && fit.holes >= fewest)) continue;
            out->route = route;
            out->id = fit.id;
            out->part = fit.part;
            fewest = fit.holes;
        }
    }
}

static bool holes_named(str pattern)
{
    int ids = 0, parts = 0;
    for (struct str_pair cut = {.tail = pattern, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '/');
        if (!str_starts(cut.head, S(":"))) continue;
        if (str_eq(cut.head, S(":id")))
            ids++;
        else if (str_eq(cut.head, S(":part")))
            parts++;
        else
            return false;
    }
    return ids <= 1 && parts <= 1;
}

/* "/a/:id" and "/a/:part" answer the same paths. */
static bool same_shape(str a, str b)
{
    for (;;) {
        struct str_pair x = str_cut(a, '/'), y = str_cut(b, '/');
        bool hole = str_starts(x.head, S(":"));
        if (x.found != y.found || hole != str_starts(y.head, S(":"))) return false;
        if (!hole && !str_eq(x.head, y.head)) return false;
        if (!x.found) return true;
        a = x.tail;
        b = y.tail;
    }
}

static bool route_is_only(const struct route *const *tables, const struct route *route)
{
    int same = 0;
    for (; *tables; tables++)
        for (const struct route *other = *tables; other->path; other++)
            if (other->method == route->method &&
                same_shape(str_of(other->path), str_of(route->path)))
                same++;
    return same == 1;
}

static const char *route_fault(const struct route *const *tables, const struct route *route)
{
    if (route->path[0] != '/') return "its path does not begin with a slash";
    if (!holes_named(str_of(route->path))) return "only :id and :part may stand in a path, once";
    if (!route->handle) return "it has no handler";
    if (route->may == MAY_NOT_SAID) return "it does not say who may";
    if (route->inputs && route->input_size <= 0) return "its inputs have no struct";
    if (route->inputs && route->foreign) return "a foreign body has no input table";
    if (!route_is_only(tables, route)) return "there is another of the same method and shape";
    return NULL;
}

bool routes_check(struct op *op, const struct route *const *tables)
{
    for (const struct route *const *table = tables; *table; table++)
        for (const struct route *route = *table; route->path; route++) {
            const char *fault = route_fault(tables, route);
            if (fault)
                return op_broken(op, ERR_INTERNAL, "route %s %s: %s", method_name(route->method),
                                 route->path, fault);
        }
    return true;
}
