/* fuzz_checkpoint -- the files of the notary: keys and signed ends of the audit chain, as somebody
 * may have changed them. What nobody signed is not taken; what was signed is read as it was. The
 * first byte: the bytes are the file, or what is put behind lines that were signed (now and then: a
 * signature takes a thousand times as long as reading a line). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "main/checkpoint.h"
#include "main/keyfile.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COMMUNITY = 7, SIGNED = 2, SEQ = 5 };

static struct {
    char dir[64], file[96];
    struct arena mem;
    struct str public_key, private_key, lines[SIGNED + 1]; /* so many of them, signed */
} here;

static void end(void)
{
    unlink(here.file);
    rmdir(here.dir);
}

static void begin(struct cx *cx)
{
    struct cx own;
    if (here.dir[0])
        return;
    snprintf(here.dir, sizeof here.dir, "/tmp/fuzz-checkpoint-XXXXXX");
    must(mkdtemp(here.dir) != NULL);
    snprintf(here.file, sizeof here.file, "%s/%d.checkpoints", here.dir, COMMUNITY);
    atexit(end);
    arena_init(&here.mem, 1 << 20);
    cx_init(&own, &here.mem, cx->env);
    must(seal_pair(&own, SEAL_SM, &here.public_key, &here.private_key));
    struct audit_walk w = {.community = COMMUNITY};
    memset(w.h, 'a', AUDIT_HASH);
    for (size_t i = 1; i <= SIGNED; i++) {
        static char text[4096];
        w.seq = SEQ * (int64_t)i;
        must(checkpoint_add(&own, here.dir, &w, here.private_key) == OK);
        FILE *in = fopen(here.file, "re");
        size_t n = in ? fread(text, 1, sizeof text, in) : 0;
        must(n && n < sizeof text && fclose(in) == 0);
        here.lines[i] = arena_copy(&here.mem, str_n(text, n));
    }
}

static void put(struct str s)
{
    FILE *out = fopen(here.file, "ae");
    must(out && fwrite(s.p, 1, s.n, out) == s.n && fclose(out) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    audit_mark_list marks = {0};
    struct str key;
    bool cut;
    struct cx *cx = fuzz_begin(&f);
    if (!n)
        return fuzz_end(&f);
    begin(cx);
    unlink(here.file);
    must(checkpoints_read(cx, here.dir, COMMUNITY, here.public_key, &marks, &cut) == OK &&
         !marks.n);
    must(checkpoints_read(cx, "/dev/null", 7, here.public_key, &marks, &cut) == ERR_STORE);
    must(keyfile_read(cx, NULL, "", &key) == ERR_INPUT);
    fault_clear(cx);
    size_t is_signed = data[0] <= SIGNED ? data[0] : 0;
    put(here.lines[is_signed]);
    put(str_n((const char *)data + 1, n - 1));
    enum err e = checkpoints_read(cx, here.dir, COMMUNITY, here.public_key, &marks, &cut);
    must(marks.n == is_signed); /* and no line that somebody wrote without the key */
    must(e == OK || (e == ERR_CONFLICT && cx->fault.message.n));
    must(!marks.n || marks.at[marks.n - 1].seq == SEQ * (int64_t)is_signed);
    fault_clear(cx);
    if (keyfile_read(cx, here.file, "", &key) == OK)
        must(key.n > 0 && key.n <= n);
    return fuzz_end(&f);
}
