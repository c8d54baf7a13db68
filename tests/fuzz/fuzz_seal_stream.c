/* fuzz_seal_stream -- sealed backups: any bytes as one open nothing; what was sealed comes back;
 * and after a change, a cut or bytes behind its end it does not come back as a whole. The last
 * bytes choose the suite, the change and its place. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_seal.h"

struct pipe {
    struct str in;
    struct out got;
    bool is_deaf; /* who writes has no room */
};

static ptrdiff_t get(void *arg, char *to, size_t most)
{
    struct pipe *p = arg;
    size_t n = p->in.n < most ? p->in.n : most;
    if (n)
        memcpy(to, p->in.p, n);
    p->in = str_cut(p->in, n, p->in.n);
    return (ptrdiff_t)n;
}

static ptrdiff_t get_none(void *arg, char *to, size_t most)
{
    (void)arg;
    (void)to;
    (void)most;
    return -1;
}

static bool put(void *arg, struct str bytes)
{
    struct pipe *p = arg;
    out_str(&p->got, bytes);
    return !p->is_deaf;
}

static enum err opened(struct cx *cx, struct str key, struct str sealed, bool is_deaf,
                       struct str *out)
{
    struct pipe p = {.in = sealed, .is_deaf = is_deaf};
    out_init(&p.got, cx->mem);
    enum err e = seal_stream_read(cx, key, &(struct seal_pipe){.get = get, .arg = &p},
                                  &(struct seal_pipe){.put = put, .arg = &p});
    *out = out_text(&p.got);
    fault_clear(cx);
    return e;
}

static struct str sealed_of(struct cx *cx, int kind, struct str key, struct str s, bool is_deaf)
{
    struct pipe p = {.in = s, .is_deaf = is_deaf};
    out_init(&p.got, cx->mem);
    enum err e = seal_stream_write(cx, kind, key, &(struct seal_pipe){.get = get, .arg = &p},
                                   &(struct seal_pipe){.put = put, .arg = &p});
    must((e == OK) == !is_deaf);
    fault_clear(cx);
    return out_text(&p.got);
}

static void changed(struct cx *cx, struct str key, struct str s, struct str sealed,
                    const uint8_t how[3])
{
    struct str got;
    size_t at = (size_t)(how[0] << 8 | how[1]) * 7 % sealed.n;
    char *p = arena_alloc(cx->mem, sealed.n + 1);
    memcpy(p, sealed.p, sealed.n);
    p[at] ^= (char)(1 << how[2] % 8);
    must(opened(cx, key, str_n(p, sealed.n), false, &got) != OK && got.n <= s.n);
    must(opened(cx, key, str_cut(sealed, 0, at), false, &got) != OK && got.n <= s.n);
    memcpy(p, sealed.p, sealed.n);
    p[sealed.n] = (char)how[2];
    must(opened(cx, key, str_n(p, sealed.n + 1), false, &got) != OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct str got, public_key, private_key;
    struct cx *cx = fuzz_begin(&f);
    struct str s = str_n((const char *)data, n);
    if (n < 4)
        return fuzz_end(&f);
    int kind = data[n - 4] % 2 ? SEAL_SM : SEAL_AES;
    must(seal_pair(cx, kind, &public_key, &private_key));
    must(opened(cx, private_key, s, false, &got) != OK && got.n == 0);
    if (data[n - 4] % 16 == 2) { /* longer than a chunk */
        char *p = arena_alloc(cx->mem, SEAL_CHUNK + n);
        memcpy(p + SEAL_CHUNK, data, n);
        s = str_n(p, SEAL_CHUNK + n);
    }
    struct str sealed = sealed_of(cx, kind, public_key, s, false);
    must(opened(cx, private_key, sealed, false, &got) == OK && str_eq(got, s));
    must(opened(cx, private_key, sealed, true, &got) != OK);
    must(opened(cx, public_key, sealed, false, &got) != OK && got.n == 0);
    must(opened(cx, s, sealed, false, &got) != OK && got.n == 0);
    sealed_of(cx, kind, public_key, s, true);
    must(seal_stream_read(cx, private_key, &(struct seal_pipe){.get = get_none},
                          &(struct seal_pipe){.put = put}) != OK);
    changed(cx, private_key, s, sealed, data + n - 3);
    return fuzz_end(&f);
}
