/* shell_offer -- lines that features offer to pages which do not know them: asked, sorted, drawn.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shell/frame.h"
#include "shell.html.h"

/* Written once by main before there are threads, only read afterwards. */
static struct shell_offering told;

void shell_offering_set(const struct shell_offering *all)
{
    told = *all;
}

static enum err ask(struct cx *cx, const shell_offering_fn *fns, size_t n, struct str path,
                    struct shell_offers *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t from = out->n;
        TRY(fns[i](cx, path, out));
        for (size_t k = from; k < out->n; k++)
            out->at[k].from = &fns[i];
    }
    return OK;
}

/* Parts of a path end in '.': how many of them both begin with. */
static int shared(struct str a, struct str b)
{
    int parts = 0;
    for (size_t i = 0; i < a.n && i < b.n && a.p[i] == b.p[i]; i++)
        parts += a.p[i] == '.';
    return parts;
}

static int depth(struct str path)
{
    return shared(path, path);
}

/* 0 = nothing is known, or the whole community's; more = nearer; -1 = in another area. */
static int nearness(struct str path, const struct shell_offer *offer)
{
    int both = shared(path, offer->path);
    if (!path.n || depth(offer->path) <= 1)
        return 0;
    return both <= 1 ? -1 : both;
}

static bool before(struct str path, const struct shell_offer *a, const struct shell_offer *b)
{
    int near_a = nearness(path, a), near_b = nearness(path, b);
    return near_a != near_b ? near_a > near_b : a->at < b->at;
}

static void sort(struct str path, struct shell_offers *all)
{
    for (size_t i = 1; i < all->n; i++) {
        struct shell_offer one = all->at[i];
        size_t k = i;
        for (; k > 0 && before(path, &one, &all->at[k - 1]); k--)
            all->at[k] = all->at[k - 1];
        all->at[k] = one;
    }
}

static size_t of_same(const struct shell_offers *all, const struct shell_offer *offer)
{
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        n += all->at[i].from == offer->from;
    return n;
}

enum err shell_news(struct cx *cx, struct str path, struct shell_offers *out)
{
    enum { OF_ONE = SHELL_NEWS_MAX - 1 };
    struct shell_offers all = {0}, more = {0};
    TRY(ask(cx, told.news, told.nnews, path, &all));
    sort(path, &all);
    for (size_t i = 0; i < all.n; i++) {
        const struct shell_offer *one = &all.at[i];
        if (nearness(path, one) < 0)
            continue;
        *PUSH(cx->mem, out->n < SHELL_NEWS_MAX && of_same(out, one) < OF_ONE ? out : &more) = *one;
    }
    for (size_t i = 0; i < more.n && out->n < SHELL_NEWS_MAX; i++)
        *PUSH(cx->mem, out) = more.at[i];
    return OK;
}

enum err shell_near(struct cx *cx, struct str path, struct shell_offers *out)
{
    TRY(ask(cx, told.near, told.nnear, path, out));
    if (out->n > SHELL_NEAR_MAX)
        out->n = SHELL_NEAR_MAX;
    return OK;
}

enum err shell_show_number(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                           struct str word, bool any)
{
    for (size_t i = 0; i < told.nnumbers && number.n; i++) {
        const struct shell_number *one = &told.numbers[i];
        if (!any && one->letter != number.p[0])
            continue;
        fault_clear(cx);
        struct str its =
            arena_printf(cx->mem, "%c%.*s", one->letter, STR(str_cut(number, 1, number.n)));
        enum err e = one->show(cx, rq, rp, its, word);
        bool is_other = any && e == ERR_INPUT; /* it was about the letter, which was not typed */
        if (e != ERR_MISSING && !is_other)
            return e;
    }
    fault_clear(cx);
    return fail(cx, ERR_MISSING, "编号和四位数字对不上，请对照纸条再看一遍");
}

enum err shell_here(struct cx *cx, int64_t site_id, struct shell_offers *out)
{
    for (size_t i = 0; i < told.nhere; i++)
        TRY(told.here[i](cx, site_id, out));
    return OK;
}

void shell_offers_show(struct out *o, struct cx *cx, const struct shell_offers *all)
{
    struct shell_offers_view v = {all};
    shell_offers_html(o, cx, &v);
}
