/* fuzz_journal -- the files of a mirror, as a power cut or somebody may have left them. The first
 * byte says what the rest is: the bytes of a segment, or records (kind, SEQ, id, content) whose
 * hashes are right. What is read is what was written, in order and without a hole; what is cut off
 * stays cut. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "db/mirror.h"
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HASHED = 32, HASH = 16, HEAD = HASHED + HASH, BASE = 2, OP = 4 };

static struct {
    char dir[64], base[96], first[96], second[96];
} here;

static void end(void)
{
    unlink(here.base);
    unlink(here.first);
    unlink(here.second);
    rmdir(here.dir);
}

static void begin(void)
{
    if (here.dir[0])
        return;
    const char *root =
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* fsync costs nothing there */
    snprintf(here.dir, sizeof here.dir, "%s/fuzz-journal-XXXXXX", root);
    must(mkdtemp(here.dir) != NULL);
    snprintf(here.base, sizeof here.base, "%s/base-%020d.db", here.dir, BASE);
    snprintf(here.first, sizeof here.first, "%s/journal-%020d.log", here.dir, BASE + 1);
    snprintf(here.second, sizeof here.second, "%s/journal-%020d.log", here.dir, BASE + 3);
    fclose(fopen(here.base, "we"));
    atexit(end);
}

static void put(const char *file, const void *bytes, size_t n)
{
    FILE *out = fopen(file, "ae");
    must(out && fwrite(bytes, 1, n, out) == n && fclose(out) == 0);
}

static void little(unsigned char *to, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)(v >> 8 * i);
}

/* A record as it should be; `op`: kind, SEQ, which file and id, how long its content is. */
static void put_record(const uint8_t op[OP])
{
    unsigned char head[HEAD] = {0}, content[256];
    size_t n = op[3];
    crypto_generichash_state state;
    memset(content, op[1], sizeof content);
    little(head, 0x314a484c, 4);
    little(head + 4, op[2] & 1 ? 9 : 7, 4);
    little(head + 8, op[0], 4);
    little(head + 16, op[1], 8);
    little(head + 24, n, 8);
    crypto_generichash_init(&state, NULL, 0, HASH);
    crypto_generichash_update(&state, head, HASHED);
    crypto_generichash_update(&state, content, n);
    crypto_generichash_final(&state, head + HASHED, HASH);
    put(op[2] & 2 ? here.second : here.first, head, HEAD);
    put(op[2] & 2 ? here.second : here.first, content, n);
}

static void write_files(const uint8_t *data, size_t n)
{
    size_t ops = data[0] % 8;
    unlink(here.first);
    unlink(here.second);
    for (data++, n--; ops && n >= OP; ops--, data += OP, n -= OP)
        put_record(data);
    put(here.first, data, n); /* and what no record ends with */
}

static enum err look_at(struct cx *cx, struct journal_look *look)
{
    enum err e = journal_read(cx, here.dir, look);
    must(e == OK || (e == ERR_CONFLICT && cx->fault.message.n));
    must(look->base && look->base_seq == BASE);
    int64_t last = BASE;
    for (size_t i = 0; i < look->entries.n; i++) {
        const struct journal_entry *one = &look->entries.at[i];
        struct str content;
        must(one->seq > last && one->kind != JOURNAL_VOID); /* one that was taken back is no hole */
        last = one->seq;
        must(journal_content(cx, one, &content) == OK && content.n == (size_t)one->n);
        for (size_t k = 0; k < content.n; k++)
            must((unsigned char)content.p[k] == (unsigned char)one->seq);
    }
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct journal_look look, again;
    struct stat st;
    struct cx *cx = fuzz_begin(&f);
    if (!n)
        return fuzz_end(&f);
    begin();
    write_files(data, n);
    if (look_at(cx, &look) == OK) {
        must(journal_trim(cx, &look) == OK);
        must(look.last && stat(look.last, &st) == 0 && st.st_size == look.last_good);
        must(look_at(cx, &again) == OK && again.entries.n == look.entries.n);
        must(again.last_good == look.last_good && again.highest == look.highest);
    }
    fault_clear(cx);
    return fuzz_end(&f);
}
