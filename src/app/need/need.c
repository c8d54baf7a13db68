/* need -- opening and reading a need, its history, and who opened what; steps are in need_step.c.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need.h"
#include "app/audit/audit.h"
#include "app/job/job.h"
#include "app/need/need_own.h"
#include "app/outbox/outbox.h"
#include "base/env.h"
#include "app/number/number.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/vault.h"
#include "need.sql.h"

/* ---- opening ---- */

/* What was sent twice must be the same; what the program added is not compared. */
static bool same_content(const struct need *a, const struct need *b)
{
    return a->place_id == b->place_id && str_eq(a->text, b->text) && str_eq(a->name, b->name) &&
           str_eq(a->contact, b->contact) && str_eq(a->door, b->door) && str_eq(a->note, b->note) &&
           str_eq(a->source_number, b->source_number) && str_eq(a->channel, b->channel) &&
           str_eq(a->kind, b->kind);
}

static void check_code(struct cx *cx, const char *field, const struct flow_reason *list,
                       struct str *code, const char *preset)
{
    if (code->n == 0)
        *code = str_c(preset);
    if (flow_label(list, *code)[0] == 0)
        fail_field(cx, field, "没有这个选项");
}

/* Other digits than those of a mobile number (1, then 3 to 9) may be a landline. */
void need_contact_check(struct cx *cx, const char *field, struct str contact)
{
    char head[2] = "";
    int n = 0;
    for (size_t i = 0; i < contact.n; i++) {
        char c = contact.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (c < '0' || c > '9')
            return;
        if (n < 2)
            head[n] = c;
        n++;
    }
    if (n < 7 || n == 11 || head[0] != '1' || head[1] < '3')
        return;
    fail_field(cx, field, n < 11 ? "手机号少了 %d 位，共 11 位" : "手机号多了 %d 位，共 11 位",
               n < 11 ? 11 - n : n - 11);
}

bool need_contact_calls(struct str contact)
{
    size_t digits = 0;
    for (size_t i = 0; i < contact.n; i++)
        digits += contact.p[i] >= '0' && contact.p[i] <= '9';
    return digits >= 7;
}

void need_phone_check(struct cx *cx, const char *field, struct str phone)
{
    need_contact_check(cx, field, phone);
    if (phone.n && !need_contact_calls(phone))
        fail_field(cx, field, "请写一个打得通的电话");
}

static enum err check_new(struct cx *cx, struct need *n)
{
    check_code(cx, "channel", channels, &n->channel, "web");
    check_code(cx, "kind", kinds, &n->kind, "help");
    check_code(cx, "category", categories, &n->category, "other");
    n->text = str_trim(n->text);
    n->source_number = utf8_plain(cx->mem, n->source_number);
    if (utf8_count(n->text) < 2)
        fail_field(cx, "text", "请说一句是什么事");
    need_contact_check(cx, "contact", n->contact);
    if (n->client_key.n && !id_is_uuid(n->client_key))
        fail_field(cx, "client_key", "表单号不对，请重新打开页面");
    if (n->note.n && !n->agrees_note) /* PIPL 29 */
        fail_field(cx, "note", "身体情况要单独同意才能记：请勾上同意，或者空着");
    n->agrees_note = n->note.n > 0;
    if (n->place_id == 0)
        fail_field(cx, "place_id", "请选在哪里，或输入牌子上的编号");
    TRY(shape_check(cx, &need_shape, n));
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

enum err need_source_check(struct cx *cx, const struct need *n, bool anyway)
{
    need_list same = {0};
    struct str source_number = utf8_plain(cx->mem, n->source_number);
    if (source_number.n == 0 || anyway)
        return OK;
    TRY(db_all(cx, &need_sql_by_source, &need_shape, &same, ARGS(A(source_number))));
    for (size_t i = 0; i < same.n; i++)
        if (n->client_key.n && str_eq(same.at[i].client_key, n->client_key))
            return OK;
    if (same.n == 0)
        return OK;
    return fail_field(
        cx, "source_number",
        "这个编号已经登记过：%.*s（%s）。同一件事不用再登记；确实是另一件，请说明是另一件",
        STR(same.at[0].number), need_state_labels[same.at[0].state]);
}

enum err need_reaches(struct cx *cx, const struct place *p, bool *yes)
{
    const struct who *w = &cx->who;
    struct grid grid;
    *yes = w->scope_hi.n > 0 && str_starts(p->path, w->scope_lo);
    if (!*yes || !w->scope_grid)
        return OK;
    TRY(place_grid_of(cx, p->id, &grid));
    *yes = grid.id == w->scope_grid;
    return OK;
}

bool need_asks_himself(const struct need *n)
{
    return str_is(n->channel, "web") || str_is(n->channel, "qr");
}

/* Who enters for somebody does so within his reach; who asks for himself asks like anybody. */
static enum err check_reach(struct cx *cx, const struct need *n, const struct place *place)
{
    bool staff = (cx->who.role & ROLES_NEED) != 0, yes;
    if (n->source_number.n && !staff)
        return fail_field(cx, "source_number", "对方系统的编号由工作人员登记，请空着");
    if (!staff || need_asks_himself(n))
        return OK;
    TRY(need_reaches(cx, place, &yes));
    return yes ? OK
               : fail_field(cx, "place_id",
                            "%.*s 不在您服务的范围里；请居民打社区电话，或者扫那里的码",
                            STR(place->full_name));
}

static enum err sent_before(struct cx *cx, struct need *n, bool *again)
{
    struct need old;
    if (n->client_key.n == 0)
        return OK;
    TRY(db_find(cx, &need_sql_by_client_key, &need_shape, &old, again,
                ARGS(AS("client_key", n->client_key))));
    if (!*again)
        return OK;
    TRY(need_whole(cx, &old));
    TRY(shape_open(cx, &need_shape, &old, 1, NULL));
    if (!same_content(&old, n))
        return fail(cx, ERR_CONFLICT, "这张表单已经用来提过另一件事，请重新打开页面再提");
    *n = old;
    return OK;
}

/* Place, grid, number and word; who typed it. */
static enum err fill_new(struct cx *cx, struct need *n)
{
    struct place place;
    struct grid grid = {0};
    TRY(place_get(cx, n->place_id, &place));
    TRY(check_reach(cx, n, &place));
    TRY(place_grid_of(cx, n->place_id, &grid));
    n->id = vault_row(cx);
    if (n->paper.n) {
        TRY(need_paper_take(cx, n));
    } else {
        TRY(number_next(cx, 'H', &n->number));
        n->word = number_word(cx);
    }
    n->place_path = place.path;
    n->place_text = place.full_name;
    n->grid_id = grid.id;
    n->state = NEED_RECEIVED;
    n->version = 1;
    n->entered_by = cx->who.person_id;
    n->created_at = n->changed_at = cx->now;
    n->level = n->title = S("");
    return OK;
}

static struct str prefer_empty(struct str s)
{
    return s.p ? s : S("");
}

/* A caller's struct may hold NULL texts; the store wants empty ones. */
static void no_nulls(struct need *n)
{
    for (size_t i = 0; i < need_shape.nfields; i++) {
        const struct field *f = &need_shape.fields[i];
        if (f->type == FIELD_STR)
            field_set_str(f, n, prefer_empty(field_get_str(f, n)));
    }
}

enum err need_open(struct cx *cx, struct need *n, struct str *key, bool *again)
{
    *again = false;
    *key = S("");
    no_nulls(n);
    TRY(check_new(cx, n));
    TRY(sent_before(cx, n, again));
    if (*again)
        return OK;
    TRY(fill_new(cx, n));
    TRY(need_guard_new(cx, n));
    if (n->is_secret && need_asks_himself(n))
        audit_by_resident(cx);
    *key = id_secret(cx, 16);
    struct need_clocks clocks = {0};
    TRY(clock_calendar(cx, &clocks.cal));
    struct need_limits lim = need_limits_of(NULL, S("L2"));
    need_clock_start(cx, &clocks, CLOCK_DISPATCH, lim.dispatch_amount, lim.dispatch_unit);
    clocks.at[CLOCK_DISPATCH].need_id = n->id;
    TRY(need_clocks_settle(cx, &clocks, n));
    n->promise_at = clocks.at[CLOCK_DISPATCH].due_at;
    struct value client_key =
        n->client_key.n ? value_str(n->client_key) : (struct value){.type = VALUE_NULL};
    TRY(db_put(cx, &need_sql_insert, &need_shape, n,
               ARGS(A(client_key), AS("key_hash", value_blob(id_secret_hash(cx, *key))))));
    TRY(need_say(cx, n,
                 &(struct need_said){.step = "open",
                                     .from = NEED_DRAFT,
                                     .reason = n->channel,
                                     .is_public = true,
                                     .by_resident = cx->who.person_id == 0 || n->is_secret}));
    TRY(need_agree(cx, n));
    struct str where;
    TRY(need_where(cx, n, &where));
    return outbox_put(cx, "need.opened", n->id,
                      arena_printf(cx->mem, "新诉求 %.*s：%.*s", STR(n->number), STR(where)));
}

/* ---- where ---- */

enum err need_where(struct cx *cx, const struct need *n, struct str *out)
{
    struct place place;
    *out = n->place_text;
    if (!n->place_text.n) /* forgotten */
        return OK;
    TRY(place_get(cx, n->place_id, &place));
    if (str_is(place.tier, "building"))
        return OK;
    TRY(place_coarse(cx, &place));
    if (place.id != n->place_id)
        *out = place.full_name;
    return OK;
}

/* ---- reading ---- */

enum err need_load(struct cx *cx, int64_t id, struct need *out)
{
    bool found;
    TRY(db_find(cx, &need_sql_load, &need_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这件诉求");
}

enum err need_load_scoped(struct cx *cx, int64_t id, struct need *out)
{
    bool found = false;
    if (cx->who.role & ROLES_NEED)
        TRY(db_find(cx, &need_sql_get, &need_shape, out, &found, ARGS(A(id))));
    size_t n = found;
    TRY(need_gates(cx, out, &n));
    found = n == 1;
    return found ? OK : fail(cx, ERR_MISSING, "没有这件诉求，或者不在您的范围内");
}

void need_mask(struct cx *cx, struct need *n, size_t count)
{
    for (size_t i = 0; i < count; i++)
        need_hide_undeclared(&n[i]);
    shape_hide(cx, &need_shape, n, count);
}

enum err need_hide(struct cx *cx, struct need *n, size_t *count)
{
    TRY(need_gates(cx, n, count));
    need_mask(cx, n, *count);
    return OK;
}

enum err need_get(struct cx *cx, int64_t id, struct need *out)
{
    size_t one = 1;
    TRY(need_load_scoped(cx, id, out));
    return need_hide(cx, out, &one);
}

/* Masks as for the key holder; number and word stay, since they are his. */
static enum err hide_for_resident(struct cx *cx, struct need *n)
{
    bool gone = false;
    struct who caller = cx->who;
    struct str word = n->word;
    enum err e = need_whole(cx, n);
    if (vault_is_shut(cx, e)) /* the page goes on, and says so there */
        fault_clear(cx);
    else if (e != OK)
        return e;
    if (n->note.n)
        TRY(need_note_gone(cx, n->id, &gone));
    if (gone)
        n->note = S("");
    for (size_t i = 0; i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
    shape_hide(cx, &need_shape, n, 1);
    cx->who = caller;
    n->word = word;
    return OK;
}

enum err need_key_check(struct cx *cx, int64_t id, struct str key)
{
    int64_t n = 0;
    if (key.n && key.n <= 64)
        TRY(db_number(cx, &need_sql_key_of, &n,
                      ARGS(A(id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    if (n != 1)
        return fail(cx, ERR_MISSING, "链接不对，或者已经失效；可以用编号和四位数字查");
    audit_by_resident(cx); /* always: what is no complaint may become one */
    return OK;
}

enum err need_by_key(struct cx *cx, int64_t id, struct str key, struct need *out)
{
    TRY(need_key_check(cx, id, key));
    TRY(need_load(cx, id, out));
    return hide_for_resident(cx, out);
}

/* Who holds a slip whose need has not come in yet reads that, and no "does not fit". */
static enum err find_unused(struct cx *cx, struct str number, struct str word)
{
    struct need_paper p;
    enum err e = need_paper_find(cx, number, &p);
    if (e == OK && !p.need_id && str_same_secret(p.word, str_trim(word)))
        return fail(cx, ERR_CONFLICT,
                    "纸条没错，这件事还没有交上来；网格员有信号就交，过一会儿再看");
    fault_clear(cx);
    return e == ERR_MISSING || e == ERR_INPUT ? OK : e;
}

enum err need_by_word(struct cx *cx, struct str typed, struct str word, struct need *out)
{
    struct str number;
    bool found;
    TRY(number_read(cx, typed, &number));
    TRY(number_tries_left(cx, number));
    TRY(db_find(cx, &need_sql_by_number, &need_shape, out, &found, ARGS(A(number))));
    if (!found)
        TRY(find_unused(cx, number, word));
    if (!found || !str_same_secret(out->word, str_trim(word))) {
        *out = (struct need){0};
        TRY(number_wrong(cx, number));
        return fail(cx, ERR_MISSING, "编号和四位数字对不上");
    }
    return hide_for_resident(cx, out);
}

enum err need_events(struct cx *cx, int64_t need_id, need_event_list *out)
{
    return db_all(cx, &need_sql_events, &need_event_shape, out,
                  ARGS(A(need_id), AS("public_only", false)));
}

enum err need_history(struct cx *cx, int64_t need_id, bool public_only, need_event_list *out)
{
    struct need n;
    bool staff = (cx->who.role & ROLES_NEED) != 0;
    if (!public_only && !staff)
        return fail(cx, ERR_DENIED, "请先登录");
    if (!public_only)
        TRY(need_load_scoped(cx, need_id, &n));
    if (!public_only)
        TRY(need_cleared(cx, &n));
    if (cx->who.sees[DATA_WORK] == SEE_NONE) /* a building leader reads no notes among staff */
        public_only = true;
    return db_all(cx, &need_sql_events, &need_event_shape, out, ARGS(A(need_id), A(public_only)));
}

/* ---- writing, guarded ---- */

enum err need_save(struct cx *cx, struct need *n)
{
    int64_t changed = 0;
    TRY(db_run(
        cx, &need_sql_save,
        ARGS(AS("id", n->id), AS("version", n->version), AS("state", need_state_codes[n->state]),
             AS("kind", n->kind), AS("category", n->category), AS("duty_id", n->duty_id),
             AS("level", n->level), AS("title", n->title), AS("owner_org", n->owner_org),
             AS("owner_post", n->owner_post), AS("owner_person", n->owner_person),
             AS("handler_person", n->handler_person), AS("returns", n->returns),
             AS("final_owner", n->final_owner), AS("redos", n->redos), AS("reworks", n->reworks),
             AS("extended", n->extended), AS("supervised", n->supervised),
             AS("merged_into", n->merged_into), AS("answer", n->answer),
             AS("answer_code", n->answer_code), AS("refer_number", n->refer_number),
             AS("rating", n->rating), AS("rating_note", n->rating_note),
             AS("rated_by", n->rated_by), AS("promise_at", n->promise_at), AS("due_at", n->due_at),
             AS("contacted_at", n->contacted_at), AS("review_at", n->review_at),
             AS("closed_at", n->closed_at)),
        &changed));
    if (changed != 1)
        return fail(cx, ERR_CONFLICT, "别人刚刚先办了一步，请刷新看看再办");
    n->version++;
    n->changed_at = cx->now;
    return OK;
}

enum err need_say(struct cx *cx, const struct need *n, const struct need_said *e)
{
    int64_t id = id_new(cx);
    bool me = e->by_resident, system = !me && cx->who.person_id == 0;
    const struct role *role = role_of_bit(cx->who.role);
    struct str by_name = me ? S(NEED_SELF) : system ? S("系统") : cx->who.name;
    struct str by_role = me ? S("resident") : system ? S("system") : str_c(role ? role->code : "");
    return db_run(cx, &need_sql_event_insert,
                  ARGS(A(id), AS("need_id", n->id), AS("step", e->step),
                       AS("from_state", need_state_codes[e->from]),
                       AS("to_state", need_state_codes[n->state]),
                       AS("reason", prefer_empty(e->reason)), AS("text", prefer_empty(e->text)),
                       AS("is_public", e->is_public), AS("by_person", me ? 0 : cx->who.person_id),
                       AS("by_post", me ? 0 : cx->who.post_id), A(by_name), A(by_role),
                       AS("to_org", e->to_org), AS("to_person", e->to_person),
                       AS("promise_at", n->promise_at)),
                  NULL);
}

struct str need_when(struct cx *cx, int64_t at)
{
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, "%d 年 %d 月 %d 日 %d:%02d", c.year, c.month, c.day, c.hour,
                        c.minute);
}

/* ---- openings ---- */

static const char *what_label(struct str what)
{
    static const struct flow_reason all[] = {{"contact", "电话和称呼"},
                                             {"door", "门牌"},
                                             {"note", "您写的说明"},
                                             {"identity", "您是谁、怎么找您"},
                                             {NULL, NULL}};
    return flow_label(all, what);
}

static const char *why(struct str purpose)
{
    const char *label = flow_label(opening_purposes, purpose);
    return *label ? label : flow_label(need_identity_purposes, purpose);
}

const struct seen_kind need_seen = {"need", "诉求", what_label, why};

/* Closed, and neither he nor his unit had it. */
static bool is_aside(const struct cx *cx, const struct need *n)
{
    return need_is_closed(n->state) && n->owner_person != cx->who.person_id &&
           n->owner_post != cx->who.post_id &&
           !(cx->who.scope_org && n->owner_org == cx->who.scope_org);
}

static const char *const contact_fields[] = {"name", "contact", NULL};
static const char *const door_fields[] = {"door", NULL};
static const char *const note_fields[] = {"note", NULL};
static const char *const visit_fields[] = {"door", "name", "contact", NULL};

enum err need_open_contact(struct cx *cx, int64_t id, struct str what, struct str purpose,
                           struct need *out)
{
    static const struct {
        const char *what;
        enum data_kind data;
        const char *const *fields;
    } kinds_of[] = {{"contact", DATA_CONTACT, contact_fields},
                    {"door", DATA_DOOR, door_fields},
                    {"note", DATA_NOTE, note_fields}};
    size_t k = 0;
    while (k < COUNT(kinds_of) && !str_is(what, kinds_of[k].what))
        k++;
    if (k == COUNT(kinds_of))
        return fail_field(cx, "what", "要看什么？联系方式、门牌还是身体情况");
    if (!*flow_label(opening_purposes, purpose)) /* before anybody learns whether there is one */
        return fail_field(cx, "purpose", "请选为什么要看");
    TRY(need_load_scoped(cx, id, out));
    if (out->is_secret || cx->who.sees[kinds_of[k].data] < SEE_LOGGED)
        return fail(cx, ERR_DENIED,
                    out->is_secret ? "这件要保密，是谁提的不给看；要问本人，用“转话”"
                                   : "您的岗位不能看这一项；要联系本人，请服务中心转接");
    struct need plain = *out;
    TRY(opening_put(
        cx, &need_seen,
        &(struct seen_look){
            .subject_id = id, .what = what, .purpose = purpose, .aside = is_aside(cx, out)}));
    TRY(shape_open(cx, &need_shape, &plain, 1, kinds_of[k].fields));
    size_t one = 1;
    TRY(need_hide(cx, out, &one));
    if (k == 0) {
        out->name = plain.name;
        out->contact = plain.contact;
    } else if (k == 1) {
        out->door = plain.door;
    } else {
        out->note = plain.note;
    }
    return OK;
}

/* ---- for features below ---- */

static void strip(struct need *n)
{
    n->name = n->contact = n->door = n->note = n->word = n->client_key = S("");
}

enum err need_peek(struct cx *cx, int64_t id, struct need *out)
{
    TRY(need_load(cx, id, out));
    strip(out);
    return OK;
}

enum err need_word(struct cx *cx, int64_t id, struct str *out)
{
    struct need n;
    TRY(need_load(cx, id, &n));
    *out = n.word;
    return OK;
}

enum err need_remark(struct cx *cx, int64_t id, struct str text, bool is_public)
{
    struct need n;
    TRY(need_load(cx, id, &n));
    return need_say(cx, &n,
                    &(struct need_said){
                        .step = "helper", .from = n.state, .text = text, .is_public = is_public});
}

static enum err log_opening(struct cx *cx, int64_t need_id, const char *what, struct str name)
{
    return opening_put(
        cx, &need_seen,
        &(struct seen_look){
            .subject_id = need_id, .what = str_c(what), .purpose = S("visit"), .name = name});
}

enum err need_open_for(struct cx *cx, int64_t id, struct str name, bool contact, struct need *out)
{
    struct need n;
    TRY(need_load(cx, id, &n));
    if (!n.agrees_match)
        return fail(cx, ERR_CONFLICT, "本人收回了同意，不再请人来帮");
    if (contact)
        TRY(log_opening(cx, id, "contact", name));
    TRY(log_opening(cx, id, "door", name));
    TRY(shape_open(cx, &need_shape, &n, 1, contact ? visit_fields : door_fields));
    *out = n;
    strip(out);
    out->door = n.door;
    if (contact) {
        out->name = n.name;
        out->contact = n.contact;
    }
    return OK;
}
