/* web_guide -- what everybody reads: finding a guide by everyday words, one guide, its form filled
 * in to be printed, the whole catalogue on one page and as one PDF. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/pages.h"
#include "base/out.h"
#include "base/utf8.h"
#include "print/qr.h"
#include "service.html.h"

enum { FOUND_MAX = 20, PERHAPS_MAX = 5, LIST_MAX = 100, LONG_MAX = 500 };

/* ---- taken apart ---- */

enum err guide_of(struct cx *cx, const struct service *s, struct guide *out)
{
    *out = (struct guide){.s = *s,
                          .takes = service_takes(cx, s),
                          .event = service_event_label(s->event),
                          .lane = service_lane_label(s->lane)};
    service_lines_of(cx, s->bring, &out->bring);
    service_lines_of(cx, s->steps, &out->steps);
    service_lines_of(cx, s->basis, &out->basis);
    service_lines_of(cx, s->who_may, &out->who_may);
    service_lines_of(cx, s->note, &out->note);
    return service_where(cx, s->id, &out->where);
}

void guide_blanks_of(struct cx *cx, const struct req *rq, const struct service *s,
                     guide_blanks *out)
{
    static const struct str ends[] = {{"：", 3}, {":", 1}};
    service_lines lines = {0};
    service_lines_of(cx, s->fields, &lines);
    for (size_t i = 0; i < lines.n && i < SERVICE_FIELDS_MAX; i++) {
        struct guide_blank *b = PUSH(cx->mem, out);
        *b = (struct guide_blank){.name = lines.at[i], .id = arena_printf(cx->mem, "f%zu", i)};
        for (size_t k = 0; k < COUNT(ends); k++)
            if (str_ends(b->name, ends[k])) {
                b->name = str_cut(b->name, 0, b->name.n - ends[k].n);
                b->is_long = true;
            }
        b->typed = rq ? utf8_head(req_field(rq, arena_cstr(cx->mem, b->id)), LONG_MAX) : S("");
    }
}

enum err guide_catalogue(struct cx *cx, guide_groups *out)
{
    service_list all = {0};
    TRY(service_all(cx, S(""), &all));
    for (const struct service_event *e = service_events; e->code; e++) {
        struct guide_group g = {.event = e};
        for (size_t i = 0; i < all.n; i++)
            if (str_eq(str_c(service_event_label(all.at[i].event)), str_c(e->label)))
                *PUSH(cx->mem, &g.guides) = all.at[i];
        g.n = (int64_t)g.guides.n;
        if (g.n)
            *PUSH(cx->mem, out) = g;
    }
    return OK;
}

/* ---- finding ---- */

static enum err find_groups(struct cx *cx, guide_groups *out, int64_t *total)
{
    service_counts counts = {0};
    TRY(service_count(cx, &counts));
    *total = 0;
    for (size_t i = 0; i < counts.n; i++) {
        *total += counts.at[i];
        if (counts.at[i])
            *PUSH(cx->mem, out) =
                (struct guide_group){.event = &service_events[i], .n = counts.at[i]};
    }
    return OK;
}

static const struct service_event *event_asked(struct str code)
{
    const struct service_event *e = service_events;
    while (e->code && !str_is(code, e->code))
        e++;
    return e->code ? e : NULL;
}

enum err guide_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_guides_view v = {.q = utf8_head(str_trim(req_query(rq, "q")), 60),
                                    .event = event_asked(req_query(rq, "e"))};
    TRY(find_groups(cx, &v.groups, &v.total));
    if (v.q.n)
        TRY(service_search(cx, v.q, FOUND_MAX, &v.is_sure, &v.found));
    else if (v.event)
        TRY(service_all(cx, str_c(v.event->code), &v.found));
    if (v.q.n && !v.is_sure && v.found.n > PERHAPS_MAX)
        v.found.n = PERHAPS_MAX;
    v.more = v.found.n > LIST_MAX ? (int64_t)(v.found.n - LIST_MAX) : 0;
    if (v.more)
        v.found.n = LIST_MAX;
    v.page = shell_page(rq, SHELL_PHONE, v.event ? str_c(v.event->label) : S("办事"), "guides");
    if (v.q.n || v.event)
        v.page.back = "/s";
    shell_mode_keep(cx, rq, rp);
    service_guides_html(reply_html(rp), cx, &v);
    return OK;
}

enum err guide_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_guide_view v = {.community = shell_community(cx)};
    struct service s;
    TRY(service_by_slug(cx, req_part(rq, "slug"), &s));
    TRY(guide_of(cx, &s, &v.g));
    v.page = shell_page(rq, SHELL_PHONE, s.title, "guides");
    v.page.back = arena_cstr(cx->mem, arena_printf(cx->mem, "/s?e=%.*s", STR(s.event)));
    shell_mode_keep(cx, rq, rp);
    service_guide_html(reply_html(rp), cx, &v);
    return OK;
}

enum err guide_all_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_all_view v = {.community = shell_community(cx)};
    TRY(guide_catalogue(cx, &v.groups));
    v.page = shell_page(rq, SHELL_PHONE, S("全部办事指南"), "guides");
    v.page.back = "/s";
    service_all_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- paper ---- */

enum err guide_book(struct cx *cx, const struct req *rq, struct reply *rp)
{
    guide_groups groups = {0};
    struct str bytes;
    TRY(guide_catalogue(cx, &groups));
    TRY(guide_book_pdf(cx, &groups, req_site(cx, rq), &bytes));
    reply_header(rp, "Content-Disposition", S("inline; filename=\"services.pdf\""));
    out_str(reply_bytes(rp, "application/pdf"), bytes);
    return OK;
}

enum err guide_sheet_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_sheet_view v = {.community = shell_community(cx), .site = req_site(cx, rq)};
    struct service s;
    TRY(service_by_slug(cx, req_part(rq, "slug"), &s));
    TRY(guide_of(cx, &s, &v.g));
    v.qr = qr_svg(cx, arena_printf(cx->mem, "%.*s/s/%.*s", STR(v.site), STR(s.slug)),
                  S("这一页的二维码"));
    v.page = shell_page(rq, SHELL_PRINT, s.title, "guides");
    service_sheet_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err form_of(struct cx *cx, const struct req *rq, struct service *s, guide_blanks *out)
{
    TRY(service_by_slug(cx, req_part(rq, "slug"), s));
    guide_blanks_of(cx, rq, s, out);
    return out->n ? OK : fail(cx, ERR_MISSING, "这件事没有要先填的表，带上材料来就行");
}

enum err guide_form_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_form_view v = {.rq = rq};
    TRY(form_of(cx, rq, &v.s, &v.blanks));
    v.page = shell_page(rq, SHELL_PHONE, v.s.form_name, "guides");
    v.page.back = arena_cstr(cx->mem, arena_printf(cx->mem, "/s/%.*s", STR(v.s.slug)));
    service_form_html(reply_html(rp), cx, &v);
    return OK;
}

/* What was typed is on this page and nowhere else: no row, no log, no cache. */
enum err guide_form_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_paper_view v = {.community = shell_community(cx)};
    TRY(form_of(cx, rq, &v.s, &v.blanks));
    TRY(guide_of(cx, &v.s, &v.g));
    v.page = shell_page(rq, SHELL_PRINT, v.s.form_name, "guides");
    reply_header(rp, "Cache-Control", S("no-store"));
    service_paper_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- JSON ---- */

enum err guide_api(struct cx *cx, const struct req *rq, struct reply *rp)
{
    service_list found = {0};
    struct str q = req_query(rq, "q");
    bool sure; /* programs read the order */
    TRY(q.n ? service_search(cx, q, FOUND_MAX, &sure, &found)
            : service_all(cx, req_query(rq, "event"), &found));
    return reply_list(cx, rp, &service_shape, &found, S(""));
}
