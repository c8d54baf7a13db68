/* list -- see list.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/list.h"
#include <string.h>

void *list_push(struct arena *a, void *list, size_t element_size)
{
    struct list_any l;
    memcpy(&l, list, sizeof l); /* every LIST has this layout; copied, since its type is another */
    if (l.n == l.cap) {
        size_t cap = l.cap ? l.cap * 2 : 8;
        void *at = arena_array(a, cap, element_size);
        if (l.n)
            memcpy(at, l.at, l.n * element_size);
        l.at = at;
        l.cap = cap;
    }
    void *last = (char *)l.at + l.n * element_size;
    memset(last, 0, element_size); /* the list may have been cut and its room used before */
    l.n++;
    memcpy(list, &l, sizeof l);
    return last;
}
