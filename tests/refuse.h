/* refuse -- functions of a shared library that fail at the n-th call: the test program defines them
 * itself (STAND_IN), so our code calls these, and they call the real ones until it is time. What
 * fails on a real machine only for want of memory is so tried at every place.
 *
 * For one source file a program. RTLD_NEXT wants _GNU_SOURCE before the first header. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_REFUSE_H
#define TESTS_REFUSE_H

#include "tests/unit.h"
#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/* Says no, or says yes and has written less than it should (LESS, where a length comes back). */
enum refuse_how { REFUSE_NO, REFUSE_LESS };

static struct {
    long left; /* calls until then, 0 = none fails */
    bool on;   /* all those after it fail too, until left is set again */
    enum refuse_how how;
    const char *name; /* which it was */
} refusal;

static _Thread_local int refuse_inside; /* of the library: what it calls itself does not count */

static inline bool refuse_now(const char *name, enum refuse_how how)
{
    if (refuse_inside || refusal.how != how || refusal.left == 0 || --refusal.left > 0)
        return false;
    refusal.left = refusal.on; /* the next one as well */
    refusal.name = name;
    return true;
}

#define REAL(name) (*(__typeof__(&name) *)refuse_real((void *[]){dlsym(RTLD_NEXT, #name)}))
static inline void *refuse_real(void **found)
{
    assert_non_null(*found);
    return found;
}

/* The real one. */
#define THROUGH(name, given)                                                                       \
    ({                                                                                             \
        refuse_inside++;                                                                           \
        __typeof__(REAL(name) given) through_ = REAL(name) given;                                  \
        refuse_inside--;                                                                           \
        through_;                                                                                  \
    })

#define STAND_IN(type, no, name, params, given)                                                    \
    type name params                                                                               \
    {                                                                                              \
        return refuse_now(#name, REFUSE_NO) ? (no) : THROUGH(name, given);                         \
    }

/* From here on the n-th call fails; what was said before is forgotten. 0: none. */
static inline void refuse_from(long n, bool on, enum refuse_how how)
{
    refusal.left = n;
    refusal.on = on;
    refusal.how = how;
    refusal.name = NULL;
}

/* `act` says whether it was done. It is, when nothing fails; it never says so when one did. */
static inline void refuse_each(bool (*act)(void), enum refuse_how how)
{
    for (long n = 1;; n++) {
        refuse_from(n, false, how);
        bool done = act();
        refusal.left = 0;
        if (!refusal.name) {
            assert_true(done && (n > 1 || how == REFUSE_LESS));
            return;
        }
        if (done)
            fail_msg("done, though call %ld failed: %s", n, refusal.name);
    }
}

#endif
