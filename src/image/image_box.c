/* image_box -- the process that reads a picture: started, asked, and locked in. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image_own.h"
#include "base/box.h"

enum { MEMORY = 192 << 20, SECONDS = 4, ANSWER_MAX = 4 << 20 };

bool image_lock(void)
{
    return box_lock(
        &(struct box){.memory = MEMORY, .written = ANSWER_MAX, .seconds = SECONDS, .files = 3},
        NULL);
}

bool image_run(struct cx *cx, const char *command, struct str file, int64_t ms, struct str *out,
               bool *busy)
{
    struct box_talk t;
    bool no_room = false;
    *busy = !box_call(&t, command, ms);
    if (*busy)
        return false;
    bool done = box_say(&t, "", 0, file) && box_hear(&t, cx->mem, ANSWER_MAX, out, &no_room);
    bool ended = box_hang_up(&t, !done);
    *busy = no_room;
    return done && ended;
}
