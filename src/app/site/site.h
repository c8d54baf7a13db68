/*
 * site -- the places one goes to: 1 + 6 + N centres and stations, what is in each, when it is open,
 * whether it is open now; closures told ahead; what a station still lacks; the canteen's menu. Owns
 * site, site_part, site_hours, site_notice, site_item, site_check, site_menu.
 *
 * Tiers are rows of the table tier, tree "site" (社区中心, 居民区中心, 服务站): names and number
 * are data. What lies in a site is a part (政务大厅, 食堂, 超市), with hours of its own or the
 * site's.
 *
 * Whoever names a site shows its state beside it: site_lines() for a list, site_state() for one.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_H
#define SITE_H

#include "app/account/account.h"
#include "app/clock/clock.h"
#include "app/place/place.h"
#include "app/shell/shell.h"
#include "app/site/site_hours.h"

/* Who keeps the sites of his reach: hours, closures, parts, checklist, menu. */
#define ROLES_SITE (ROLE_AREA_STAFF | ROLE_CLERK | ROLE_DISPATCHER | ROLES_SITE_PLAN)
/* Who adds and ends sites, and says what the checklist holds. */
#define ROLES_SITE_PLAN (ROLE_DUTY_LEAD | ROLE_LEADER | ROLE_ADMIN)

enum site_operator { SITE_PUBLIC, SITE_CONTRACTED, SITE_MERCHANT };
extern const char *const site_operator_codes[];
extern const char *const site_operator_labels[]; /* 社区自办 委托运营 商户经营 */

struct site {
    int64_t id, place_id;
    int64_t tier;    /* depth in the tree "site": 0 is the community's centre */
    struct str code; /* in its address and QR code: HH-ZX */
    struct str name, address, phone;
    struct str way; /* how one gets there and in */
    struct str about;
    enum site_operator operator;
    struct str operator_name; /* "" when the community runs it */
    int64_t area_m2;          /* 0 = not said */
    bool has_ramp, has_lift, has_toilet, has_low_desk, has_nursery; /* within reach of everybody */
    int64_t version;
    int64_t changed_at;
    struct str changed_name;
    struct str tier_name, place_code, place_name, path; /* of tier and place */
};
typedef LIST(struct site) site_list;
extern const struct shape site_shape;

/* What is in a site. */
enum site_part_kind {
    SITE_PARTY,    /* 党群 */
    SITE_SERVICE,  /* 政务 */
    SITE_CULTURE,  /* 文化 */
    SITE_SPORT,    /* 体育 */
    SITE_HEALTH,   /* 医疗 */
    SITE_ELDER,    /* 养老 */
    SITE_CHILD,    /* 儿童 */
    SITE_CANTEEN,  /* 食堂 */
    SITE_SHOP,     /* 超市 */
    SITE_BUSINESS, /* 商业 */
    SITE_OTHER
};
extern const char *const site_part_codes[];
extern const char *const site_part_labels[];
struct site_part {
    int64_t id, site_id;
    enum site_part_kind kind;
    struct str name, floor; /* 政务服务大厅; 一楼东侧 */
    struct str phone;       /* "" = the site's */
    struct str note;        /* prices, rules, who it is for */
    enum site_operator operator;
    struct str operator_name;
    int64_t version;
};
typedef LIST(struct site_part) site_part_list;
extern const struct shape site_part_shape;
extern const struct shape site_notice_shape;

/* A name of a level of sites. */
struct site_tier {
    int64_t id, depth;
    struct str name; /* 居民区中心 */
};
typedef LIST(struct site_tier) site_tier_list;

/* ---- reading: bounded, the same for everybody ---- */

enum { SITES_MAX = 200, SITE_PARTS_MAX = 60 };

enum err site_all(struct cx *cx, site_list *out); /* by tier, then by path */
enum err site_get(struct cx *cx, int64_t id, struct site *out);
/* Also one that has ended: what was begun there is still read and answered. */
enum err site_was(struct cx *cx, int64_t id, struct site *out);
enum err site_by_code(struct cx *cx, struct str code, struct site *out);
enum err site_parts(struct cx *cx, int64_t site_id, site_part_list *out);
enum err site_part_get(struct cx *cx, int64_t id, struct site_part *out);
/* The site nearest to a place, of those that share more than the community with it; `*found` false
 * = none does. Two questions, for pages and papers that name where their people go. */
enum err site_of_place(struct cx *cx, struct str path, struct site *out, bool *found);
/* Where it is and when it is open in an ordinary week, as one line: 依澜雅居站，东门旁，周一至周五
 * 8:30–20:30. Notices are not in it: it is for paper. "" when no hours are known. */
enum err site_brief(struct cx *cx, const struct site *s, struct str *out);
/* Of all sites; at most SITE_PARTS_MAX. */
enum err site_parts_of(struct cx *cx, enum site_part_kind kind, site_part_list *out);
enum err site_tiers(struct cx *cx, site_tier_list *out);

/* When a site (part_id 0) or a part is open, with the notices that end today or later, or on
 * `since` (a day) or later if that is not 0. Ask site_open_now(), site_is_open(),
 * site_opening_after() with it. Lives in cx->mem. */
enum err site_plan(struct cx *cx, int64_t site_id, int64_t part_id, int64_t since,
                   struct site_plan *out);

/* A site, or a part of it, where it is named: with its state at cx->now. */
struct site_view {
    struct site site;
    struct site_part part; /* id 0 = the site itself */
    struct site_plan plan;
    struct site_now now;
    struct str words; /* site_words() of it */
    int near; /* levels of the tree of places that it shares with the asker; 0 = he did not say */
};
typedef LIST(struct site_view) site_view_list;
/* All sites. `path` is of the place somebody asks from, "" = not known: the nearest first, then by
 * tier. As many questions to the store whatever the number of sites. */
enum err site_views(struct cx *cx, struct str path, site_view_list *out);
/* All parts of one kind: where there is a canteen, a service hall. Sorted likewise. */
enum err site_part_views(struct cx *cx, enum site_part_kind kind, struct str path,
                         site_view_list *out);
/* One site, and each of its parts if `parts` is not NULL. */
enum err site_whole(struct cx *cx, const struct site *s, struct site_view *out,
                    site_view_list *parts);
/* <span class="tag g">开着，到 17:30</span> */
struct html site_state(struct cx *cx, const struct site_now *now);
const char *
site_level(const struct site_now *now); /* class of its tag: g open, a closed by notice */

/* Notices of a site and its parts that end on `from_day` or later, announced first; those that were
 * taken back too when `with_ended`. site_id 0 = of all sites. */
enum err site_notices(struct cx *cx, int64_t site_id, int64_t from_day, bool with_ended,
                      site_notice_list *out);

/* ---- keeping ---- */

/* ERR_MISSING unless the caller's post reaches the site. */
enum err site_reach(struct cx *cx, const struct site *s);
/* New (id 0: fills id) or changed; ERR_CONFLICT when somebody was faster or the code is taken. */
enum err site_put(struct cx *cx, struct site *s);
/* ERR_CONFLICT while somebody relies on it: the sentence says on what, site_busy() where it is. */
enum err site_end(struct cx *cx, int64_t id);
enum err site_busy(struct cx *cx, int64_t id, struct shell_offers *out);
enum err site_part_put(struct cx *cx, struct site_part *p);
enum err site_part_end(struct cx *cx, int64_t id);
/* part_id 0 = the site's own. NULL: the part takes the site's hours again. */
enum err site_week_put(struct cx *cx, int64_t site_id, int64_t part_id, const struct site_week *w);
/* The same, but that nobody loses yet what he has there: `*lost` says how many would. Who then does
 * not want it ends with a fault, and it was not. */
enum err site_week_try(struct cx *cx, int64_t site_id, int64_t part_id, const struct site_week *w,
                       int64_t *lost);
enum err site_week_of(struct cx *cx, int64_t site_id, int64_t part_id, struct site_week *out,
                      bool *has_own);
/* Announces that for some days other hours hold (n->hours), or that it is closed. ERR_INPUT: days
 * that are over, the wrong way round or more than a year; no reason; a closure that begins within
 * SITE_NOTICE_DAYS without n->late_why. Fills id. Who has something there then loses it and is to
 * be told; how many, site_lost() says before. */
enum err site_notice_put(struct cx *cx, struct site_notice *n);
enum err site_notice_end(struct cx *cx, int64_t id); /* taken back: ordinary hours hold again */

/* ---- what others have there: rooms that stand below say it in their struct feature ---- */

/* Each may be left out. Called by who changes a site, in his transaction. */
struct site_ties {
    /* What people still rely on there, a line for each kind: 订着的场地 3 个, and where that is
     * looked after. As long as there is any the site is not ended. */
    enum err (*busy)(struct cx *cx, int64_t site_id, struct shell_offers *out);
    /* It lies elsewhere from now on: whoever keeps a copy of the path changes it. */
    enum err (*moved)(struct cx *cx, int64_t site_id, struct str path);
    /* It is shut at times at which it was open. By `n`, which may not be stored yet, or (NULL) by
     * its hours as they are stored. Adds to `*lost` what falls into them; unless `dry` those are
     * cancelled and stand where people are told. */
    enum err (*shut)(struct cx *cx, int64_t site_id, const struct site_notice *n, bool dry,
                     int64_t *lost);
};
/* Once, at start, before threads; the array must outlive the server. */
void site_ties_set(const struct site_ties *const *at, size_t n);
/* How many lose what they have there: by `n`, or (NULL) by the hours as they are stored. */
enum err site_lost(struct cx *cx, int64_t site_id, const struct site_notice *n, int64_t *lost);

/* ---- what a station should have: 六有一落实 ---- */

/* The community's own list; no item asks for a photograph, and nothing is added up. */
struct site_item {
    int64_t id, ordinal;
    struct str title, hint; /* 有场所; what is meant by it */
    bool active;
};
typedef LIST(struct site_item) site_item_list;
extern const struct shape site_item_shape;
enum err site_items(struct cx *cx, bool also_off, site_item_list *out);
enum err site_item_put(struct cx *cx, struct site_item *i); /* new when id is 0: fills id */

enum site_check_state { SITE_UNSEEN, SITE_READY, SITE_LACKING };
/* Where one site stands with one item. */
struct site_check {
    int64_t site_id, item_id;
    enum site_check_state state;
    struct str note;    /* what there is, what lacks */
    struct str owner;   /* the post that sees to it */
    int64_t due_day;    /* by when; 0 = not said */
    int64_t changed_at; /* 0 = nobody has looked yet */
    struct str changed_name;
    struct str title, hint;          /* of the item */
    struct str site_code, site_name; /* only in site_lacking() */
};
typedef LIST(struct site_check) site_check_list;
extern const struct shape site_check_shape;
/* Every item that is active, also those that nobody has looked at. */
enum err site_checks(struct cx *cx, int64_t site_id, site_check_list *out);
/* ERR_INPUT: lacking, but not what; a due day that is over. */
enum err site_check_put(struct cx *cx, const struct site_check *c);
/* What lacks at the sites within the caller's reach, by due day. */
enum err site_lacking(struct cx *cx, site_check_list *out);

/* ---- the canteen's menu ---- */

enum site_meal { SITE_BREAKFAST, SITE_LUNCH, SITE_DINNER, SITE_MEALS };
extern const char *const site_meal_codes[];
extern const char *const site_meal_labels[];
struct site_menu {
    int64_t part_id, day;
    enum site_meal meal;
    struct str dishes; /* 红烧肉、青菜、番茄蛋汤 */
};
typedef LIST(struct site_menu) site_menu_list;
extern const struct shape site_menu_shape;
/* Of the days [from_day, to_day], by day and meal. */
enum err site_menu(struct cx *cx, int64_t part_id, int64_t from_day, int64_t to_day,
                   site_menu_list *out);
/* Empty dishes: nothing is said of that meal. */
enum err site_menu_put(struct cx *cx, const struct site_menu *m);

extern const struct feature site_feature;

#endif
