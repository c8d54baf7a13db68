/* words -- see words.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/words.h"
#include "base/utf8.h"
#include <string.h>

uint32_t words_letter(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0;
    return c >= 0x3400 && c < 0xFE00 ? c : c >= 0x20000 && c < 0x40000 ? c : 0;
}

static bool parts(uint32_t c)
{
    return (c < 0x80 && c && strchr(" ,;/|\n\t", (int)c)) || c == 0x3001 || c == 0xFF0C ||
           c == 0xFF1B || c == 0x3000;
}

bool words_next(struct str *rest, struct str *word)
{
    size_t i = 0, from = 0;
    while (i < rest->n) {
        size_t at = i;
        if (!parts(utf8_next(*rest, &i)))
            continue;
        if (at > from) {
            *word = str_cut(*rest, from, at - from);
            *rest = str_cut(*rest, i, rest->n - i);
            return true;
        }
        from = i;
    }
    *word = str_cut(*rest, from, rest->n - from);
    *rest = S("");
    return word->n > 0;
}

int words_fit(struct cx *cx, struct str words, struct str text, struct str *why)
{
    struct str word;
    int score = 0;
    *why = S("");
    while (words_next(&words, &word)) {
        if (str_find(text, word) < 0)
            continue;
        score += (int)utf8_count(word);
        *why = why->n == 0 ? arena_printf(cx->mem, "提到“%.*s”", STR(word))
                           : arena_printf(cx->mem, "%.*s“%.*s”", STR(*why), STR(word));
    }
    return score;
}
