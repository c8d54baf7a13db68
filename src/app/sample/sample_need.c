/* sample_need -- two years of needs, played act by act in the order of time: every state is reached
 * by the steps and jobs of app/need, so the history explains it. The acts are in play.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/play.h"
#include "app/job/job.h"
#include "app/visit/visit.h"
#include "base/time.h"

enum { EARLIER = 1260, RECENT = 320, EACH_STATE = 4 };
#define TWO_YEARS (730 * MS_DAY)
#define FORTNIGHT (14 * MS_DAY)

void play_time(struct play *p, int64_t at)
{
    p->t->env.at = at;
    p->cx->now = at;
}

/* ---- the earliest act first: a binary heap of indices ---- */

static bool earlier(const struct play *p, int64_t a, int64_t b)
{
    int64_t x = p->lives.at[a].at, y = p->lives.at[b].at;
    return x != y ? x < y : a < b;
}

static void swap(int64_t *a, int64_t *b)
{
    int64_t c = *a;
    *a = *b;
    *b = c;
}

static void heap_put(struct play *p, int64_t life)
{
    size_t i = p->heap_n++;
    p->heap[i] = life;
    for (; i > 0 && earlier(p, p->heap[i], p->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&p->heap[i], &p->heap[(i - 1) / 2]);
}

static int64_t heap_take(struct play *p)
{
    int64_t first = p->heap[0];
    p->heap[0] = p->heap[--p->heap_n];
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < p->heap_n; k++)
            if (earlier(p, p->heap[k], p->heap[least]))
                least = k;
        if (least == i)
            return first;
        swap(&p->heap[i], &p->heap[least]);
        i = least;
    }
}

/* ---- who asks what, where, when ---- */

/* Between 7:00 and 22:00, more in the morning. */
static int64_t daytime(struct play *p, int64_t from, int64_t till)
{
    int64_t at = from + town_pick(p->t, till - from);
    int64_t minute = 7 * 60 + (town_pick(p->t, 15 * 60) + town_pick(p->t, 15 * 60)) / 2;
    int64_t asked = time_day_start(time_day(at)) + minute * MS_MINUTE;
    return asked < from ? from : asked >= till ? till - 1 : asked;
}

static struct town_spot spot_for(struct play *p, const struct town_words *w)
{
    struct town *t = p->t;
    const town_spot_list *from = w->duty[0] == '1' && w->duty[1] == '3' ? &t->stalls : &t->homes;
    return from->at[town_pick(t, (int64_t)from->n)];
}

static struct life *add_life(struct play *p, int64_t at, enum need_state want)
{
    struct town *t = p->t;
    struct life *l = PUSH(p->cx->mem, &p->lives);
    *l = (struct life){.at = at,
                       .want = want,
                       .twin = -1,
                       .words = &town_words[town_pick(t, (int64_t)town_word_count)]};
    l->spot = spot_for(p, l->words);
    return l;
}

/* Somebody else in the house says the same an hour or a day later. */
static void add_twin(struct play *p, int64_t of, enum need_state want)
{
    struct life first = p->lives.at[of];
    struct life *l = add_life(p, first.at + MS_HOUR + town_pick(p->t, MS_DAY), want);
    l->words = first.words;
    l->spot = first.spot;
    l->twin = of;
}

static void cast(struct play *p)
{
    struct town *t = p->t;
    for (int i = 0; i < EARLIER; i++)
        add_life(p, daytime(p, p->begin, p->end - FORTNIGHT), NEED_DRAFT);
    for (int i = 0; i < RECENT; i++)
        add_life(p, daytime(p, p->end - FORTNIGHT, p->end), NEED_DRAFT);
    for (size_t i = 0, n = p->lives.n; i < n; i++)
        if (town_chance(t, 40))
            add_twin(p, (int64_t)i, NEED_DRAFT);
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++)
        for (int i = 0; i < EACH_STATE; i++) {
            bool fresh = s <= NEED_OBJECTED;
            int64_t age =
                fresh ? MS_HOUR + town_pick(t, 6 * MS_HOUR) : 2 * MS_DAY + town_pick(t, 3 * MS_DAY);
            add_life(p, p->end - age, (enum need_state)s);
            if (s == NEED_MERGED) {
                p->lives.at[p->lives.n - 1].want = NEED_HANDLING;
                add_twin(p, (int64_t)p->lives.n - 1, NEED_MERGED);
                p->lives.at[p->lives.n - 1].at = p->end - MS_DAY;
            }
        }
}

/* ---- the play ---- */

/* Of matching only what a need asks: who could help comes to town after this play. */
static enum err only_new(struct cx *cx, struct str kind, int64_t id, struct str arg)
{
    return str_is(kind, "match.new") ? match_job(cx, kind, id, arg) : OK;
}

static const struct job_kind job_kinds[] = {
    {"need.", need_job}, {"match.", only_new}, {"visit.", visit_job}};

/* Reminders, escalations, reviews that fall due before `until`, each at its own time. */
static enum err run_jobs(struct play *p, int64_t until)
{
    struct cx *cx = p->cx;
    for (;;) {
        int64_t at;
        int done;
        TRY(job_next(cx, &at));
        if (at == 0 || at > until)
            return OK;
        play_time(p, at > cx->now ? at : cx->now);
        account_nobody(cx, cx->community);
        TRY(job_run(cx, job_kinds, COUNT(job_kinds), 1, &done));
    }
}

/* A rule that forbids what a job does shows here: it was tried eight times. */
static enum err forget_jobs(struct cx *cx)
{
    int64_t dead;
    TRY(job_dead(cx, &dead));
    if (dead)
        return fail(cx, ERR_STORE, "示例里有 %lld 个任务没有办成，原因在日志里", (long long)dead);
    return job_clean(cx, cx->now + 1);
}

static enum err perform(struct play *p)
{
    struct cx *cx = p->cx;
    size_t acts = 0;
    while (p->heap_n) {
        struct arena_mark mark = arena_mark(cx->mem);
        int64_t i = heap_take(p);
        struct life *l = &p->lives.at[i];
        if (l->at >= p->end)
            continue;
        TRY(run_jobs(p, l->at));
        play_time(p, l->at > cx->now ? l->at : cx->now);
        l->at = 0;
        TRY(l->id ? play_act(p, l) : play_birth(p, l));
        if (l->at)
            heap_put(p, i);
        arena_rewind(cx->mem, mark);
        if (++acts % 500 == 0 && p->t->progress)
            p->t->progress("两年的诉求",
                           15 + (int)(84 * (cx->now - p->begin) / (p->end - p->begin + 1)));
    }
    struct arena_mark mark = arena_mark(cx->mem);
    TRY(run_jobs(p, p->end));
    arena_rewind(cx->mem, mark);
    play_time(p, p->end);
    return forget_jobs(cx);
}

enum err sample_needs(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    struct play p = {.t = t, .cx = cx, .begin = end - TWO_YEARS, .end = end};
    TRY(clock_calendar(cx, &p.cal));
    TRY(duty_all(cx, &p.duties));
    cast(&p);
    p.heap = arena_array(cx->mem, p.lives.n, sizeof *p.heap);
    for (size_t i = 0; i < p.lives.n; i++)
        heap_put(&p, (int64_t)i);
    return perform(&p);
}
