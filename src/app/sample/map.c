/* map -- outlines of the 67 grids: a bent mesh of 9 x 8 cells around a lake, shared corner by
 * corner. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/town.h"
#include <math.h>

/* About 3.8 km x 3.4 km around this point. */
#define CENTRE_LON 117.22
#define CENTRE_LAT 31.75
#define STEP_LON   0.00447
#define STEP_LAT   0.00381

/* Which area a cell belongs to; '.' is the lake. Row 0 is the north. */
static const char *const cells[ROWS] = {
    "000111222", "000111222", "000111222", "0001.1222",
    "333...555", "3334.4555", "333444555", "333444555",
};

/* A number in [-1, 1) that belongs to a corner or an edge, so that neighbours agree on it. */
static double bend(const struct town *t, int x, int y, int which)
{
    uint64_t v = t->seed + 0x9e3779b97f4a7c15u * (uint64_t)(x * 64 + y * 4 + which + 1);
    v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9u;
    v = (v ^ v >> 27) * 0x94d049bb133111ebu;
    return (double)((v ^ v >> 31) % 2000) / 1000.0 - 1.0;
}

/* Mesh coordinates to degrees: turned a little, as streets are. */
static void put(struct out *o, double x, double y)
{
    double dx = x - COLUMNS / 2.0, dy = ROWS / 2.0 - y, turn = 0.14;
    double lon = CENTRE_LON + STEP_LON * (dx * cos(turn) - dy * sin(turn));
    double lat = CENTRE_LAT + STEP_LAT * (dx * sin(turn) + dy * cos(turn));
    out_printf(o, "[%.6f,%.6f]", lon, lat);
}

static void corner(struct town *t, struct out *o, int x, int y)
{
    put(o, x + 0.2 * bend(t, x, y, 0), y + 0.2 * bend(t, x, y, 1));
}

/* The middle of the edge from (x, y) to the right (down = 0) or downwards (down = 1), pushed aside.
 */
static void middle(struct town *t, struct out *o, int x, int y, int down)
{
    int x2 = x + !down, y2 = y + down;
    double aside = 0.1 * bend(t, x, y, 2 + down);
    double mx = (x + x2 + 0.2 * (bend(t, x, y, 0) + bend(t, x2, y2, 0))) / 2;
    double my = (y + y2 + 0.2 * (bend(t, x, y, 1) + bend(t, x2, y2, 1))) / 2;
    put(o, mx + (down ? aside : 0), my + (down ? 0 : aside));
}

static struct str outline(struct town *t, int x, int y)
{
    struct out o;
    out_init(&o, t->cx->mem);
    out_c(&o, "{\"type\":\"Polygon\",\"coordinates\":[[");
    corner(t, &o, x, y);
    out_c(&o, ",");
    middle(t, &o, x, y, 1);
    out_c(&o, ",");
    corner(t, &o, x, y + 1);
    out_c(&o, ",");
    middle(t, &o, x, y + 1, 0);
    out_c(&o, ",");
    corner(t, &o, x + 1, y + 1);
    out_c(&o, ",");
    middle(t, &o, x + 1, y, 1);
    out_c(&o, ",");
    corner(t, &o, x + 1, y);
    out_c(&o, ",");
    middle(t, &o, x, y, 0);
    out_c(&o, ",");
    corner(t, &o, x, y);
    out_c(&o, "]]}");
    return out_text(&o);
}

void town_outlines(struct town *t)
{
    int next[AREAS];
    for (int a = 0; a < AREAS; a++)
        next[a] = t->areas[a].first_grid;
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++)
            if (cells[y][x] != '.') {
                int area = cells[y][x] - '0';
                t->grids[next[area]++].outline = outline(t, x, y);
            }
}
