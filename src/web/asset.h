/* asset -- files that browsers ask for, embedded in the binary by tools/embed. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include <stddef.h>

struct asset {
    const char *name; /* "app.css" */
    const char *url; /* "/s/app.1a2b3c4d.css": the name changes with the content, cached for ever */
    const char *type;
    const unsigned char *data;
    size_t n;
    const unsigned char *gz;
    size_t gz_n;
};

extern const struct asset assets[];
extern const size_t asset_count;

const struct asset *asset_of(const char *name); /* NULL when there is none */

/* The URL of an asset by its name, for templates; "" when there is none. O(asset_count). */
const char *asset_url(const char *name);

#endif
