/* outline -- see outline.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/place/outline.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALE 6e6

/* One coordinate at *at; moves on. */
static bool read_number(const char **at, int64_t *out)
{
    char *end;
    double v = strtod(*at, &end);
    if (end == *at || !(v >= -360 && v <= 360))
        return false;
    *at = end;
    *out = llround(v * 1e6) * (int64_t)(SCALE / 1e6);
    return true;
}

static void widen(struct outline *o, struct point p)
{
    bool first = o->points.n == 1;
    if (first || p.x < o->low.x)
        o->low.x = p.x;
    if (first || p.y < o->low.y)
        o->low.y = p.y;
    if (first || p.x > o->high.x)
        o->high.x = p.x;
    if (first || p.y > o->high.y)
        o->high.y = p.y;
}

bool outline_read(struct cx *cx, struct str geojson, struct outline *out)
{
    const char *at = strstr(arena_cstr(cx->mem, geojson), "\"coordinates\"");
    *out = (struct outline){0};
    if (!at || !(at = strchr(at, '[')))
        return false;
    at += strspn(at, "[ ");
    while (*at && out->points.n < OUTLINE_POINTS_MAX) {
        struct point p;
        if (!read_number(&at, &p.x))
            return false;
        at += strspn(at, " ,");
        if (!read_number(&at, &p.y))
            return false;
        *PUSH(cx->mem, &out->points) = p;
        widen(out, p);
        at += strcspn(at, "]"); /* a height, if there is one */
        at += *at == ']';
        at += strspn(at, " ");
        if (*at != ',')
            break;
        at += strspn(at, ", [");
    }
    size_t n = out->points.n;
    if (n > 1 && out->points.at[0].x == out->points.at[n - 1].x &&
        out->points.at[0].y == out->points.at[n - 1].y)
        out->points.n--;
    return out->points.n >= 3;
}

/* Which side of a-b is c on: 1 left, -1 right, 0 on the line. Differences are below 2^33, so the
 * products need more than 64 bits only for polygons wider than 300 degrees. */
static int side(struct point a, struct point b, struct point c)
{
    int64_t v = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    return (v > 0) - (v < 0);
}

static bool cross(struct point a, struct point b, struct point c, struct point d)
{
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

static bool on_edge(struct point a, struct point b, struct point p)
{
    if (side(a, b, p))
        return false;
    int64_t lox = a.x < b.x ? a.x : b.x, hix = a.x < b.x ? b.x : a.x;
    int64_t loy = a.y < b.y ? a.y : b.y, hiy = a.y < b.y ? b.y : a.y;
    return p.x >= lox && p.x <= hix && p.y >= loy && p.y <= hiy;
}

/* Strictly inside: not on an edge. Winding number. */
static bool inside(const struct outline *o, struct point p)
{
    int turns = 0;
    for (size_t i = 0; i < o->points.n; i++) {
        struct point a = o->points.at[i], b = o->points.at[(i + 1) % o->points.n];
        if (on_edge(a, b, p))
            return false;
        if (a.y <= p.y && b.y > p.y && side(a, b, p) > 0)
            turns++;
        if (a.y > p.y && b.y <= p.y && side(a, b, p) < 0)
            turns--;
    }
    return turns != 0;
}

/* Some point of the inside of `a`, of its corners or of its edges lies inside `b`. */
static bool reaches_into(const struct outline *a, const struct outline *b)
{
    size_t n = a->points.n;
    for (size_t i = 0; i < n; i++) {
        struct point p = a->points.at[i], q = a->points.at[(i + 1) % n],
                     r = a->points.at[(i + 2) % n];
        struct point middle = {(p.x + q.x) / 2, (p.y + q.y) / 2};
        struct point centre = {(p.x + q.x + r.x) / 3, (p.y + q.y + r.y) / 3};
        if (inside(b, p) || inside(b, middle) || (inside(a, centre) && inside(b, centre)))
            return true;
    }
    return false;
}

bool outline_overlap(const struct outline *a, const struct outline *b)
{
    if (a->high.x <= b->low.x || b->high.x <= a->low.x || a->high.y <= b->low.y ||
        b->high.y <= a->low.y)
        return false;
    for (size_t i = 0; i < a->points.n; i++)
        for (size_t k = 0; k < b->points.n; k++)
            if (cross(a->points.at[i], a->points.at[(i + 1) % a->points.n], b->points.at[k],
                      b->points.at[(k + 1) % b->points.n]))
                return true;
    return reaches_into(a, b) || reaches_into(b, a);
}
