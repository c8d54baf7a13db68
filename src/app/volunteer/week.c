/* week -- see week.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/week.h"
#include "base/out.h"
#include "base/time.h"

/* ---- bits ---- */

static bool at(const struct week *w, int h)
{
    return (w->bits[h / 64] >> (h % 64)) & 1;
}

static void put(struct week *w, int h, bool on)
{
    uint64_t bit = UINT64_C(1) << (h % 64);
    w->bits[h / 64] = on ? w->bits[h / 64] | bit : w->bits[h / 64] & ~bit;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool week_read(struct str text, struct week *out)
{
    *out = (struct week){{0}};
    if (text.n != WEEK_TEXT)
        return false;
    for (int i = 0; i < WEEK_TEXT; i++) {
        int d = digit_of(text.p[i]);
        if (d < 0) {
            *out = (struct week){{0}};
            return false;
        }
        for (int k = 0; k < 4; k++)
            put(out, i * 4 + k, (d >> (3 - k)) & 1);
    }
    return true;
}

struct str week_text(struct cx *cx, const struct week *w)
{
    char *p = arena_alloc(cx->mem, WEEK_TEXT + 1);
    for (int i = 0; i < WEEK_TEXT; i++) {
        int d = 0;
        for (int k = 0; k < 4; k++)
            d = d * 2 + at(w, i * 4 + k);
        p[i] = "0123456789abcdef"[d];
    }
    return str_n(p, WEEK_TEXT);
}

bool week_is_free(const struct week *w, int day, int half)
{
    if (day < 0 || day >= WEEK_DAYS || half < 0 || half >= DAY_HALVES)
        return false;
    return at(w, day * DAY_HALVES + half);
}

void week_set(struct week *w, int day, int from, int to, bool is_free)
{
    if (day < 0 || day >= WEEK_DAYS)
        return;
    for (int h = from < 0 ? 0 : from; h < to && h < DAY_HALVES; h++)
        put(w, day * DAY_HALVES + h, is_free);
}

struct week week_union(const struct week *a, const struct week *b)
{
    struct week w;
    for (size_t i = 0; i < COUNT(w.bits); i++)
        w.bits[i] = a->bits[i] | b->bits[i];
    return w;
}

struct week week_meet(const struct week *a, const struct week *b)
{
    struct week w;
    for (size_t i = 0; i < COUNT(w.bits); i++)
        w.bits[i] = a->bits[i] & b->bits[i];
    return w;
}

int week_count(const struct week *w)
{
    int n = 0;
    for (int h = 0; h < WEEK_HALVES; h++)
        n += at(w, h);
    return n;
}

bool week_covers(const struct week *w, int64_t from_at, int64_t to_at)
{
    const int64_t half = 30 * MS_MINUTE;
    if (to_at <= from_at || to_at - from_at > 7 * MS_DAY)
        return false;
    /* 1970-01-01 was a Thursday: three days after a Monday */
    int64_t first = (from_at + MS_BEIJING + 3 * MS_DAY) / half;
    int64_t last = (to_at - 1 + MS_BEIJING + 3 * MS_DAY) / half;
    for (int64_t h = first; h <= last; h++)
        if (!at(w, (int)(h % WEEK_HALVES)))
            return false;
    return true;
}

bool week_next(const struct week *w, int day, int from, struct week_span *out)
{
    int h = from;
    while (h < DAY_HALVES && !week_is_free(w, day, h))
        h++;
    out->from = h;
    while (h < DAY_HALVES && week_is_free(w, day, h))
        h++;
    out->to = h;
    return out->from < out->to;
}

uint64_t week_slots(const struct week *w)
{
    static const int starts[DAY_SLOTS + 1] = {0, 16, 20, 24, 28, 32, 36, 40, 44, 48};
    uint64_t slots = 0;
    for (int day = 0; day < WEEK_DAYS; day++)
        for (int s = 0; s < DAY_SLOTS; s++)
            for (int h = starts[s]; h < starts[s + 1]; h++)
                if (at(w, day * DAY_HALVES + h))
                    slots |= UINT64_C(1) << (day * DAY_SLOTS + s);
    return slots;
}

/* ---- words ---- */

static bool same_day(const struct week *w, int a, int b)
{
    for (int h = 0; h < DAY_HALVES; h++)
        if (week_is_free(w, a, h) != week_is_free(w, b, h))
            return false;
    return true;
}

static void say_spans(struct out *o, const struct week *w, int day)
{
    struct week_span s;
    if (week_next(w, day, 0, &s) && s.from == 0 && s.to == DAY_HALVES) {
        out_c(o, "全天");
        return;
    }
    for (int from = 0; week_next(w, day, from, &s); from = s.to)
        out_printf(o, "%s%d:%02d–%d:%02d", from ? "、" : "", s.from / 2, s.from % 2 * 30, s.to / 2,
                   s.to % 2 * 30);
}

struct str week_words(struct cx *cx, const struct week *w)
{
    static const char *const days[] = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"};
    struct out o;
    struct week_span s;
    bool told[WEEK_DAYS] = {false};
    out_init(&o, cx->mem);
    for (int day = 0; day < WEEK_DAYS; day++) {
        int last = day;
        if (told[day] || !week_next(w, day, 0, &s))
            continue;
        while (last + 1 < WEEK_DAYS && same_day(w, day, last + 1))
            last++;
        out_c(&o, o.n ? "；" : "");
        out_c(&o, days[day]);
        if (last > day + 1)
            out_printf(&o, "到%s", days[last]);
        for (int d = day; d < WEEK_DAYS; d++) {
            if (!same_day(w, day, d))
                continue;
            told[d] = true;
            if (d > last || (d == last && last == day + 1))
                out_printf(&o, "、%s", days[d]);
        }
        out_c(&o, " ");
        say_spans(&o, w, day);
    }
    return o.n ? out_text(&o) : S("还没说");
}

/* ---- the simple choices ---- */

const struct week_choice week_choices[] = {
    {"work_day", "平日白天", "周一到周五 9 点到 12 点、14 点到 18 点"},
    {"work_eve", "平日晚上", "周一到周五 19 点到 21 点"},
    {"end_day", "周末白天", "周六、周日 9 点到 12 点、14 点到 18 点"},
    {"end_eve", "周末晚上", "周六、周日 19 点到 21 点"},
};
_Static_assert(COUNT(week_choices) == WEEK_CHOICES, "one constant for both");

static struct week hours_of(const char *code)
{
    struct week w = {{0}};
    bool work = str_starts(str_c(code), S("work_")), day = str_ends(str_c(code), S("_day"));
    for (int d = work ? 0 : 5; d < (work ? 5 : 7); d++) {
        if (day) {
            week_set(&w, d, 18, 24, true);
            week_set(&w, d, 28, 36, true);
        } else {
            week_set(&w, d, 38, 42, true);
        }
    }
    return w;
}

static const char *known(const char *code)
{
    for (size_t i = 0; i < WEEK_CHOICES; i++)
        if (str_is(str_c(code), week_choices[i].code))
            return week_choices[i].code;
    return NULL;
}

void week_choose(struct week *w, const char *code)
{
    if (!known(code))
        return;
    struct week more = hours_of(code);
    *w = week_union(w, &more);
}

bool week_has_choice(const struct week *w, const char *code)
{
    if (!known(code))
        return false;
    struct week want = hours_of(code), both = week_meet(w, &want);
    return week_count(&both) == week_count(&want);
}
