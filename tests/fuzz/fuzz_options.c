/* fuzz_options -- a command line and the environment, as an operator may write them: words between
 * NULs; a word that begins with = is the value of LINGHANG_THREADS. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "main/options.h"
#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct options o;
    char *argv[WORDS + 2] = {(char[]){"linghang"}}, *text = malloc(n + 1);
    int argc = 1;
    must(text != NULL);
    memcpy(text, data, n);
    text[n] = '\0';
    unsetenv("LINGHANG_THREADS");
    for (size_t at = 0; at < n && argc <= WORDS; at += strlen(text + at) + 1) {
        if (text[at] == '=')
            setenv("LINGHANG_THREADS", text + at + 1, 1);
        else if (text[at])
            argv[argc++] = text + at;
    }
    opterr = 0;
    if (options_read(&o, argc, argv)) {
        must(o.db && o.listen);
        must(strlen(o.db) <= n + 40 && strlen(o.listen) <= n + 40);
    }
    free(text);
    return 0;
}
