/* alike -- how well text/alike.h tells the same matter from others: each of some hundred messages
 * is looked for by its title among the first 120 characters of 40 bodies, one of which is its own.
 *     alike_bench FILE     lines of id, label, time, title, body, parted by tabs; the first is a
 * head
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "base/utf8.h"
#include "text/alike.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY = 120, AT_ONCE = 40, MEMORY = 64 << 20 };

struct message {
    struct str title, body;
};
typedef LIST(struct message) message_list;

static void read_all(struct cx *cx, const char *file, message_list *out)
{
    static char line[1 << 20];
    FILE *in = fopen(file, "re");
    for (int n = 0; in && fgets(line, sizeof line, in); n++) {
        struct str rest = arena_copy(cx->mem, str_c(line)), part[5] = {0};
        for (int i = 0; i < 5; i++)
            (void)str_split(&rest, '\t', &part[i]);
        if (n && part[3].n && part[4].n)
            *PUSH(cx->mem, out) = (struct message){part[3], utf8_head(str_trim(part[4]), BODY)};
    }
    if (in)
        fclose(in);
}

int main(int argc, char **argv)
{
    struct env_fake env;
    struct arena keep, mem;
    struct cx cx, each;
    message_list all = {0};
    size_t same = 0, others = 0, best = 0;
    env_fake_init(&env, 1, 1);
    arena_init(&keep, MEMORY);
    arena_init(&mem, MEMORY);
    cx_init(&cx, &keep, &env.env);
    if (argc == 2)
        read_all(&cx, argv[1], &all);
    if (all.n <= AT_ONCE) {
        fputs("usage: alike_bench FILE\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < all.n; i++) {
        struct str bodies[AT_ONCE];
        double out[AT_ONCE];
        size_t more = 0;
        cx_init(&each, &mem, &env.env);
        for (size_t k = 0; k < AT_ONCE; k++) /* 17: they stand in the file by their kind */
            bodies[k] = all.at[(i + 17 * k) % all.n].body;
        alike(&each, all.at[i].title, bodies, AT_ONCE, out);
        same += out[0] >= ALIKE_SAME;
        for (size_t k = 1; k < AT_ONCE; k++) {
            others += out[k] >= ALIKE_SAME;
            more += out[k] >= out[0];
        }
        best += more == 0;
        cx_end(&each);
        arena_reset(&mem);
    }
    printf("%zu messages: of its own body %.3f count as the same matter, of others %.4f; "
           "its own is the first of %d: %.3f\n",
           all.n, (double)same / (double)all.n, (double)others / ((double)all.n * (AT_ONCE - 1)),
           AT_ONCE, (double)best / (double)all.n);
    cx_end(&cx);
    arena_free(&mem);
    arena_free(&keep);
    return 0;
}
