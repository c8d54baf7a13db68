/* play -- the two years as a play: needs are born, and people act on them by the rules of app/need.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_PLAY_H
#define SAMPLE_PLAY_H

#include "app/sample/town.h"

/* One need on its way. */
struct life {
    int64_t at; /* of the next act; 0 = nobody acts on it any more */
    int64_t id; /* 0 = not asked yet */
    char key[32];
    const struct town_words *words;
    struct town_spot spot;
    enum need_state state, want; /* want: it shall rest in this state; NEED_DRAFT = as it comes */
    int64_t due_at, owner_org, duty_id;
    int64_t twin; /* index of the need it is the same as, -1 = none */
    bool urgent, secret, rated, told, reworked, extended, redone;
};
typedef LIST(struct life) life_list;

struct play {
    struct town *t;
    struct cx *cx;
    const struct worktime *cal;
    duty_list duties;
    life_list lives;
    int64_t *heap; /* indices of lives, earliest act first */
    size_t heap_n;
    int64_t begin, end;
};

/* The world's clock moves only here. */
void play_time(struct play *p, int64_t at);
/* Asks for help: the first act of a life. */
enum err play_birth(struct play *p, struct life *l);
/* The next act of a need that is there, by its state. Sets l->at for the one after. */
enum err play_act(struct play *p, struct life *l);

#endif
