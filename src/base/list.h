/* list -- a growing array in an arena: typedef LIST(struct need) need_list; */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/arena.h"

#define LIST(T)                                                                                    \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t n, cap;                                                                             \
    }

/* What every LIST looks like when the element type does not matter. */
struct list_any {
    void *at;
    size_t n, cap;
};

/* Room for one more at the end, zeroed; amortised O(1). Earlier pointers may move. */
void *list_push(struct arena *a, void *list, size_t element_size);

#define PUSH(a, list) ((__typeof__((list)->at))list_push((a), (list), sizeof(*(list)->at)))

#endif
