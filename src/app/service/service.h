/*
 * service -- what can be done where 一件事: guides in everyday words, the queue at the counter
 * 窗口, and papers that somebody takes there for another 帮办代办. Owns every table service*.
 *
 * A guide is written as one thing that a person wants done. It is the same whoever reads it; what
 * somebody types into its form goes onto paper and is stored nowhere.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVICE_H
#define SERVICE_H

#include "app/account/account.h"
#include "app/need/need.h"
#include "app/service/errand.h"
#include "app/service/ticket.h"
#include "app/site/site.h"

/* Who keeps the guides. */
#define ROLES_GUIDE (ROLE_CLERK | ROLE_DUTY_LEAD)

enum {
    SERVICE_FIELDS_MAX = 20, /* blanks of a form */
    SERVICE_STALE_DAYS = 180 /* after so long somebody looks whether a guide is still right */
};

/* ---- guides ---- */

enum service_state {
    SERVICE_DRAFT, /* staff alone see it */
    SERVICE_ON,
    SERVICE_OFF /* is no longer done here; its address says so */
};
extern const char *const service_state_codes[], *const service_state_labels[];

struct service {
    int64_t id;
    struct str slug;  /* in the address: pension-claim; never changes */
    struct str title; /* as one thing: 给老人领高龄津贴 */
    struct str event; /* of service_events */
    struct str words; /* everyday words, see text/words.h */
    struct str dept;  /* whose matter it is; may be empty */
    struct str who_may;
    struct str bring, steps; /* a line for each; empty bring = not written down yet */
    struct str takes;        /* how long, in words; empty = by work_days */
    int64_t work_days;       /* working days from acceptance; 0 = at once */
    struct str fee, basis, contact;
    struct str link; /* https: or http: address where it can be done or read about */
    struct str note;
    struct str form_name, fields; /* a form to print: its name, a line for each blank */
    struct str lane;              /* of service_lanes: at which counter */
    bool has_errand;              /* may be done for somebody */
    enum service_state state;
    int64_t checked_at; /* somebody made sure that it is still so; 0 = nobody has */
    struct str checked_name;
    int64_t version, created_at, changed_at;
};
typedef LIST(struct service) service_list;
extern const struct shape service_shape;

/* Parts of life, in the order of the page, with an icon for each; ends with a NULL code. */
struct service_event {
    const char *code, *label, *icon;
};
extern const struct service_event service_events[];
const char *service_event_label(struct str code); /* 其他 when it is unknown */
/* Counters by what is done there; a site has some of them. */
extern const struct flow_reason service_lanes[];
const char *service_lane_label(struct str code);

/* 当场办好; 受理后 5 个工作日; or what is written. */
struct str service_takes(struct cx *cx, const struct service *s);

/* By the last part of its address. ERR_MISSING with a sentence, also for what only staff may see.
 */
enum err service_by_slug(struct cx *cx, struct str slug, struct service *out);
enum err service_get(struct cx *cx, int64_t id, struct service *out); /* staff: any state */
/* All that are on, by part of life and title; of one part of life, or all (""). At most 3,000. */
enum err service_all(struct cx *cx, struct str event, service_list *out);
/* How many are on, of each of service_events, in that order. */
typedef LIST(int64_t) service_counts;
enum err service_count(struct cx *cx, service_counts *out);
/* Those on that `question` means, best first, at most `limit`. Everyday words in any order:
 * 老人卡怎么办. O(texts of the catalogue): some milliseconds. Not `*sure`: none is meant, they only
 * share a word with it. */
enum err service_search(struct cx *cx, struct str question, size_t limit, bool *sure,
                        service_list *out);

/* A site where a guide's matter is done: at the government part of it, when it has one. */
struct service_where {
    struct site site;
    struct site_now now;
    int64_t days;     /* bit 0 = Sunday; 127 = whenever it is open */
    struct str words; /* 开着，到 17:30; 今天不办，周三 8:30 办 */
    bool is_today;    /* it can be done there today, now or later */
};
typedef LIST(struct service_where) service_where_list;
/* Where it is done: open ones first, then those that open today, in the order of the sites. */
enum err service_where(struct cx *cx, int64_t service_id, service_where_list *out);
/* All sites, with days 0 where it is not done: for the form of the guide. */
enum err service_where_all(struct cx *cx, int64_t service_id, service_where_list *out);
/* It is done at these sites from now on, and nowhere else. Who may: ROLES_GUIDE. */
enum err service_where_put(struct cx *cx, int64_t service_id, const int64_t *site_ids,
                           const int64_t *days, size_t n);

struct service_filter {
    struct str text;  /* "" = all */
    struct str state; /* a state's code, "stale", "" = all */
    struct str after; /* cursor from the last page */
    int limit;        /* 0 = 50, at most 200 */
};
/* For staff, newest change first when there is no text. */
enum err service_find(struct cx *cx, const struct service_filter *f, service_list *out,
                      struct str *next);

/* New (id 0: fills id and slug if it is empty) or changed, guarded by version. ERR_INPUT with
 * faults under the fields; a slug that is taken is one of them. Who may: ROLES_GUIDE. */
enum err service_put(struct cx *cx, struct service *s);
/* "on", "off", "checked": somebody made sure that it is still so. ERR_CONFLICT by version. */
enum err service_step(struct cx *cx, int64_t id, struct str step, int64_t version,
                      struct service *out);

/* The lines of a text, without blanks and numbers in front. */
typedef LIST(struct str) service_lines;
void service_lines_of(struct cx *cx, struct str text, service_lines *out);

extern const struct feature service_feature;

#endif
