/* id -- see id.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"
#include "base/env.h"
#include "base/time.h"
#include "base/utf8.h"
#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

#define ID_EPOCH INT64_C(1577808000000) /* 2020-01-01 00:00 in Beijing */
enum { NODE_BITS = 10, SEQUENCE_BITS = 12 };

/* The last (ms << SEQUENCE_BITS | sequence) handed out and what this process drew: an id must be
 * unique across threads, so this is the one piece of state of its own that the house allows. */
static _Atomic int64_t last;
static _Atomic uint64_t drawn;

void id_process(uint64_t random)
{
    drawn = random;
}

/* The sequence of a millisecond begins in its first half, each process by itself elsewhere. */
static int64_t first_of(int64_t ms)
{
    return ms * (1 << SEQUENCE_BITS) + (int64_t)(drawn * (uint64_t)ms >> (65 - SEQUENCE_BITS));
}

int64_t id_new(struct cx *cx)
{
    int64_t now = cx->env->now(cx->env) - ID_EPOCH;
    int64_t before = atomic_load(&last), mine;
    do /* a clock that stands or runs backwards only makes the sequence run ahead */
        mine = now > before >> SEQUENCE_BITS ? first_of(now) : before + 1;
    while (!atomic_compare_exchange_weak(&last, &before, mine));
    int64_t ms = mine >> SEQUENCE_BITS, sequence = mine & ((1 << SEQUENCE_BITS) - 1);
    int64_t node = drawn & ((1 << NODE_BITS) - 1);
    return ms << (NODE_BITS + SEQUENCE_BITS) | node << SEQUENCE_BITS | sequence;
}

int64_t id_before(int64_t at)
{
    return (at - ID_EPOCH) * (1 << (NODE_BITS + SEQUENCE_BITS)) - 1;
}

struct str id_secret(struct cx *cx, size_t n)
{
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    unsigned char bytes[64] = {0};
    assert(n <= sizeof bytes - 1);
    cx->env->random(cx->env, bytes, n);
    size_t count = (n * 8 + 4) / 5;
    char *p = arena_alloc(cx->mem, count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t bit = i * 5;
        unsigned pair = (unsigned)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];
        p[i] = letters[pair >> (11 - bit % 8) & 31];
    }
    return str_n(p, count);
}

struct str id_secret_hash(struct cx *cx, struct str secret)
{
    unsigned char *sum = arena_alloc(cx->mem, crypto_generichash_BYTES);
    crypto_generichash(sum, crypto_generichash_BYTES, (const unsigned char *)secret.p, secret.n,
                       NULL, 0);
    return str_n((const char *)sum, crypto_generichash_BYTES);
}

static const char uuid_form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool id_is_uuid(struct str s)
{
    if (s.n != sizeof uuid_form - 1)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (uuid_form[i] == '-' ? s.p[i] != '-' : !s.p[i] || !strchr("0123456789abcdef", s.p[i]))
            return false;
    return true;
}

struct str id_uuid(struct cx *cx)
{
    unsigned char b[16];
    cx->env->random(cx->env, b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* RFC 9562: version 4, variant 10 */
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    char *p = arena_alloc(cx->mem, sizeof uuid_form);
    for (size_t i = 0, half = 0; uuid_form[i]; i++)
        if (uuid_form[i] == '-') {
            p[i] = '-';
        } else {
            p[i] = "0123456789abcdef"[half % 2 ? b[half / 2] & 15 : b[half / 2] >> 4];
            half++;
        }
    return str_n(p, sizeof uuid_form - 1);
}

/* A quasigroup of order ten that is weakly totally anti-symmetric, its diagonal 0, so that the
 * check digit is the interim digit itself (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004).
 */
static const char damm[10][11] = {"0317598642", "7092154863", "4206871359", "1750983426",
                                  "6123045978", "3674209581", "5869720134", "8945362017",
                                  "9438617205", "2581436790"};

static char check_digit(const char *digits, size_t n)
{
    char interim = '0';
    for (size_t i = 0; i < n; i++)
        interim = damm[interim - '0'][digits[i] - '0'];
    return interim;
}

/* YYMMDD and at least NNNN; YYYY and at least NNNNNN */
enum { DAY_DIGITS = 6, YEAR_DIGITS = 4, NUMBER_DIGITS = 10 };

static int head_digits(char prefix)
{
    return prefix == 'C' ? YEAR_DIGITS : DAY_DIGITS;
}

static struct str number_text(struct cx *cx, char prefix, const char *digits, size_t n, char check)
{
    int head = head_digits(prefix);
    return arena_printf(cx->mem, "%c-%.*s-%.*s-%c", prefix, head, digits, (int)n - head,
                        digits + head, check);
}

struct str id_number(struct cx *cx, char prefix, int64_t day_at, int64_t nth)
{
    struct civil c = time_civil(day_at);
    struct str digits =
        arena_printf(cx->mem, "%02d%02d%02d%04lld", c.year % 100, c.month, c.day, (long long)nth);
    return number_text(cx, prefix, digits.p, digits.n, check_digit(digits.p, digits.n));
}

struct str id_number_year(struct cx *cx, char prefix, int64_t day_at, int64_t nth)
{
    struct str digits =
        arena_printf(cx->mem, "%04d%06lld", time_civil(day_at).year, (long long)nth);
    return number_text(cx, prefix, digits.p, digits.n, check_digit(digits.p, digits.n));
}

bool id_number_read(struct cx *cx, struct str typed, struct str *out)
{
    char digits[20];
    size_t n = 0;
    char prefix = 'H';
    bool right = true;
    for (size_t i = 0; i < typed.n;) {
        uint32_t c = utf8_next(typed, &i);
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0; /* full-width */
        if (c >= 'a' && c <= 'z')
            c -= 32;
        if (c >= '0' && c <= '9' && n < sizeof digits)
            digits[n++] = (char)c;
        else if (c >= 'A' && c <= 'Z' && n == 0)
            prefix = (char)c;
        else if (c != '-' && c != ' ' && c != 0x3000 && c != 0x2014 && c != 0x2013)
            right = false;
    }
    *out = typed;
    if (n <= NUMBER_DIGITS || n == sizeof digits)
        return false;
    *out = number_text(cx, prefix, digits, n - 1, digits[n - 1]);
    /* more digits begin where the usual ones end: 10000, 1000000 */
    if (n - 1 > NUMBER_DIGITS && digits[head_digits(prefix)] == '0')
        return false;
    return right && digits[n - 1] == check_digit(digits, n - 1);
}
