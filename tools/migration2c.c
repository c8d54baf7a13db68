/* migration2c -- embeds the numbered .sql files of migrations/ as an array; checks their order. */
/* SPDX-License-Identifier: Apache-2.0 */
/* usage: migration2c out.c migrations/0001-start.sql ... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_file(FILE *out, const char *path, int number)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    FILE *in = fopen(path, "r");
    if (!in || !dot || atoi(name) != number) {
        fprintf(stderr, "%s:1: expected a readable file numbered %04d\n", path, number);
        exit(1);
    }
    fprintf(out, "    {\"%.*s\",\n     \"", (int)(dot - name), name);
    for (int c; (c = getc(in)) != EOF;) {
        if (c == '\n')
            fputs("\\n\"\n     \"", out);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else
            putc(c, out);
    }
    fputs("\"},\n", out);
    fclose(in);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return fputs("usage: migration2c out.c 0001-start.sql ...\n", stderr), 2;
    FILE *out = fopen(argv[1], "w");
    if (!out)
        return perror(argv[1]), 1;
    fputs("/* Made by tools/migration2c. */\n#include \"main/migrations.h\"\n\n"
          "const struct migration migrations[] = {\n",
          out);
    for (int i = 2; i < argc; i++)
        put_file(out, argv[i], i - 1);
    fprintf(out, "};\nconst size_t migration_count = %d;\n", argc - 2);
    if (fclose(out) == 0)
        return 0;
    remove(argv[1]);
    return 1;
}
