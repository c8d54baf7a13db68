/* options -- see options.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/options.h"
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, NUMBER, LONG_NUMBER, FLAG };

/* One row an option: the flag, the variable and the place where the value goes. */
static const struct row {
    const char *name;
    enum kind kind;
    size_t offset;
} rows[] = {
    {"db", TEXT, offsetof(struct options, db)},
    {"from", TEXT, offsetof(struct options, from)},
    {"to", TEXT, offsetof(struct options, to)},
    {"mirror", TEXT, offsetof(struct options, mirror)},
    {"approved", TEXT, offsetof(struct options, approved)},
    {"listen", TEXT, offsetof(struct options, listen)},
    {"tls-cert", TEXT, offsetof(struct options, tls_cert)},
    {"tls-key", TEXT, offsetof(struct options, tls_key)},
    {"trusted-proxy", TEXT, offsetof(struct options, trusted_proxy)},
    {"keys-from", TEXT, offsetof(struct options, keys_from)},
    {"unlock", TEXT, offsetof(struct options, unlock)},
    {"kid", NUMBER, offsetof(struct options, kid)},
    {"key", TEXT, offsetof(struct options, key)},
    {"key-file", TEXT, offsetof(struct options, key_file)},
    {"checkpoints", TEXT, offsetof(struct options, checkpoints)},
    {"first", FLAG, offsetof(struct options, first)},
    {"read-only", FLAG, offsetof(struct options, read_only)},
    {"clock-right", FLAG, offsetof(struct options, clock_right)},
    {"no-copy", FLAG, offsetof(struct options, no_copy)},
    {"disk-alarm", NUMBER, offsetof(struct options, disk_alarm)},
    {"disk-files", NUMBER, offsetof(struct options, disk_files)},
    {"disk-writes", NUMBER, offsetof(struct options, disk_writes)},
    {"disk-reserve", NUMBER, offsetof(struct options, disk_reserve)},
    {"walls", TEXT, offsetof(struct options, walls)},
    {"communities", NUMBER, offsetof(struct options, communities)},
    {"threads", NUMBER, offsetof(struct options, threads)},
    {"per-place", NUMBER, offsetof(struct options, per_place)},
    {"seed", LONG_NUMBER, offsetof(struct options, seed)},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static bool set(struct options *o, const struct row *r, const char *value)
{
    char *at = (char *)o + r->offset, *end = NULL;
    if (r->kind == FLAG) {
        *(bool *)at = !value || strcmp(value, "0") != 0;
        return true;
    }
    if (r->kind == TEXT) {
        *(const char **)(void *)at = value;
        return true;
    }
    errno = 0;
    long long n = strtoll(value, &end, 10);
    bool fits = errno == 0 && (r->kind == LONG_NUMBER || (n >= INT_MIN && n <= INT_MAX));
    if (end == value || *end || !fits) {
        fprintf(stderr, "--%s：要一个数，不是“%s”\n", r->name, value);
        return false;
    }
    if (r->kind == NUMBER)
        *(int *)(void *)at = (int)n;
    else
        *(long long *)(void *)at = n;
    return true;
}

static bool from_environment(struct options *o)
{
    for (int i = 0; i < ROWS; i++) {
        char name[40] = "LINGHANG_";
        size_t n = strlen(name);
        for (const char *p = rows[i].name; *p; p++)
            name[n++] = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
        name[n] = 0;
        const char *value = getenv(name);
        if (value && *value && !set(o, &rows[i], value))
            return false;
    }
    return true;
}

bool options_read(struct options *o, int argc, char **argv)
{
    *o = (struct options){.db = "sqlite:data/linghang.db",
                          .listen = "127.0.0.1:8080",
                          .disk_alarm = 10,
                          .disk_files = 5,
                          .disk_writes = 2,
                          .disk_reserve = 64,
                          .walls = "on",
                          .communities = 1,
                          .seed = 20201216};
    if (!from_environment(o))
        return false;
    struct option longs[ROWS + 1] = {0};
    for (int i = 0; i < ROWS; i++)
        longs[i] = (struct option){rows[i].name,
                                   rows[i].kind == FLAG ? no_argument : required_argument, NULL, i};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        if (c >= ROWS || !set(o, &rows[c], optarg))
            return false;
    if (optind < argc) {
        fprintf(stderr, "不认识“%s”\n", argv[optind]);
        return false;
    }
    return true;
}
