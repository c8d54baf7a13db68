/* main -- linghang: one binary, its commands. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/commands.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    const struct command *c = argc > 1 ? command_find(argv[1]) : NULL;
    if (c)
        return c->run(argc - 1, argv + 1);
    FILE *to = argc > 1 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;
    command_help(to);
    return to == stdout ? 0 : 2;
}
