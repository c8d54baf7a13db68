/* feed -- see feed.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/feed.h"
#include "base/html.h"

struct str feed_host(struct str site)
{
    ptrdiff_t at = str_find(site, S("://"));
    return at < 0 ? S("site") : str_cut(site, (size_t)at + 3, site.n);
}

static int64_t updated(const struct cx *cx, const struct feed *f)
{
    int64_t at = 0;
    for (size_t i = 0; i < f->entries.n; i++)
        if (f->entries.at[i].updated_at > at)
            at = f->entries.at[i].updated_at;
    return at ? at : cx->now;
}

/* ---- Atom ---- */

static void element(struct out *o, const char *name, struct str text)
{
    out_printf(o, "<%s>", name);
    out_html(o, text);
    out_printf(o, "</%s>", name);
}

static void link_to(struct out *o, const char *rel, struct str url, const char *end)
{
    out_printf(o, "<link rel=\"%s\" href=\"", rel);
    out_html(o, url);
    out_printf(o, "%s\"/>", end);
}

void feed_atom(struct out *o, struct cx *cx, const struct feed *f)
{
    out_c(o, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">");
    element(o, "title", f->title);
    element(o, "id", f->home);
    element(o, "updated", filter_iso(cx, updated(cx, f)));
    out_c(o, "<author>");
    element(o, "name", f->author);
    out_c(o, "</author>");
    link_to(o, "alternate", f->home, "");
    link_to(o, "self", f->self, ".xml");
    out_c(o, "\n");
    for (size_t i = 0; i < f->entries.n; i++) {
        const struct feed_entry *e = &f->entries.at[i];
        out_c(o, "<entry>");
        element(o, "title", e->title);
        element(o, "id", e->id);
        element(o, "updated", filter_iso(cx, e->updated_at));
        element(o, "summary", e->text);
        link_to(o, "alternate", e->url, "");
        out_c(o, "</entry>\n");
    }
    out_c(o, "</feed>\n");
}

/* ---- JSON Feed ---- */

static void member(struct out *o, const char *name, struct str text, const char *end)
{
    out_printf(o, "\"%s\":", name);
    out_json(o, text);
    out_c(o, end);
}

void feed_json(struct out *o, struct cx *cx, const struct feed *f)
{
    out_c(o, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"language\":\"zh-CN\",");
    member(o, "title", f->title, ",");
    member(o, "home_page_url", f->home, ",");
    member(o, "feed_url", arena_printf(cx->mem, "%.*s.json", STR(f->self)), ",\"items\":[");
    for (size_t i = 0; i < f->entries.n; i++) {
        const struct feed_entry *e = &f->entries.at[i];
        out_c(o, i ? ",{" : "{");
        member(o, "id", e->id, ",");
        member(o, "url", e->url, ",");
        member(o, "title", e->title, ",");
        member(o, "content_text", e->text, ",");
        member(o, "date_modified", filter_iso(cx, e->updated_at), "}");
    }
    out_c(o, "]}\n");
}
