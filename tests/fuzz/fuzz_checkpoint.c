/* fuzz_checkpoint -- the files of the notary: keys and signed ends of the audit chain, as somebody
 * may have changed them. What nobody signed is not taken. What was signed is read as it was,
 * whatever stands behind it: at the beginning, and now and then (a signature takes a thousand times
 * as long as reading a line). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "main/checkpoint.h"
#include "main/keyfile.h"
#include <string.h>
#include <unistd.h>

enum { COMMUNITY = 7, SIGNED = 2, SEQ = 5 };

static struct {
    struct arena mem;
    struct str public_key, lines[SIGNED + 1]; /* so many of them, signed */
} here;

static struct str content(struct arena *a, const char *file)
{
    static char text[4096];
    FILE *in = fopen(file, "re");
    size_t n = in ? fread(text, 1, sizeof text, in) : 0;
    must(n && n < sizeof text && fclose(in) == 0);
    return arena_copy(a, str_n(text, n));
}

static void read_lines(struct cx *cx, size_t is_signed, struct str behind)
{
    audit_mark_list marks = {0};
    bool cut;
    struct str first = here.lines[is_signed];
    size_t n = first.n + behind.n;
    char *text = arena_alloc(cx->mem, n);
    if (!n) /* nothing is no file for fmemopen() */
        return;
    memcpy(text, first.p, first.n);
    memcpy(text + first.n, behind.p, behind.n);
    FILE *in = fmemopen(text, n, "r");
    must(in != NULL);
    enum err e = checkpoints_take(cx, in, "file", COMMUNITY, here.public_key, &marks, &cut);
    fclose(in);
    must(marks.n == is_signed); /* and no line that somebody wrote without the key */
    must(e == OK || (e == ERR_CONFLICT && cx->fault.message.n));
    must(!marks.n || marks.at[marks.n - 1].seq == SEQ * (int64_t)is_signed);
    fault_clear(cx);
}

static void begin(struct cx *cx)
{
    struct cx own;
    struct str private_key;
    char dir[] = "/tmp/fuzz-checkpoint-XXXXXX";
    struct audit_walk w = {.community = COMMUNITY};
    if (here.public_key.n)
        return;
    arena_init(&here.mem, 1 << 20);
    cx_init(&own, &here.mem, cx->env);
    must(mkdtemp(dir) && seal_pair(&own, SEAL_SM, &here.public_key, &private_key));
    const char *file = arena_printf(own.mem, "%s/%d.checkpoints", dir, COMMUNITY).p;
    memset(w.h, 'a', AUDIT_HASH);
    here.lines[0] = S("");
    for (size_t i = 1; i <= SIGNED; i++) {
        w.seq = SEQ * (int64_t)i;
        must(checkpoint_add(&own, dir, &w, private_key) == OK);
        here.lines[i] = content(own.mem, file);
    }
    must(unlink(file) == 0 && rmdir(dir) == 0);
    for (size_t i = 0; i <= SIGNED; i++) {
        read_lines(cx, i, S(""));
        read_lines(cx, i, S("not a line\n"));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct str key;
    struct cx *cx = fuzz_begin(&f);
    struct str bytes = str_n((const char *)data, n);
    begin(cx);
    read_lines(cx, 0, bytes);
    for (size_t i = 1; i <= SIGNED && n && data[n - 1] == 0xff; i++)
        read_lines(cx, i, bytes);
    if (keyfile_take(cx, bytes, "file", "", &key) == OK)
        must(key.n > 0 && key.n <= n);
    return fuzz_end(&f);
}
