/* fuzz_rank -- any bytes as a question and as texts: scores are finite and in order, what is found
 * is there; likeness lies between nothing and all, and is mutual between two. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "text/alike.h"
#include "text/rank.h"
#include "text/words.h"
#include <math.h>

static const double near = 1e-9;

static void look_alike(struct cx *cx, struct str one, const struct str *others, size_t n)
{
    double out[200], back;
    alike(cx, one, others, n, out);
    for (size_t i = 0; i < n; i++)
        must(out[i] >= 0 && out[i] < 1 + near);
    if (n == 1) {
        alike(cx, others[0], &one, 1, &back);
        must(fabs(out[0] - back) < near);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct str rest = str_n((const char *)data, n), question, text, word, why, all[200];
    ranked_list found = {0};
    size_t texts = 0;
    struct cx *cx = fuzz_begin(&f);
    if (!str_split(&rest, '\n', &question))
        question = S("");
    struct rank *r = rank_new(cx, question);
    while (texts < 200 && str_split(&rest, '\n', &text)) {
        rank_text(r);
        all[texts] = text;
        rank_part(r, text, 1 + (int)(texts++ % 3));
    }
    look_alike(cx, question, all, texts);
    rank_best(r, 5, &found);
    must(found.n <= 5);
    for (size_t i = 0; i < found.n; i++) {
        must(found.at[i].text < texts && isfinite(found.at[i].score) && found.at[i].score > 0);
        must(found.at[i].found <= found.at[i].of);
        must(!i || found.at[i - 1].score >= found.at[i].score);
    }
    text = question;
    while (words_next(&text, &word)) {
        must(word.n > 0 && words_fit(cx, word, question, &why) > 0);
        must(words_fit(cx, question, word, &why) > 0); /* and others it holds */
    }
    return fuzz_end(&f);
}
