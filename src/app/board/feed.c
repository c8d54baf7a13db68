/* feed -- what goes on in a place, for feed readers: RFC 4287 (Atom) and JSON Feed 1.1. The same
 * lines as on the page: titles and states, nobody's name, at most ENTRIES of them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/pages.h"
#include "base/out.h"

enum { ENTRIES = 30 };

struct feed {
    struct place place;
    need_line_list lines;
    struct str site, here, title;
    int64_t updated_at;
};

static enum err read_feed(struct cx *cx, const struct req *rq, struct reply *rp, struct feed *f)
{
    need_list list = {0};
    TRY(place_by_code(cx, req_part(rq, "code"), &f->place));
    TRY(need_public(cx, &f->place, ENTRIES, &list));
    for (size_t i = 0; i < list.n; i++)
        *PUSH(cx->mem, &f->lines) = need_line(cx, &list.at[i]);
    for (size_t i = 0; i < f->lines.n; i++)
        if (f->lines.at[i].changed_at > f->updated_at)
            f->updated_at = f->lines.at[i].changed_at;
    if (!f->updated_at)
        f->updated_at = cx->now;
    f->site = req_site(cx, rq);
    f->here = arena_printf(cx->mem, "%.*s/b/%.*s", STR(f->site), STR(f->place.code));
    f->title = arena_printf(cx->mem, "%.*s：办事进展", STR(f->place.full_name));
    reply_header(rp, "Cache-Control", S("public, max-age=300"));
    return OK;
}

/* Without < and & in it, whatever the text holds. */
static void element(struct out *o, const char *name, struct str text)
{
    out_printf(o, "<%s>", name);
    out_html(o, text);
    out_printf(o, "</%s>", name);
}

static struct str entry_id(struct cx *cx, const struct feed *f, const struct need_line *n)
{
    return arena_printf(cx->mem, "%.*s/done#%lld", STR(f->here), (long long)n->id);
}

enum err board_atom(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct feed f = {0};
    TRY(read_feed(cx, rq, rp, &f));
    struct out *o = reply_bytes(rp, "application/atom+xml; charset=utf-8");
    out_c(o, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">");
    element(o, "title", f.title);
    element(o, "id", f.here);
    element(o, "updated", filter_iso(cx, f.updated_at));
    out_c(o, "<author>");
    element(o, "name", shell_community(cx)->name);
    out_c(o, "</author><link href=\"");
    out_html(o, f.here);
    out_c(o, "\"/><link rel=\"self\" href=\"");
    out_html(o, f.here);
    out_c(o, "/feed.xml\"/>\n");
    for (size_t i = 0; i < f.lines.n; i++) {
        const struct need_line *n = &f.lines.at[i];
        out_c(o, "<entry>");
        element(o, "title", arena_printf(cx->mem, "%.*s（%.*s）", STR(n->title), STR(n->tag)));
        element(o, "id", entry_id(cx, &f, n));
        element(o, "updated", filter_iso(cx, n->changed_at));
        element(o, "summary", n->note);
        out_c(o, "<link href=\"");
        out_html(o, f.here);
        out_c(o, "/done\"/></entry>\n");
    }
    out_c(o, "</feed>\n");
    return OK;
}

static void member(struct out *o, const char *name, struct str text)
{
    out_printf(o, "\"%s\":", name);
    out_json(o, text);
}

enum err board_json(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct feed f = {0};
    TRY(read_feed(cx, rq, rp, &f));
    struct out *o = reply_bytes(rp, "application/feed+json; charset=utf-8");
    out_c(o, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"language\":\"zh-CN\",");
    member(o, "title", f.title);
    out_c(o, ",");
    member(o, "home_page_url", f.here);
    out_c(o, ",");
    member(o, "feed_url", arena_printf(cx->mem, "%.*s/feed.json", STR(f.here)));
    out_c(o, ",\"items\":[");
    for (size_t i = 0; i < f.lines.n; i++) {
        const struct need_line *n = &f.lines.at[i];
        out_c(o, i ? ",{" : "{");
        member(o, "id", entry_id(cx, &f, n));
        out_c(o, ",");
        member(o, "title", n->title);
        out_c(o, ",");
        member(o, "content_text", arena_printf(cx->mem, "%.*s。%.*s", STR(n->tag), STR(n->note)));
        out_c(o, ",");
        member(o, "date_modified", filter_iso(cx, n->changed_at));
        out_c(o, "}");
    }
    out_c(o, "]}\n");
    return OK;
}
