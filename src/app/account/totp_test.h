/* totp_test -- the telephone of tests: scans what is shown and reckons the codes itself. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACCOUNT_TOTP_TEST_H
#define ACCOUNT_TOTP_TEST_H

#include "app/account/account.h"
#include "base/out.h"
#include "base/time.h"
#include "tests/harness.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>

/* As a telephone reckons it. */
static inline struct str code_at(struct cx *cx, struct str secret, int64_t at)
{
    uint64_t step = (uint64_t)(at / (30 * MS_SECOND));
    unsigned char count[8], sum[20];
    for (int i = 7; i >= 0; i--, step >>= 8)
        count[i] = (unsigned char)step;
    HMAC(EVP_sha1(), secret.p, (int)secret.n, count, 8, sum, NULL);
    const unsigned char *p = sum + (sum[19] & 15);
    uint32_t v = (uint32_t)(p[0] & 127) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return arena_printf(cx->mem, "%06u", v % 1000000);
}

static inline struct str code_now(struct cx *cx, struct str secret)
{
    return code_at(cx, secret, cx->now);
}

/* What account_totp_shown() shows, back to bytes. */
static inline struct str unbase32(struct cx *cx, struct str text)
{
    struct out o;
    unsigned kept = 0, bits = 0;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        kept = kept << 5 | (unsigned)(c >= 'A' ? c - 'A' : c - '2' + 26);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            char byte = (char)(kept >> bits & 255);
            out_raw(&o, &byte, 1);
        }
    }
    return out_text(&o);
}

/* As a person does: scans, types the code; the next one is good from the next step on. */
static inline void set_up(struct cx *cx, int64_t id, struct str *secret, paper_code_list *codes)
{
    struct str text, link;
    MUST(cx, account_totp_start(cx, id));
    MUST(cx, account_totp_shown(cx, id, &text, &link));
    assert_true(text.n == 32 && str_find(link, text) > 0);
    *secret = unbase32(cx, text);
    MUST(cx, account_totp_on(cx, id, code_now(cx, *secret), codes));
    test_advance(30 * MS_SECOND);
}

#endif
