/* feed -- what goes on in a place, for feed readers. The same lines as on the page: titles and
 * states, nobody's name, at most ENTRIES of them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/pages.h"
#include "print/feed.h"

enum { ENTRIES = 30 };

static enum err read_feed(struct cx *cx, const struct req *rq, struct reply *rp, struct feed *f)
{
    struct place place;
    need_list list = {0};
    TRY(place_by_code(cx, req_part(rq, "code"), &place));
    TRY(need_public(cx, &place, ENTRIES, &list));
    f->home = arena_printf(cx->mem, "%.*s/b/%.*s", STR(req_site(cx, rq)), STR(place.code));
    f->self = arena_printf(cx->mem, "%.*s/feed", STR(f->home));
    f->title = arena_printf(cx->mem, "%.*s：办事进展", STR(place.full_name));
    f->author = shell_community(cx)->name;
    for (size_t i = 0; i < list.n; i++) {
        struct need_line n = need_line(cx, &list.at[i]);
        *PUSH(cx->mem, &f->entries) = (struct feed_entry){
            .id = arena_printf(cx->mem, "%.*s/done#%lld", STR(f->home), (long long)n.id),
            .url = arena_printf(cx->mem, "%.*s/done", STR(f->home)),
            .title = arena_printf(cx->mem, "%.*s（%.*s）", STR(n.title), STR(n.tag)),
            .text = n.note,
            .updated_at = n.changed_at};
    }
    reply_header(rp, "Cache-Control", S("public, max-age=300"));
    return OK;
}

enum err board_atom(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct feed f = {0};
    TRY(read_feed(cx, rq, rp, &f));
    feed_atom(reply_bytes(rp, FEED_ATOM_TYPE), cx, &f);
    return OK;
}

enum err board_json(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct feed f = {0};
    TRY(read_feed(cx, rq, rp, &f));
    feed_json(reply_bytes(rp, FEED_JSON_TYPE), cx, &f);
    return OK;
}
