/* pages -- what the pages of services share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVICE_PAGES_H
#define SERVICE_PAGES_H

#include "app/service/service_own.h"
#include "app/shell/shell.h"

enum { GUIDE_SITES = 3 /* shown at once; the others are folded */ };

/* A part of life on the page of all, with how many guides it has. */
struct guide_group {
    const struct service_event *event;
    int64_t n;
    service_list guides; /* only on the page of the whole catalogue */
};
typedef LIST(struct guide_group) guide_groups;

/* A blank of a form to print. */
struct guide_blank {
    struct str name, id; /* without ：; f0, f1 … */
    bool is_long;
    struct str typed;
};
typedef LIST(struct guide_blank) guide_blanks;
void guide_blanks_of(struct cx *cx, const struct req *rq, const struct service *s,
                     guide_blanks *out);

typedef LIST(struct flow_reason) guide_codes;

/* A guide with its lines taken apart. */
struct guide {
    struct service s;
    service_lines bring, steps, basis, who_may, note;
    struct str takes;
    const char *event, *lane;
    service_where_list where;
};
enum err guide_of(struct cx *cx, const struct service *s, struct guide *out);
/* All that are on by part of life, empty parts left out. */
enum err guide_catalogue(struct cx *cx, guide_groups *out);

/* guide_pdf.c */
enum err guide_book_pdf(struct cx *cx, const guide_groups *groups, struct str site,
                        struct str *out);

/* web_guide.c */
enum err guide_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err guide_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err guide_all_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err guide_book(struct cx *cx, const struct req *rq, struct reply *rp);
enum err guide_sheet_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err guide_form_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err guide_form_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err guide_api(struct cx *cx, const struct req *rq, struct reply *rp);
/* web_keep.c */
enum err keep_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err keep_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err keep_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err keep_step(struct cx *cx, const struct req *rq, struct reply *rp);
enum err keep_import_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err keep_import_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err keep_import_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err keep_import_back(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
