/* migration2c -- embeds the numbered .sql files of migrations/ as an array; checks their order. */
/* SPDX-License-Identifier: Apache-2.0 */
/* usage: migration2c out.c migrations/0001-start.sql ... */
#include "tools/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 20 };

static void put_file(struct buf *out, const char *path, int number)
{
    const char *name = base_name(path), *dot = strrchr(name, '.');
    struct buf in = slurp(path, MAX_FILE, NULL);
    if (!dot || atoi(name) != number)
        die(TOP(path), "expected a file numbered %04d", number);
    putf(out, "    {\"%.*s\",\n     \"", (int)(dot - name), name);
    put_c(out, in.at, in.n, "     ");
    putf(out, "\"},\n");
    free(in.at);
}

int main(int argc, char **argv)
{
    static struct buf out; /* static: what it holds is no leak at exit */
    if (argc < 3)
        return fputs("usage: migration2c out.c 0001-start.sql ...\n", stderr), 2;
    putf(&out, "/* Made by tools/migration2c. */\n#include \"main/migrations.h\"\n\n"
               "const struct migration migrations[] = {\n");
    for (int i = 2; i < argc; i++)
        put_file(&out, argv[i], i - 1);
    putf(&out, "};\nconst size_t migration_count = %d;\n", argc - 2);
    return spill(&(struct made){argv[1], &out}, 1);
}
