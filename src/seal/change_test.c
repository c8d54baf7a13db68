/* change_test -- a hundred thousand envelopes, each changed, moved or asked for with another key:
 * none opens; and sealed streams that are cut, swapped and lengthened. What is tried comes from a
 * seed:
 *
 *   change_test [CASES [SEED]]
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_test.h"
#include <stdio.h>
#include <stdlib.h>

enum { CASES = 100000, BITS_OF_EACH = 2 };

static struct world w;
static long cases = CASES, opened_right, refused;

static uint32_t any(uint32_t n)
{
    uint32_t v;
    w.cx.env->random(w.cx.env, &v, sizeof v);
    return v % n;
}

struct one {
    const struct seal_suite *suite;
    struct seal_key key;
    struct seal_where where;
    bool pad;
    struct str plain, envelope;
};

static const char *const tables[] = {"need", "volunteer", "need_x", "service_errand"};
static const char *const columns[] = {"contact", "name", "door", "note"};

static struct one make_one(void)
{
    struct one o = {.suite = any(2) ? &seal_suite_sm : &seal_suite_aes, .pad = any(2)};
    size_t n = any(70);
    char *p = arena_alloc(&w.mem, n + 1);
    w.cx.env->random(w.cx.env, p, n);
    o.plain = str_n(p, n);
    o.key = test_key(&w, o.suite, 1 + (int)any(65535), (unsigned char)any(256));
    o.where = where(1 + any(9), tables[any(4)], columns[any(4)], any(1000000));
    o.envelope = seal_put(&w.cx, w.t, &o.key, o.where, o.plain, o.pad);
    return o;
}

static void never(const struct one *o, const struct seal_key *k, struct seal_where here,
                  struct str envelope, const char *what)
{
    struct str back;
    if (seal_get(&w.cx, w.t, k, here, envelope, o->pad, &back))
        fail_msg("%s: opened", what);
    assert_int_equal(back.n, 0);
    refused++;
}

static void flip(const struct one *o)
{
    struct str e = arena_copy(&w.mem, o->envelope);
    uint32_t bit = any((uint32_t)e.n * 8);
    ((char *)(uintptr_t)e.p)[bit / 8] ^= (char)(1 << bit % 8);
    never(o, &o->key, o->where, e, "a bit");
}

static void move(const struct one *o)
{
    struct seal_where there = o->where;
    there.row ^= INT64_C(1) << any(20);
    never(o, &o->key, there, o->envelope, "another row");
    there = o->where;
    there.community += 1 + any(5);
    never(o, &o->key, there, o->envelope, "another community");
    there = o->where;
    there.column = str_eq(there.column, S("name")) ? S("door") : S("name");
    never(o, &o->key, there, o->envelope, "another column");
    there = o->where;
    there.table = str_eq(there.table, S("need")) ? S("need_x") : S("need");
    never(o, &o->key, there, o->envelope, "another table");
}

static void wrong_key(const struct one *o)
{
    struct seal_key k = o->key;
    k.dek[any(SEAL_KEY_BYTES)] ^= (unsigned char)(1 << any(8));
    assert_true(k.suite->prepare(w.t, &k));
    never(o, &k, o->where, o->envelope, "another key");
    k = o->key;
    k.kid ^= 1;
    never(o, &k, o->where, o->envelope, "another kid");
    /* the same key in the other suite, the byte that names it changed as well */
    k = test_key(&w, o->suite == &seal_suite_sm ? &seal_suite_aes : &seal_suite_sm, o->key.kid, 0);
    memcpy(k.dek, o->key.dek, sizeof k.dek);
    assert_true(k.suite->prepare(w.t, &k));
    struct str e = arena_copy(&w.mem, o->envelope);
    ((char *)(uintptr_t)e.p)[0] = (char)k.suite->id;
    never(o, &k, o->where, e, "another suite");
}

static void cut(const struct one *o)
{
    size_t n = any((uint32_t)o->envelope.n), from = any(4);
    never(o, &o->key, o->where, str_cut(o->envelope, 0, n), "cut");
    never(o, &o->key, o->where, str_cut(o->envelope, 1 + from, o->envelope.n), "cut in front");
    char *p = arena_alloc(&w.mem, o->envelope.n + 1);
    memcpy(p, o->envelope.p, o->envelope.n);
    never(o, &o->key, o->where, str_n(p, o->envelope.n + 1), "lengthened");
}

static void nothing_that_was_changed_opens(void **state)
{
    (void)state;
    for (long i = 0; i < cases; i++) {
        struct arena_mark mark = arena_mark(&w.mem);
        struct one o = make_one();
        struct str back;
        assert_true(seal_get(&w.cx, w.t, &o.key, o.where, o.envelope, o.pad, &back));
        assert_true(str_eq(back, o.plain));
        opened_right++;
        for (int k = 0; k < BITS_OF_EACH; k++)
            flip(&o);
        move(&o);
        wrong_key(&o);
        cut(&o);
        arena_rewind(&w.mem, mark);
    }
    print_message("%ld opened, %ld refused\n", opened_right, refused);
}

/* ---- streams ---- */

struct pipe {
    struct str in;
    struct out out;
    size_t at;
    size_t fail_after, dry_after; /* bytes put, bytes given before it fails; 0 = never */
};

static bool put(void *arg, struct str bytes)
{
    struct pipe *p = arg;
    if (p->fail_after && p->out.n + bytes.n > p->fail_after)
        return false;
    out_raw(&p->out, bytes.p, bytes.n);
    return true;
}

/* In pieces of any size, as a pipe gives them. */
static ptrdiff_t get(void *arg, char *to, size_t most)
{
    struct pipe *p = arg;
    size_t n = p->in.n - p->at, piece = 1 + any(50000);
    if (p->dry_after && p->at >= p->dry_after)
        return -1;
    if (p->dry_after && n > p->dry_after - p->at)
        n = p->dry_after - p->at;
    n = n > most ? most : n;
    n = n > piece ? piece : n;
    if (n)
        memcpy(to, p->in.p + p->at, n);
    p->at += n;
    return (ptrdiff_t)n;
}

static struct pipe pipe_of(struct str in)
{
    struct pipe p = {.in = in};
    out_init(&p.out, &w.mem);
    p.out.max = 64 << 20;
    return p;
}

static enum err write_to(int suite, struct str key, struct pipe *p)
{
    const struct seal_pipe in = {.get = get, .arg = p}, out = {.put = put, .arg = p};
    fault_clear(&w.cx);
    return seal_stream_write(&w.cx, suite, key, &in, &out);
}

static enum err read_from(struct str key, struct pipe *p)
{
    const struct seal_pipe in = {.get = get, .arg = p}, out = {.put = put, .arg = p};
    fault_clear(&w.cx);
    return seal_stream_read(&w.cx, key, &in, &out);
}

static struct str some(size_t n)
{
    char *p = arena_alloc(&w.mem, n + 1);
    w.cx.env->random(w.cx.env, p, n);
    return str_n(p, n);
}

static const int suites[] = {SEAL_SM, SEAL_AES};

static void a_stream_comes_back(void **state)
{
    static const size_t sizes[] = {
        0, 1, SEAL_CHUNK - 1, SEAL_CHUNK, SEAL_CHUNK + 1, 3 * SEAL_CHUNK, 1000000};
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
        struct arena_mark mark = arena_mark(&w.mem);
        struct str public_key, private_key, other_public, other, plain = some(sizes[i / 2]);
        struct pipe p = pipe_of(plain);
        assert_true(seal_pair(&w.cx, suites[i % 2], &public_key, &private_key));
        assert_true(seal_pair(&w.cx, suites[i % 2], &other_public, &other));
        assert_int_equal(write_to(suites[i % 2], public_key, &p), OK);
        struct str sealed = out_text(&p.out);
        assert_true(sealed.n > plain.n && sealed.n < plain.n + 400 + plain.n / 1000);
        struct pipe back = pipe_of(sealed), wrong = pipe_of(sealed), own = pipe_of(sealed);
        assert_int_equal(read_from(private_key, &back), OK);
        assert_true(str_eq(out_text(&back.out), plain));
        assert_int_equal(read_from(other, &wrong), ERR_INPUT);
        assert_int_equal(wrong.out.n, 0);
        assert_int_equal(read_from(public_key, &own), ERR_INPUT); /* who wrote it cannot read it */
        assert_int_equal(own.out.n, 0);
        struct pipe part = pipe_of(sealed);
        struct str half = str_cut(private_key, 0, private_key.n / 2);
        assert_int_equal(read_from(half, &part), ERR_INPUT);
        assert_int_equal(part.out.n, 0);
        arena_rewind(&w.mem, mark);
    }
}

static void changed(struct str private_key, struct str plain, struct str sealed, const char *what)
{
    struct pipe p = pipe_of(sealed);
    if (read_from(private_key, &p) != ERR_INPUT)
        fail_msg("%s: %d", what, w.cx.fault.err);
    struct str got = out_text(&p.out);
    assert_true(str_starts(plain, got)); /* what came out until then was right */
}

static struct str joined(struct str a, struct str b, struct str c)
{
    struct out o;
    out_init(&o, &w.mem);
    out_str(&o, a);
    out_str(&o, b);
    out_str(&o, c);
    return out_text(&o);
}

static void a_stream_that_was_changed_ends_badly(void **state)
{
    enum { EACH = SEAL_CHUNK + 5 + TAG, TRIES = 300 };
    (void)state;
    for (int s = 0; s < 2; s++) {
        struct str public_key, private_key, plain = some(3 * SEAL_CHUNK + 500), nothing = S("");
        struct pipe p = pipe_of(plain), q = pipe_of(plain);
        assert_true(seal_pair(&w.cx, suites[s], &public_key, &private_key));
        assert_int_equal(write_to(suites[s], public_key, &p), OK);
        assert_int_equal(write_to(suites[s], public_key, &q), OK);
        struct str e = out_text(&p.out), f = out_text(&q.out);
        size_t head = e.n - 3 * EACH - 500 - 5 - TAG;
        for (int i = 0; i < TRIES; i++) {
            struct arena_mark mark = arena_mark(&w.mem);
            struct str bad = arena_copy(&w.mem, e);
            uint32_t bit = any((uint32_t)(i % 2 ? e.n * 8 : head * 8));
            ((char *)(uintptr_t)bad.p)[bit / 8] ^= (char)(1 << bit % 8);
            changed(private_key, plain, bad, "a bit");
            changed(private_key, plain, str_cut(e, 0, any((uint32_t)e.n)), "cut");
            arena_rewind(&w.mem, mark);
        }
        for (size_t n = 0; n < head + 5 + TAG; n++)
            changed(private_key, plain, str_cut(e, 0, n), "cut before its first chunk");
        struct str first = str_cut(e, 0, head + EACH), rest = str_cut(e, head + EACH, e.n);
        changed(private_key, plain, joined(str_cut(e, 0, head), rest, nothing),
                "first chunk dropped");
        changed(private_key, plain, joined(first, first, rest), "head twice");
        changed(private_key, plain,
                joined(first, str_cut(e, head + 2 * EACH, EACH), str_cut(rest, 0, EACH)),
                "two swapped");
        changed(private_key, plain, str_cut(e, 0, head + 3 * EACH), "the last dropped");
        changed(private_key, plain, joined(e, S("x"), nothing), "lengthened");
        changed(private_key, plain,
                joined(first, str_cut(f, f.n - (e.n - head - EACH), f.n), nothing),
                "the rest of another");
    }
}

static void a_pipe_that_fails_is_said(void **state)
{
    struct str public_key, private_key, plain = some(200000);
    (void)state;
    assert_false(
        seal_pair(&w.cx, SEAL_MODULE, &public_key, &private_key)); /* a card makes its own */
    assert_true(seal_pair(&w.cx, SEAL_SM, &public_key, &private_key));
    struct pipe p = pipe_of(plain);
    p.fail_after = 100000;
    assert_int_equal(write_to(SEAL_SM, public_key, &p), ERR_STORE);
    p = pipe_of(plain);
    assert_int_equal(write_to(SEAL_SM, S("no key"), &p), ERR_INPUT);
    assert_int_equal(write_to(SEAL_AES, public_key, &p), ERR_INPUT);
    assert_int_equal(write_to(SEAL_MODULE, public_key, &p), ERR_INPUT);
    assert_int_equal(p.out.n, 0);
    p = pipe_of(plain);
    assert_int_equal(write_to(SEAL_SM, public_key, &p), OK);
    struct pipe q = pipe_of(out_text(&p.out));
    q.fail_after = 70000;
    assert_int_equal(read_from(private_key, &q), ERR_STORE);
}

/* A disk that is full, and a stick that is pulled out, at each byte: never taken for a wrong key,
 * never for the end. */
static void a_pipe_may_fail_at_each_byte(void **state)
{
    struct str public_key, private_key, plain = some(40);
    (void)state;
    for (size_t i = 0; i < COUNT(suites); i++) {
        assert_true(seal_pair(&w.cx, suites[i], &public_key, &private_key));
        struct pipe whole = pipe_of(plain);
        assert_int_equal(write_to(suites[i], public_key, &whole), OK);
        struct str sealed = out_text(&whole.out);
        for (size_t n = 1; n <= sealed.n; n++) {
            struct arena_mark mark = arena_mark(&w.mem);
            struct pipe full = pipe_of(plain), dry = pipe_of(sealed);
            full.fail_after = n;
            enum err e = write_to(suites[i], public_key, &full);
            struct pipe back = pipe_of(out_text(&full.out)); /* SM2's are not all of one length */
            assert_int_equal(read_from(private_key, &back), e == OK ? OK : ERR_INPUT);
            assert_true(e == OK ? n + 8 > sealed.n : e == ERR_STORE && n < sealed.n + 8);
            dry.dry_after = n; /* after the last one, too: it might have been longer */
            assert_int_equal(read_from(private_key, &dry), n < sealed.n ? ERR_STORE : ERR_INPUT);
            arena_rewind(&w.mem, mark);
        }
        char *chunk = (char *)(uintptr_t)arena_copy(&w.mem, sealed).p;
        chunk[sealed.n - plain.n - 16 - 5] = 0; /* the last one, said not to be the last */
        struct pipe more = pipe_of(str_n(chunk, sealed.n));
        assert_int_equal(read_from(private_key, &more), ERR_INPUT);
        struct pipe dry = pipe_of(plain);
        dry.dry_after = 7;
        assert_int_equal(write_to(suites[i], public_key, &dry), ERR_STORE);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_was_changed_opens),
        cmocka_unit_test(a_stream_comes_back),
        cmocka_unit_test(a_stream_that_was_changed_ends_badly),
        cmocka_unit_test(a_pipe_that_fails_is_said),
        cmocka_unit_test(a_pipe_may_fail_at_each_byte),
    };
    world_begin(&w, NULL);
    if (argc > 1)
        cases = strtol(argv[1], NULL, 10);
    if (argc > 2)
        w.env.seed = strtoull(argv[2], NULL, 10);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_end(&w);
    return failed;
}
