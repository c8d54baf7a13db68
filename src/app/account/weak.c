/* weak -- a password that is tried first: what everybody takes, rows of keys, oneself. Length alone
 * does not help against a list; kinds of characters are not asked for (NIST SP 800-63B, 5.1.1.2).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account_own.h"
#include "base/utf8.h"
#include <string.h>

enum { RUN = 3, LETTERS = 3, DIGITS = 6 };

/* In capitals, as utf8_plain() leaves them. */
static const char *const common[] = {
    "PASSWORD", "PASSWD",  "P@SSW0RD", "PASSW0RD", "LINGHANG", "SHEQU",   "ADMIN", "ROOT",
    "USER",     "TEST",    "WELCOME",  "ILOVEYOU", "WOAINI",   "LETMEIN", "HELLO", "5201314",
    "520",      "1314",    "1QAZ",     "2WSX",     "3EDC",     "4RFV",    "QAZ",   "WSX",
    "EDC",      "DEFAULT", "领航",     "社区",     "密码",     "管理员"};
static const char *const rows[] = {"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM",
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01234567890"};

/* How many bytes at the beginning are one of the words. */
static size_t word_at(struct str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(s, str_c(words[i])))
            return strlen(words[i]);
    return 0;
}

/* One character again and again, or RUN and more along a row of keys, in either direction. */
static size_t run_at(struct str s)
{
    size_t best = 1;
    while (best < s.n && s.p[best] == s.p[0])
        best++;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = strchr(rows[i], s.p[0]);
        for (int step = -1; at && step <= 1; step += 2) {
            const char *p = at;
            size_t n = 0;
            while (n < s.n && p >= rows[i] && *p && *p == s.p[n]) {
                n++;
                p += step;
            }
            best = n > best ? n : best;
        }
    }
    return best >= RUN ? best : 0;
}

bool password_is_weak(struct cx *cx, struct str password, struct str login, struct str name)
{
    struct str rest = utf8_plain(cx->mem, password);
    struct str own[] = {utf8_plain(cx->mem, login), utf8_plain(cx->mem, name)};
    int letters = 0, digits = 0;
    while (rest.n) {
        size_t skip = word_at(rest, common, COUNT(common));
        for (size_t i = 0; i < COUNT(own); i++)
            if (own[i].n >= RUN && str_starts(rest, own[i]))
                skip = own[i].n;
        if (!skip)
            skip = run_at(rest);
        if (!skip) {
            bool digit = rest.p[0] >= '0' && rest.p[0] <= '9';
            digits += digit;
            letters += !digit;
            (void)utf8_next(rest, &skip);
        }
        rest = str_cut(rest, skip, rest.n);
    }
    return letters < LETTERS && digits < DIGITS;
}
