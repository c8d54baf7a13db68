/* volunteer_job -- what happens by itself: asking once whether he is still willing, pausing without
 * an answer, and coming back after a pause. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"
#include "app/job/job.h"
#include "app/outbox/outbox.h"
#include "base/time.h"

static enum err watch_silence(struct cx *cx, const struct volunteer *v)
{
    struct str arg = arena_printf(cx->mem, "%lld", (long long)v->asked_at);
    struct str key =
        arena_printf(cx->mem, "volunteer.silent %lld %.*s", (long long)v->id, STR(arg));
    return job_put(cx, "volunteer.silent", key, v->id, arg,
                   v->asked_at + VOLUNTEER_SILENT_DAYS * MS_DAY);
}

/* One question: by message to who came by the web, for the others it stands in the list of their
 * grid worker, who asks when he meets them. */
static enum err run_stale(struct cx *cx, struct volunteer *v, int64_t confirmed_at)
{
    if (v->state != VOLUNTEER_ACTIVE || v->asked_at)
        return OK;
    if (v->confirmed_at != confirmed_at) /* he has said a word since */
        return volunteer_watch(cx, v);
    v->asked_at = cx->now;
    TRY(volunteer_save(cx, v));
    TRY(volunteer_say(cx, v->id, "asked", S(""), false));
    if (str_is(v->channel, "web"))
        TRY(outbox_put(cx, "volunteer.asked", v->id,
                       arena_printf(cx->mem,
                                    "%.*s 请问还愿意帮忙吗？打开登记页点一下就行；不回也没关系，"
                                    "%d 天后先替您歇着",
                                    STR(v->number), VOLUNTEER_SILENT_DAYS)));
    return watch_silence(cx, v);
}

static enum err run_silent(struct cx *cx, struct volunteer *v, int64_t asked_at)
{
    if (v->state != VOLUNTEER_ACTIVE)
        return OK;
    if (v->asked_at != asked_at) /* answered: the next question is half a year after that */
        return volunteer_watch(cx, v);
    v->state = VOLUNTEER_PAUSED;
    v->paused_until = 0;
    v->asked_at = 0;
    TRY(volunteer_save(cx, v));
    return volunteer_say(cx, v->id, "silent", S(""), false);
}

static enum err run_back(struct cx *cx, struct volunteer *v, int64_t until_at)
{
    if (v->state != VOLUNTEER_PAUSED || v->paused_until != until_at)
        return OK;
    v->state = VOLUNTEER_ACTIVE;
    v->paused_until = 0;
    v->confirmed_at = cx->now; /* he named the day himself */
    TRY(volunteer_save(cx, v));
    TRY(volunteer_say(cx, v->id, "back", S(""), false));
    return volunteer_watch(cx, v);
}

/* He left while a hold kept what is known of him. */
static enum err run_leave(struct cx *cx, struct volunteer *v, int64_t arg)
{
    (void)arg;
    return v->state == VOLUNTEER_LEFT ? volunteer_erase(cx, v->id) : OK;
}

static const struct {
    const char *kind;
    enum err (*run)(struct cx *cx, struct volunteer *v, int64_t arg);
} kinds[] = {{"volunteer.leave", run_leave},
             {"volunteer.stale", run_stale},
             {"volunteer.silent", run_silent},
             {"volunteer.back", run_back}};

enum err volunteer_job(struct cx *cx, struct str kind, int64_t id, struct str arg)
{
    struct volunteer v;
    int64_t number;
    if (!str_int(arg, &number))
        return fail(cx, ERR_INPUT, "任务参数不对");
    if (str_is(kind, "volunteer.import"))
        return volunteer_import_go_on(cx, id);
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_is(kind, kinds[i].kind)) {
            enum err e = volunteer_load(cx, id, &v);
            if (e == ERR_MISSING) { /* a list that was taken back */
                fault_clear(cx);
                return OK;
            }
            TRY(e);
            return kinds[i].run(cx, &v, number);
        }
    return fail(cx, ERR_INPUT, "没有这种任务");
}
