/* need_list -- lists, counts, rates, likely-the-same and proposals: questions, no change. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "base/time.h"
#include "base/utf8.h"
#include "need.sql.h"
#include "text/alike.h"

enum { PAGE_DEFAULT = 20, PAGE_MAX = 100, SAME_DAYS = 30, PROPOSALS_MAX = 20 };
enum { FEW = 5 }; /* fewer cases have no percentage, nor a rate on a board */

#define DUE_LAST INT64_C(9000000000000000) /* where a clock that stands sorts, in a cursor */

/* All paths of a place and below: each part of a path is closed by '.', and '/' follows '.'. */
struct range {
    struct str lo, hi;
};

static struct range below(struct cx *cx, struct str path)
{
    if (path.n == 0)
        return (struct range){S(""), S("~")};
    return (struct range){path, arena_printf(cx->mem, "%.*s/", (int)path.n - 1, path.p)};
}

/* NULL = everywhere. */
static struct range range_of(struct cx *cx, const struct place *place)
{
    return below(cx, place ? place->path : S(""));
}

/* Not of the whole community: there one matter more or less is noticed. */
static bool is_part(const struct place *place)
{
    return place && place->parent_id;
}

static int page_size(int limit)
{
    return limit < 1 ? PAGE_DEFAULT : limit > PAGE_MAX ? PAGE_MAX : limit;
}

/* ---- search ---- */

/* A cursor is "time.id" for an order by time, "id" for the newest. */
static enum err read_after(struct cx *cx, struct str after, bool by_time, int64_t *at, int64_t *id)
{
    struct str part;
    *at = by_time ? -1 : 0;
    *id = 0;
    if (after.n == 0)
        return OK;
    bool ok = true;
    if (by_time)
        ok = str_split(&after, '.', &part) && str_int(part, at);
    return ok && str_int(after, id) ? OK : fail(cx, ERR_INPUT, "页码不对，请从第一页再看");
}

static int64_t due_of(const struct need *n)
{
    return n->due_at ? n->due_at : DUE_LAST;
}

static struct str cursor(struct cx *cx, const struct need *n, bool by_due)
{
    if (!by_due)
        return arena_printf(cx->mem, "%lld", (long long)n->id);
    return arena_printf(cx->mem, "%lld.%lld", (long long)due_of(n), (long long)n->id);
}

static enum err check_state(struct cx *cx, struct str state)
{
    if (state.n == 0)
        return OK;
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++)
        if (str_is(state, need_state_codes[s]))
            return OK;
    return fail(cx, ERR_INPUT, "没有这个状态");
}

static bool state_is_open(struct str state)
{
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++)
        if (str_is(state, need_state_codes[s]))
            return !need_is_closed((enum need_state)s);
    return false;
}

struct search {
    const struct need_filter *f;
    struct str state; /* one; empty = any, or those of f->state */
    bool open, closed, by_due;
    struct range at;
    int64_t due, id; /* of the last row that was read; DUE_LAST: of those whose clock stands */
};

static enum err begin(struct cx *cx, const struct need_filter *f, struct search *s)
{
    struct place place = {0};
    *s = (struct search){.f = f,
                         .state = f->state,
                         .open = str_is(f->state, "open"),
                         .closed = str_is(f->state, "closed")};
    if (s->open || s->closed || !f->state.n)
        s->state = S("");
    s->by_due = f->overdue || f->promised_to || s->open || state_is_open(s->state);
    TRY(check_state(cx, s->state));
    if (f->place_id)
        TRY(place_get(cx, f->place_id, &place));
    s->at = below(cx, place.path);
    return read_after(cx, f->after, s->by_due, &s->due, &s->id);
}

/* Of what he has to declare first he reads the number and where it is: were it found by other
 * words, he would read those one by one. */
static bool may_be_found(struct cx *cx, const struct need *n, struct str text)
{
    struct str part = utf8_plain(cx->mem, text);
    return !n->must_declare || !part.n || str_find(utf8_plain(cx->mem, n->number), part) >= 0 ||
           str_find(utf8_plain(cx->mem, n->place_text), part) >= 0;
}

/* The narrower of what he reaches and what is asked for. */
static struct range narrower(const struct cx *cx, struct range at)
{
    return at.lo.n > cx->who.scope_lo.n ? at : (struct range){cx->who.scope_lo, cx->who.scope_hi};
}

static const struct query *question(const struct search *s, struct range in)
{
    if (!s->by_due)
        return in.lo.n ? &need_sql_newest_in : &need_sql_newest;
    return s->state.n ? &need_sql_by_due_in : &need_sql_by_due;
}

/* Those whose clock stands come after the others; what is overdue has none of them. */
static bool goes_on(struct search *s)
{
    if (!s->by_due || s->f->overdue || s->due == DUE_LAST)
        return false;
    s->due = DUE_LAST;
    s->id = 0;
    return true;
}

/* The next rows, without those of which he may not know. `*end`: there are no more. */
static enum err read_some(struct cx *cx, struct search *s, int64_t most, need_list *out, bool *end)
{
    const struct need_filter *f = s->f;
    struct range in = narrower(cx, s->at);
    int64_t due_lo = 0, due_hi = 0, after_due = 0; /* of those whose clock stands */
    size_t kept = 0;
    if (s->due != DUE_LAST) {
        due_lo = s->due < 1 ? 1 : s->due;
        due_hi = f->overdue ? cx->now : DUE_LAST - 1;
        after_due = s->due;
    }
    struct args args = ARGS(
        AS("state", s->state), AS("open", s->open), AS("closed", s->closed),
        AS("category", f->category.p ? f->category : S("")), AS("path_lo", s->at.lo),
        AS("path_hi", s->at.hi), AS("in_lo", in.lo), AS("in_hi", in.hi), AS("grid_id", f->grid_id),
        AS("owner_org", f->owner_org), AS("owner_person", f->owner_person),
        AS("supervised", f->supervised), AS("promised_to", f->promised_to), A(due_lo), A(due_hi),
        A(after_due), AS("text", db_like(cx, f->text)),
        AS("source", db_like(cx, utf8_plain(cx->mem, f->text))), AS("after_id", s->id), A(most));
    TRY(db_all(cx, question(s, in), &need_shape, out, args));
    *end = out->n < (size_t)most && !goes_on(s);
    if (out->n == (size_t)most) {
        s->due = due_of(&out->at[out->n - 1]);
        s->id = out->at[out->n - 1].id;
    }
    TRY(need_gates(cx, out->at, &out->n));
    for (size_t i = 0; i < out->n; i++)
        if (may_be_found(cx, &out->at[i], f->text))
            out->at[kept++] = out->at[i];
    out->n = kept;
    return OK;
}

/* A page is cut from what he may know of, and goes on behind the last row that he sees: else an
 * empty page with one behind it, asked for with this filter and that, tells him all of the rest. */
enum err need_search(struct cx *cx, const struct need_filter *f, need_list *out, struct str *next)
{
    struct search s;
    size_t most = (size_t)page_size(f->limit) + 1;
    int64_t at_once = (int64_t)most;
    *next = S("");
    if ((cx->who.role & ROLES_NEED) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不看诉求");
    TRY(begin(cx, f, &s));
    for (bool end = false; !end && out->n < most;) {
        need_list some = {0};
        TRY(read_some(cx, &s, at_once, &some, &end));
        at_once = PAGE_MAX;
        for (size_t i = 0; i < some.n && out->n < most; i++)
            *PUSH(cx->mem, out) = some.at[i];
    }
    if (out->n == most) {
        out->n--;
        *next = cursor(cx, &out->at[out->n - 1], s.by_due);
    }
    need_mask(cx, out->at, out->n);
    return OK;
}

enum err need_waiting(struct cx *cx, enum need_wait what, struct str after, int limit,
                      need_list *out, struct str *next)
{
    static const struct query *const lists[] = {[NEED_WAITS_CALL] = &need_sql_to_call,
                                                [NEED_WAITS_LEADER] = &need_sql_to_decide,
                                                [NEED_WAITS_PARK] = &need_sql_to_park};
    int64_t after_at, after_id, most = page_size(limit) + 1;
    int64_t since = cx->now - NEED_REDO_DAYS * MS_DAY,
            closed_since = since - (NEED_LEADER_DAYS + 1) * MS_DAY; /* till the job has run */
    *next = S("");
    if ((cx->who.role & ROLES_NEED) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不看诉求");
    TRY(read_after(cx, after, true, &after_at, &after_id));
    TRY(db_all(cx, lists[what], &need_shape, out,
               ARGS(A(since), A(closed_since), A(after_at), A(after_id), A(most))));
    if (out->n == (size_t)most) {
        const struct need *last = &out->at[--out->n - 1];
        *next = arena_printf(cx->mem, "%lld.%lld", (long long)last->closed_at, (long long)last->id);
    }
    return need_hide(cx, out->at, &out->n);
}

enum err need_public(struct cx *cx, const struct place *place, int limit, need_list *out)
{
    struct range at = range_of(cx, place);
    int64_t most = page_size(limit);
    return db_all(cx, &need_sql_public, &need_shape, out,
                  ARGS(AS("path_lo", at.lo), AS("path_hi", at.hi), A(most)));
}

enum err need_public_ahead(struct cx *cx, const struct place *place, int limit)
{
    struct range at = range_of(cx, place);
    int64_t most = page_size(limit);
    return db_ahead(cx, &need_sql_public,
                    ARGS(AS("path_lo", at.lo), AS("path_hi", at.hi), A(most)));
}

static const struct field month_fields[] = {
    FIELD(struct need_month, opened, "提了几件"), FIELD(struct need_month, answered, "答复了几件"),
    FIELD(struct need_month, done, "办好了几件"), FIELD(struct need_month, satisfied, "满意"),
    FIELD(struct need_month, rated, "评价了的"),
};
static const struct shape month_shape = SHAPE("need_month", struct need_month, month_fields);

/* The values of the question, now or in advance. */
enum { MONTH_ARGS = 5 };
static struct args month_args(struct cx *cx, const struct place *place, int64_t from_at,
                              int64_t to_at)
{
    struct range at = range_of(cx, place);
    struct arg *args = arena_array(cx->mem, MONTH_ARGS, sizeof *args);
    args[0] = AS("path_lo", at.lo);
    args[1] = AS("path_hi", at.hi);
    args[2] = A(from_at);
    args[3] = A(to_at);
    args[4] = AS("is_part", is_part(place));
    return (struct args){args, MONTH_ARGS};
}

enum err need_month(struct cx *cx, const struct place *place, int64_t from_at, int64_t to_at,
                    struct need_month *out)
{
    TRY(db_one(cx, &need_sql_month, &month_shape, out, month_args(cx, place, from_at, to_at)));
    if (out->rated < FEW) /* who of four was not satisfied is guessed */
        out->rated = out->satisfied = 0;
    return OK;
}

enum err need_month_ahead(struct cx *cx, const struct place *place, int64_t from_at, int64_t to_at)
{
    return db_ahead(cx, &need_sql_month, month_args(cx, place, from_at, to_at));
}

/* ---- likely the same ---- */

/* Whoever tells the same kind of matter, or from the same place, may mean the same sooner. */
#define NEARER 0.05

static double likeness(const struct need *a, const struct need *b, double words)
{
    if (a->category.n && !str_is(a->category, "other") && str_eq(a->category, b->category))
        words += NEARER;
    if (a->place_id == b->place_id)
        words += NEARER;
    return words;
}

/* One place up. Twice is what "near" means: the estate of a stairwell, the area of a building. */
static struct str above(struct str path)
{
    size_t n = path.n ? path.n - 1 : 0;
    while (n > 0 && path.p[n - 1] != '.')
        n--;
    return n ? str_cut(path, 0, n) : path;
}

enum err need_likely_same(struct cx *cx, const struct need *n, int limit, need_list *out)
{
    need_list near = {0};
    struct range at = below(cx, above(above(n->place_path)));
    int64_t since = (n->created_at ? n->created_at : cx->now) - SAME_DAYS * MS_DAY, id = n->id;
    double scores[PAGE_MAX];
    limit = limit < 1 ? 5 : limit > PAGE_MAX ? PAGE_MAX : limit;
    if ((cx->who.role & ROLES_NEED) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不看诉求");
    TRY(db_all(cx, &need_sql_near_open, &need_shape, &near,
               ARGS(A(since), A(id), AS("path_lo", at.lo), AS("path_hi", at.hi))));
    TRY(need_gates(cx, near.at, &near.n)); /* what he may not read is like nothing */
    struct str *texts = arena_array(cx->mem, near.n, sizeof *texts);
    double *words = arena_array(cx->mem, near.n, sizeof *words);
    for (size_t i = 0; i < near.n; i++) {
        need_hide_undeclared(&near.at[i]);
        texts[i] = near.at[i].text;
    }
    alike(cx, n->text, texts, near.n, words);
    for (size_t i = 0; i < near.n; i++) {
        double score = likeness(n, &near.at[i], words[i]);
        size_t k = out->n;
        while (k > 0 && scores[k - 1] < score)
            k--;
        if (score < ALIKE_SAME || k >= (size_t)limit)
            continue;
        if (out->n < (size_t)limit)
            (void)PUSH(cx->mem, out);
        for (size_t j = out->n - 1; j > k; j--) {
            out->at[j] = out->at[j - 1];
            scores[j] = scores[j - 1];
        }
        out->at[k] = near.at[i];
        scores[k] = score;
    }
    need_mask(cx, out->at, out->n);
    return OK;
}

/* ---- counts ---- */

/* Numbers of the whole community are public: nobody signed in is not the same as no reach. */
static struct range reach_of(const struct cx *cx)
{
    if (cx->who.person_id == 0)
        return (struct range){S(""), S("~")};
    return (struct range){cx->who.scope_lo, cx->who.scope_hi};
}

struct state_row {
    enum need_state state;
    int64_t n, overdue, due_soon;
};
typedef LIST(struct state_row) state_rows;
static const struct field state_row_fields[] = {
    FIELD(struct state_row, state, "状态", .codes = need_state_codes),
    FIELD(struct state_row, n, "件数"),
    FIELD(struct state_row, overdue, "超时"),
    FIELD(struct state_row, due_soon, "快到期"),
};
static const struct shape state_row_shape = SHAPE("need_state", struct state_row, state_row_fields);

enum err need_count(struct cx *cx, const struct place *place, struct need_counts *out)
{
    struct range at = range_of(cx, place), reach = reach_of(cx);
    int64_t soon = cx->now + MS_HOUR;
    state_rows rows = {0};
    *out = (struct need_counts){0};
    TRY(db_all(cx, &need_sql_count_open, &state_row_shape, &rows,
               ARGS(A(soon), AS("path_lo", at.lo), AS("path_hi", at.hi), AS("scope_lo", reach.lo),
                    AS("scope_hi", reach.hi), AS("is_part", is_part(place)))));
    for (size_t i = 0; i < rows.n; i++) {
        const struct state_row *r = &rows.at[i];
        out->state[r->state] = r->n;
        out->overdue += r->overdue;
        out->due_soon += r->due_soon;
    }
    return OK;
}

static const struct field rates_fields[] = {
    FIELD(struct need_rates, received, "收到", .data = DATA_PUBLIC),
    FIELD(struct need_rates, dispatched, "派出", .data = DATA_PUBLIC),
    FIELD(struct need_rates, closed, "办结", .data = DATA_PUBLIC),
    FIELD(struct need_rates, on_time, "按时办结", .data = DATA_PUBLIC),
    FIELD(struct need_rates, contacted, "联系了", .data = DATA_PUBLIC),
    FIELD(struct need_rates, contacted_on_time, "按时联系", .data = DATA_PUBLIC),
    FIELD(struct need_rates, solved, "解决", .data = DATA_PUBLIC),
    FIELD(struct need_rates, solvable, "能解决的", .data = DATA_PUBLIC),
    FIELD(struct need_rates, satisfied, "基本满意以上", .data = DATA_PUBLIC),
    FIELD(struct need_rates, rated, "作了评价", .data = DATA_PUBLIC),
    FIELD(struct need_rates, returned, "退回过", .data = DATA_PUBLIC),
    FIELD(struct need_rates, redone, "重办过", .data = DATA_PUBLIC),
    FIELD(struct need_rates, merged, "并案", .data = DATA_PUBLIC),
    FIELD(struct need_rates, withdrawn, "撤回", .data = DATA_PUBLIC),
    FIELD(struct need_rates, refused, "不予受理", .data = DATA_PUBLIC),
    FIELD(struct need_rates, referred, "转交", .data = DATA_PUBLIC),
    FIELD(struct need_rates, cannot, "无法办理", .data = DATA_PUBLIC),
};
const struct shape need_rates_shape = SHAPE("need_rates", struct need_rates, rates_fields);

enum err need_rates(struct cx *cx, int64_t from_at, int64_t to_at, struct need_rates *out)
{
    struct range reach = reach_of(cx);
    bool part = cx->who.person_id && (reach.lo.n || cx->who.scope_grid || cx->who.scope_org);
    struct args args = ARGS(A(from_at), A(to_at), AS("scope_lo", reach.lo),
                            AS("scope_hi", reach.hi), AS("is_part", part));
    *out = (struct need_rates){0};
    TRY(db_one(cx, &need_sql_rates, &need_rates_shape, out, args));
    return db_number(cx, &need_sql_received_count, &out->received, args);
}

struct str need_percent(struct cx *cx, int64_t part, int64_t whole)
{
    if (!whole)
        return S("还没有");
    if (whole < FEW)
        return S("数太小，不算");
    /* rounded down: 99.96 must not read 100 */
    long long tenths = (long long)(part * 1000 / whole);
    return arena_printf(cx->mem, "%lld.%lld%%", tenths / 10, tenths % 10);
}

void need_three_rates(struct cx *cx, const struct need_rates *r, need_rate_list *out)
{
    const struct need_rate rates[] = {
        {.name = "响应率",
         .part = r->contacted_on_time,
         .whole = r->dispatched,
         .formula = "在时限内第一次联系上居民的件数 ÷ 交给人办的件数"},
        {.name = "解决率",
         .part = r->solved,
         .whole = r->solvable,
         .formula = "办好和办好一部分的件数 ÷ 能办的件数（不归这里管、法规不允许的不算）"},
        {.name = "满意率",
         .part = r->satisfied,
         .whole = r->rated,
         .formula = "说基本满意、满意、非常满意的人数 ÷ 作了评价的人数"},
    };
    for (size_t i = 0; i < COUNT(rates); i++) {
        struct need_rate *rate = PUSH(cx->mem, out);
        *rate = rates[i];
        rate->percent = need_percent(cx, rate->part, rate->whole);
    }
}

/* ---- who could handle it ---- */

enum err need_propose(struct cx *cx, const struct need *n, int64_t duty_id, int limit,
                      need_proposal_list *out)
{
    struct duty duty = {0};
    org_list orgs = {0};
    limit = limit < 1 ? 5 : limit > PROPOSALS_MAX ? PROPOSALS_MAX : limit;
    TRY(duty_get(cx, duty_id ? duty_id : n->duty_id, &duty));
    TRY(org_serving(cx, duty.lead_kind, n->place_id, &orgs));
    for (size_t i = 0; i < orgs.n && i < (size_t)limit; i++) {
        struct need_proposal *p = PUSH(cx->mem, out);
        p->org = orgs.at[i];
        TRY(db_number(cx, &need_sql_load_of_org, &p->open_needs, ARGS(AS("org_id", p->org.id))));
        p->why = arena_printf(cx->mem, "“%.*s”归它主办%s，手上有 %lld 件", STR(duty.name),
                              i == 0 ? "，服务范围离得最近" : "", (long long)p->open_needs);
    }
    return OK;
}
