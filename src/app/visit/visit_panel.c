/* visit_panel -- the doors of today, as the worker's page shows them: street by street, from the
 * top floor down. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/pages.h"
#include "visit.html.h"

static bool is_among(const visit_stop_list *all, int64_t id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].v.id == id)
            return true;
    return false;
}

enum err visit_panel(struct cx *cx, const struct visit_panel **out)
{
    visit_stop_list all = {0}, saved = {0};
    struct visit_panel *v = NEW(cx->mem, struct visit_panel);
    *out = NULL;
    if (!(cx->who.role & ROLES_VISIT))
        return OK;
    TRY(visit_today(cx, VISIT_PACK_MOST, &all));
    TRY(visit_done_today(cx, &v->done));
    TRY(visit_saved_today(cx, VISIT_PACK_MOST, &saved));
    for (size_t i = 0; i < saved.n; i++)
        if (!is_among(&all, saved.at[i].v.id))
            *PUSH(cx->mem, &v->saved) = saved.at[i];
    for (size_t i = 0; i < all.n; i++) {
        struct visit_street *s = v->streets.n ? &v->streets.at[v->streets.n - 1] : NULL;
        if (!s || !str_eq(s->place, all.at[i].d.place_text)) {
            s = PUSH(cx->mem, &v->streets);
            *s = (struct visit_street){.place = all.at[i].d.place_text};
        }
        *PUSH(cx->mem, &s->stops) = all.at[i];
        s->is_down |= s->stops.n > 1 && door_floor(all.at[i].d.door) > 0;
        v->doors++;
    }
    *out = v;
    return OK;
}

void visit_panel_draw(struct out *o, struct cx *cx, const struct visit_panel *p)
{
    if (p)
        visit_panel_html(o, cx, p);
}
