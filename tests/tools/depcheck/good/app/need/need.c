/* need -- the rules of needs. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need.h"
#include "need.html.h"
#include "need.sql.h"
#include "table.h"

#include <stdlib.h>

/* malloc and SELECT in a comment are just words. */
struct hooks {
    int free_at;
};

static void close_it(struct hooks *h, struct vtable *v, char *text)
{
    v->free(h);
    const char *say = "please: malloc(3), he said \"free\"";
    free(text); /* breach: the library hands it out so */
}
