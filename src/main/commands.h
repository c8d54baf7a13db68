/* commands -- what the binary can do from a shell. Each prints to stdout, faults to stderr. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_COMMANDS_H
#define MAIN_COMMANDS_H

#include <stdio.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* exit status */
    const char *usage, *help;
};

const struct command *command_find(const char *name); /* NULL if there is none */
void command_help(FILE *to);

int command_serve(int argc, char **argv);  /* serve.c */
int command_routes(int argc, char **argv); /* routes.c */
int command_solve(int argc, char **argv);  /* solve.c */

#endif
