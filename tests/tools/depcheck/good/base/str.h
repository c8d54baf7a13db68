/* str -- a text. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stddef.h>

struct str {
    const char *p;
    size_t n;
};

#endif
