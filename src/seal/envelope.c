/* envelope -- one text, sealed for one place of the store. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <string.h>

const char *const seal_purpose_codes[] = {"contact", "door", "text", "file", "index", "name", NULL};
const char *const seal_state_codes[] = {"active", "retiring", "destroyed", NULL};

bool seal_parts_read(struct str e, struct seal_parts *out)
{
    if (e.n < SEAL_OVERHEAD)
        return false;
    const unsigned char *p = (const unsigned char *)e.p;
    *out = (struct seal_parts){.suite = p[0],
                               .kid = p[1] << 8 | p[2],
                               .head = str_cut(e, 0, HEAD),
                               .iv = str_cut(e, HEAD, IV),
                               .text = str_cut(e, HEAD + IV, e.n - SEAL_OVERHEAD),
                               .tag = str_cut(e, e.n - TAG, TAG)};
    return true;
}

int seal_kid(struct str envelope)
{
    struct seal_parts e;
    return seal_parts_read(envelope, &e) ? e.kid : -1;
}

/* Names hold no '|', numbers neither: no two places read the same. */
static struct str bound_to(struct cx *cx, struct seal_where w)
{
    return arena_printf(cx->mem, "v1|%lld|%.*s|%.*s|%lld", (long long)w.community, STR(w.table),
                        STR(w.column), (long long)w.row);
}

/* ISO/IEC 7816-4: 0x80, then zeros, to the next multiple of SEAL_PAD. */
static struct str padded(struct cx *cx, struct str plain)
{
    size_t n = (plain.n / SEAL_PAD + 1) * SEAL_PAD;
    char *p = arena_alloc(cx->mem, n);
    if (plain.n)
        memcpy(p, plain.p, plain.n);
    p[plain.n] = (char)0x80;
    return str_n(p, n);
}

static bool unpad(struct str *plain)
{
    size_t n = plain->n;
    while (n && plain->p[n - 1] == 0)
        n--;
    if (plain->n % SEAL_PAD || n == 0 || plain->p[n - 1] != (char)0x80 || plain->n - n >= SEAL_PAD)
        return false;
    plain->n = n - 1;
    return true;
}

struct str seal_put(struct cx *cx, struct sealer *t, const struct seal_key *k,
                    struct seal_where where, struct str plain, bool pad)
{
    if (pad)
        plain = padded(cx, plain);
    unsigned char *p = arena_alloc(cx->mem, plain.n + SEAL_OVERHEAD), *iv = p + HEAD;
    p[0] = (unsigned char)k->suite->id;
    p[1] = (unsigned char)(k->kid >> 8);
    p[2] = (unsigned char)k->kid;
    cx->env->random(cx->env, iv, IV);
    bool done = k->suite->seal(t, k, seal_bytes(p, HEAD), bound_to(cx, where), iv, plain, iv + IV,
                               iv + IV + plain.n);
    return done ? seal_bytes(p, plain.n + SEAL_OVERHEAD) : S("");
}

bool seal_get(struct cx *cx, struct sealer *t, const struct seal_key *k, struct seal_where where,
              struct str envelope, bool pad, struct str *plain)
{
    struct seal_parts e;
    *plain = S("");
    if (!seal_parts_read(envelope, &e) || e.suite != k->suite->id || e.kid != k->kid)
        return false;
    unsigned char *p = arena_alloc(cx->mem, e.text.n + 1);
    struct str text = seal_bytes(p, e.text.n);
    if (!k->suite->open(t, k, e.head, bound_to(cx, where), (const unsigned char *)e.iv.p, e.text,
                        (const unsigned char *)e.tag.p, p) ||
        (pad && !unpad(&text)))
        return false;
    *plain = text;
    return true;
}

bool seal_index_of(struct sealer *t, const struct seal_key *k, int64_t community,
                   const struct cx *cx, struct str label, struct str normal,
                   unsigned char out[SEAL_INDEX_BYTES])
{
    struct str text =
        arena_printf(cx->mem, "v1|%lld|%.*s|%.*s", (long long)community, STR(label), STR(normal));
    return k->suite->index(t, k, label, text, out);
}
