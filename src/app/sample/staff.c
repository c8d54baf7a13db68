/* staff -- invented people, their posts, and a few vacancies as there always are. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/town.h"

/* What a person is hired for. `hat` (may be NULL) is filled for acts of the sample. */
struct job_offer {
    const char *role;
    struct str login; /* empty = cannot sign in */
    struct post post;
    struct str path; /* of the post's place */
    struct hat *hat;
};

static enum err hire(struct town *t, const struct job_offer *o, int64_t *person_id)
{
    struct cx *cx = t->cx;
    struct person p = {
        .name = town_name(t), .duty_phone = town_phone(t), .login = o->login, .active = true};
    struct post post = o->post;
    bool can_sign_in = o->login.n > 0;
    post.role = str_c(o->role);
    TRY(org_post_add(cx, &post));
    if (*person_id == 0) {
        TRY(account_add(cx, &p, can_sign_in ? t->password_hash : S("")));
        *person_id = p.id;
    }
    TRY(org_appoint(cx, post.id, *person_id, false, town_chance(t, 930)));
    if (o->hat)
        *o->hat = (struct hat){.post_id = post.id,
                               .person_id = *person_id,
                               .name = p.name,
                               .role = post.role,
                               .title = post.title,
                               .org_id = post.org_id,
                               .place_id = post.place_id,
                               .grid_id = post.grid_id,
                               .place_path = o->path.p ? o->path : S("")};
    return OK;
}

static enum err hire_new(struct town *t, const struct job_offer *o)
{
    int64_t person = 0;
    return hire(t, o, &person);
}

static struct str numbered(struct town *t, const char *stem, int n)
{
    return arena_printf(t->cx->mem, "%s%d", stem, n);
}

/* 67 workers; a deputy stands in for two neighbouring grids. */
static enum err hire_grid_workers(struct town *t)
{
    struct cx *cx = t->cx;
    int64_t deputy = 0;
    for (int i = 0; i < GRIDS; i++) {
        struct town_grid *g = &t->grids[i];
        struct post post = {.org_id = g->branch,
                            .grid_id = g->id,
                            .title = arena_printf(cx->mem, "第 %d 网格网格员", i + 1)};
        TRY(hire_new(t, &(struct job_offer){.role = "grid_worker",
                                            .post = post,
                                            .hat = &g->worker,
                                            .login = numbered(t, "grid", i + 1)}));
        post.title = arena_printf(cx->mem, "第 %d 网格副网格员", i + 1);
        if (i % 2 == 0)
            deputy = 0;
        TRY(hire(t,
                 &(struct job_offer){.role = "grid_deputy",
                                     .post = post,
                                     .login = numbered(t, "deputy", i / 2 + 1)},
                 &deputy));
    }
    return OK;
}

static enum err hire_leaders(struct town *t)
{
    struct cx *cx = t->cx;
    for (size_t i = 0; i < t->buildings.n; i++) {
        struct town_building *b = &t->buildings.at[i];
        const struct town_estate *e = &t->estates.at[b->estate];
        struct post post = {.role = S("building_leader"),
                            .place_id = b->place_id,
                            .org_id = e->groups[i % 2 && e->groups[1] ? 1 : 0],
                            .title = arena_printf(cx->mem, "%.*s楼栋长", STR(b->full_name))};
        bool shown = str_is(b->code, "NYH-YLYJ-07"); /* the one that people are shown around */
        if (!shown && town_chance(t, 120)) {
            TRY(org_post_add(cx, &post)); /* marked as vacant */
            continue;
        }
        TRY(hire_new(t, &(struct job_offer){.role = "building_leader",
                                            .post = post,
                                            .path = b->path,
                                            .hat = &b->leader,
                                            .login = shown ? S("building1") : S("")}));
    }
    return OK;
}

static enum err hire_areas(struct town *t)
{
    struct cx *cx = t->cx;
    for (int a = 0; a < AREAS; a++) {
        struct town_area *area = &t->areas[a];
        struct post post = {.org_id = area->centre,
                            .place_id = area->place_id,
                            .title = arena_printf(cx->mem, "%s居民区工作人员", area->name)};
        TRY(hire_new(t, &(struct job_offer){.role = "area_staff",
                                            .post = post,
                                            .path = area->path,
                                            .hat = &area->staff,
                                            .login = numbered(t, "area", a + 1)}));
        TRY(hire_new(t, &(struct job_offer){.role = "area_staff",
                                            .post = post,
                                            .path = area->path,
                                            .login = numbered(t, "area", a + 1 + AREAS)}));
    }
    return OK;
}

/* Each unit that leads needs has somebody who acts; the first is the one of 依澜雅居. */
static enum err hire_units(struct town *t)
{
    struct cx *cx = t->cx;
    int handlers = 1, liaisons = 0, teams = 0;
    for (size_t i = 0; i < t->units.n; i++) {
        struct town_unit *u = &t->units.at[i];
        struct post post = {.org_id = u->org_id,
                            .title = arena_printf(cx->mem, "%.*s承办员", STR(u->name))};
        struct job_offer offer = {.role = "handler", .hat = &u->hat};
        if (str_is(u->kind, "centre"))
            continue;
        if (str_is(u->kind, "clerk")) {
            offer.role = "clerk";
            offer.login = S("clerk1");
            post.title = S("综合窗口工作人员");
        } else if (str_is(u->name, "依澜雅居物业服务中心（示例）")) {
            offer.login = S("handler1");
        } else {
            offer.login = numbered(t, "handler", ++handlers);
        }
        offer.post = post;
        TRY(hire_new(t, &offer));
        offer = (struct job_offer){.role = "unit_liaison", .post = post};
        offer.post.title = arena_printf(cx->mem, "%.*s联络员", STR(u->name));
        if (str_is(u->kind, "unit")) {
            offer.login = numbered(t, "liaison", ++liaisons);
            TRY(hire_new(t, &offer));
        }
        offer.role = "team_leader";
        offer.post.title = arena_printf(cx->mem, "%.*s负责人", STR(u->name));
        if (str_is(u->kind, "volunteers")) {
            offer.login = numbered(t, "team", ++teams);
            TRY(hire_new(t, &offer));
        }
    }
    return OK;
}

static enum err hire_centre(struct town *t)
{
    int64_t c = t->centre;
    const struct {
        const char *role, *login, *title;
        int64_t org;
        struct hat *hat;
    } offers[] = {
        {"dispatcher", "dispatch1", "派遣员", c, &t->dispatchers[0]},
        {"dispatcher", "dispatch2", "派遣员", c, &t->dispatchers[1]},
        {"duty_lead", "lead1", "值班长", c, &t->duty_lead},
        {"verifier", "verify1", "核查回访员", c, &t->verifiers[0]},
        {"verifier", "verify2", "核查回访员", c, &t->verifiers[1]},
        {"leader", "leader1", "社区党委书记", t->committee, &t->leader},
        {"leader", "leader2", "社区党委副书记", t->committee, NULL},
        {"privacy_officer", "privacy1", "个人信息保护负责人", t->committee, NULL},
        {"auditor", "audit1", "审计管理员", t->committee, NULL},
        {"admin", "admin1", "系统管理员", c, NULL},
        {"security", "security1", "安全管理员", t->committee, NULL},
        {"reviewer", "reviewer1", "公益创投评审", c, NULL},
        {"class_teacher", "teacher1", "四点半课堂老师", t->areas[0].centre, NULL},
        {"volunteer", "volunteer1", "志愿者", 0, NULL},
        {"merchant", "merchant1", "菜市场商户", 0, NULL},
    };
    for (size_t i = 0; i < COUNT(offers); i++)
        TRY(hire_new(t, &(struct job_offer){
                            .role = offers[i].role,
                            .login = str_c(offers[i].login),
                            .post = {.title = str_c(offers[i].title), .org_id = offers[i].org},
                            .hat = offers[i].hat}));
    return OK;
}

static enum err hire_secretaries(struct town *t)
{
    int64_t last = 0;
    int n = 0;
    for (int i = 0; i < GRIDS; i++) {
        struct org o;
        if (t->grids[i].branch == last)
            continue;
        last = t->grids[i].branch;
        TRY(org_get(t->cx, last, &o));
        struct post post = {.org_id = last,
                            .title = arena_printf(t->cx->mem, "%.*s书记", STR(o.name))};
        TRY(hire_new(t, &(struct job_offer){.role = "branch_secretary",
                                            .post = post,
                                            .login = numbered(t, "secretary", ++n)}));
    }
    return OK;
}

enum err town_staff(struct town *t)
{
    TRY(hire_grid_workers(t));
    TRY(hire_leaders(t));
    TRY(hire_areas(t));
    TRY(hire_units(t));
    TRY(hire_secretaries(t));
    TRY(hire_centre(t));
    /* Who acts for a centre, and at the window. */
    for (size_t i = 0; i < t->units.n; i++) {
        struct town_unit *u = &t->units.at[i];
        for (int a = 0; a < AREAS; a++)
            if (u->org_id == t->areas[a].centre)
                u->hat = t->areas[a].staff;
        if (str_is(u->kind, "clerk"))
            t->clerk = u->hat;
    }
    return OK;
}
