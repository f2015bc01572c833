/* The stylesheet, the script and the icon: compiled into the program by tools/assetgen, served
 * under names that change with their content, kept by browsers for a year. */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "delivery/web/web.h"

struct asset {
    const char *name; /* "quittance.css" */
    const char *path; /* "/assets/quittance.1b2c3d4e5f607182.css" */
    const char *type;
    str plain, packed; /* packed by gzip */
};
extern const struct asset assets[]; /* generated; ends with a nameless one */

/* Where that file of src/assets is served. A name that is not there is a mistake of ours. */
str asset_path(str name);

/* A stylesheet that holds the seller's colour, "0d5a66"; empty for any other text. */
str brand_path(struct arena *mem, str colour);

struct reply asset_show(struct request *rq); /* /assets/:id */
struct reply brand_show(struct request *rq); /* /assets/brand/:id */

#endif
