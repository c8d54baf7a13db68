/* pages -- what the pages of services share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVICE_PAGES_H
#define SERVICE_PAGES_H

#include "app/service/service_own.h"
#include "app/shell/shell.h"
#include "base/time.h"

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
/* As typed into rq; rq NULL = nothing was. */
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

/* ---- the counter ---- */

struct book_place {
    struct service_where where;
    struct lane lane;
};
typedef LIST(struct book_place) book_places;
struct slot_day {
    int64_t day, at;
    slot_list slots;
};
typedef LIST(struct slot_day) slot_days;
struct str slot_time(struct cx *cx, int64_t at); /* 14:30 */
const char *service_face(size_t grade);          /* the icon of a grade, 0 = the best */
struct str ticket_link(struct cx *cx, int64_t id, const char *page, struct str key);

/* web_ticket.c */
enum err book_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err book_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err take_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err take_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err take_arrive(struct cx *cx, const struct req *rq, struct reply *rp);
enum err own_ticket_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err own_ticket_step(struct cx *cx, const struct req *rq, struct reply *rp);
enum err own_ticket_slip(struct cx *cx, const struct req *rq, struct reply *rp);
enum err own_ticket_events(struct cx *cx, const struct req *rq, struct reply *rp);
enum err wall_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err wall_events(struct cx *cx, const struct req *rq, struct reply *rp);
enum err lane_api(struct cx *cx, const struct req *rq, struct reply *rp);

/* web_queue.c */
/* Of several forms on a page that have a field of the same name: whether this step was sent and is
 * shown again; what stood in it; and an id, which is the field's own where its fault leads to. */
bool step_again(const struct req *rq, const char *step);
struct str step_typed(const struct req *rq, const char *step, const char *field, struct str stored);
bool step_of_ticket(const struct req *rq, int64_t id); /* it was sent of this ticket */
struct str step_id(struct cx *cx, const struct req *rq, const char *step, const char *field);
struct site_lanes {
    struct site site;
    lane_list lanes;
};
typedef LIST(struct site_lanes) site_lanes_list;
typedef LIST(int64_t) counter_list;
/* 1, 2, … of a lane. */
counter_list counters_of(struct cx *cx, const struct lane *l);
enum err counter_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err counter_next(struct cx *cx, const struct req *rq, struct reply *rp);
enum err counter_take(struct cx *cx, const struct req *rq, struct reply *rp);
enum err counter_step(struct cx *cx, const struct req *rq, struct reply *rp);
enum err counter_paper(struct cx *cx, const struct req *rq, struct reply *rp);
enum err accepted_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err ask_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err ask_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err lanes_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err lanes_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err screen_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visitors_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visitors_csv(struct cx *cx, const struct req *rq, struct reply *rp);

/* web_errand.c */
struct str errand_link(struct cx *cx, int64_t id, struct str key);
enum err errand_ask_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_ask_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_own_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_own_step(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_desk_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_desk_open(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_desk_step(struct cx *cx, const struct req *rq, struct reply *rp);
enum err errand_paper_page(struct cx *cx, const struct req *rq, struct reply *rp);

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
