/* outline -- outlines of grids as polygons of whole numbers, so that "do they overlap" has an exact
 * answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLACE_OUTLINE_H
#define PLACE_OUTLINE_H

#include "base/cx.h"

enum { OUTLINE_POINTS_MAX = 2000 };

/* Sixths of a millionth of a degree (about 2 cm): a third and a half of a sum stay whole. */
struct point {
    int64_t x, y;
};

struct outline {
    LIST(struct point) points; /* the outer ring, its first point not repeated */
    struct point low, high;    /* bounding box */
};

/* Reads the outer ring of a GeoJSON Polygon. False if there is none, or fewer than 3 points. */
bool outline_read(struct cx *cx, struct str geojson, struct outline *out);
/* Do the insides meet? Neighbours that share an edge or a corner do not overlap. O(n m) after
 * the boxes; exact for crossing edges, and for polygons that share edges as long as the centre of
 * some corner or the middle of some edge of one lies inside the other. */
bool outline_overlap(const struct outline *a, const struct outline *b);

#endif
