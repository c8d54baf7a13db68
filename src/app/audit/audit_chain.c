/* audit_chain -- what a link of the chain is made of, and the walk along it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/audit/audit.h"
#include "base/out.h"
#include "seal/seal.h"
#include <string.h>

/* Every field that the table stores, as the shape has them, each with its length: none can run into
 * the next, and a new one is in the chain by itself. */
struct str audit_link(struct cx *cx, int64_t community, const struct audit_record *r,
                      const char *before)
{
    static const char *const left_out[] = {"h", "detail", "person_name"};
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "audit 1\n%lld\n%s\n", (long long)community, before);
    for (size_t i = 0; i < audit_record_shape.nfields; i++) {
        const struct field *f = &audit_record_shape.fields[i];
        bool is_out = false;
        for (size_t k = 0; k < COUNT(left_out); k++)
            is_out |= strcmp(f->name, left_out[k]) == 0;
        if (is_out)
            continue;
        struct str text = f->type == FIELD_STR /* as stored, not as people read it */
                              ? field_get_str(f, r)
                              : arena_printf(cx->mem, "%lld", (long long)field_get_int(f, r));
        out_printf(&o, "%zu:", text.n);
        out_str(&o, text);
    }
    return seal_sm3(cx, out_text(&o));
}

void audit_walk_begin(struct audit_walk *w, int64_t community)
{
    *w = (struct audit_walk){.community = community};
    memset(w->h, '0', AUDIT_HASH);
}

bool audit_walk_step(struct cx *cx, struct audit_walk *w, const struct audit_record *r)
{
    struct str h = audit_link(cx, w->community, r, w->h);
    if (r->seq != w->seq + 1)
        w->why = "中间少了记录，或者多了记录";
    else if (!h.n || !str_eq(h, r->h))
        w->why = "记录和它的指纹对不上";
    else if (r->detail.n && !str_eq(seal_sm3(cx, r->detail), r->detail_hash))
        w->why = "附记和它的指纹对不上";
    while (w->met < w->nmarks && w->marks[w->met].seq < r->seq)
        w->met++; /* of before the walk began */
    bool is_marked = w->met < w->nmarks && w->marks[w->met].seq == r->seq;
    if (!w->why && is_marked && !str_is(r->h, w->marks[w->met].h))
        w->why = "和签过字的检查点不一样：从头改写过";
    if (w->why)
        return false;
    w->met += is_marked;
    memcpy(w->h, r->h.p, AUDIT_HASH);
    w->seq = r->seq;
    return true;
}

bool audit_walk_end(struct audit_walk *w)
{
    if (!w->why && w->nmarks && w->marks[w->nmarks - 1].seq > w->seq)
        w->why = "链的末尾少了记录：签过字的检查点比它长";
    return !w->why;
}
