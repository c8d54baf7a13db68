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

int command_keys(int argc, char **argv);   /* keys.c */
int command_rekey(int argc, char **argv);  /* rekey.c: keys recover, keys sheets */
int command_serve(int argc, char **argv);  /* serve.c */
int command_routes(int argc, char **argv); /* routes.c */
int command_solve(int argc, char **argv);  /* solve.c */
int command_audit(int argc, char **argv);  /* audit.c */
int command_backup(int argc, char **argv); /* backup.c */
int command_restore(int argc, char **argv);
int command_export(int argc, char **argv); /* audit.c */
int command_erase_again(int argc, char **argv);
int command_drill(int argc, char **argv);
int command_notary(int argc, char **argv); /* audit.c */
int command_setup(int argc, char **argv);  /* setup.c */

#endif
