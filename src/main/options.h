/*
 * options -- settings of a command: --name VALUE, or LINGHANG_NAME in the environment. The
 * command line wins.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_OPTIONS_H
#define MAIN_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *db;     /* sqlite:FILE or postgres://… */
    const char *from;   /* the same, for copy */
    const char *listen; /* HOST:PORT */
    const char *tls_cert, *tls_key, *trusted_proxy;
    int communities;
    int threads;
    long long seed;
};

/* Defaults, then the environment, then the command line. False, with a sentence on stderr, when
 * an option is unknown or has no value. */
bool options_read(struct options *o, int argc, char **argv);

#endif
