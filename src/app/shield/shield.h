/*
 * shield -- the wall between a complaint and who made it. Who he is stands in a row of its own,
 * which no page, list, search, export or job of the matter reads: they have the need, and the need
 * has nothing of it. And the question that each of the staff answers before he reads such a matter:
 * has he a part in it himself? Owns shield_identity, shield_about, shield_answer.
 *
 * app/need puts identities here (need_guard.c) and is the only one to ask; what it shows to whom is
 * its rule: the holder of the link reads his own, two named people open one by app/seen, each
 * opening told to him. GB/T 33358-2016: a caller who asks for it is kept confidential; PIPL 51.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHIELD_H
#define SHIELD_H

#include "app/org/org.h"

struct shield_identity {
    int64_t id; /* of the matter */
    struct str name, contact, door, note;
    struct str text; /* his own words, not covered */
    int64_t place_id;
    struct str place_text; /* as exact as he said it */
    int64_t entered_by;    /* who wrote it down for him; 0 = himself */
    int64_t at;
};
extern const struct shape shield_identity_shape;

/* Once for each matter. */
/* Who it was goes, at his wish. */
enum err shield_forget(struct cx *cx, int64_t id);
enum err shield_put(struct cx *cx, const struct shield_identity *i);
/* At his wish: name, contact, door or note; ERR_CONFLICT when nothing is left of him. */
enum err shield_fix(struct cx *cx, int64_t id, struct str field, struct str value);
enum err shield_find(struct cx *cx, int64_t id, struct shield_identity *out, bool *found);
/* `text` without what would tell him: his name, contact and door, and numbers (text/cover.h). For
 * words that others will read; for a matter without identity the numbers alone. */
enum err shield_words(struct cx *cx, int64_t id, struct str text, struct str *out);

/* ---- who may open one: the privacy officer and his deputy, two people in all ---- */

enum { SHIELD_KEEPERS = 2 };
/* ERR_DENIED with a sentence: not his post; or more than SHIELD_KEEPERS hold such posts now. */
enum err shield_keeper(struct cx *cx);

/* ---- has he a part in it? ---- */

enum shield_gate {
    SHIELD_CLEAR, /* said no; wrote it down himself; or of the centre, which nobody asks */
    SHIELD_ASK,   /* must say first */
    SHIELD_SHUT   /* said yes, or holds a post in the unit that is complained about */
};
/* Of the caller about `n` matters; ids in any order. One question to the store. */
enum err shield_gates(struct cx *cx, const int64_t *ids, size_t n, enum shield_gate *out);
/* What the store knows that speaks against `person_id`: "unit" (he holds a post there), "neighbour"
 * (leads the building of who complains), or what he said himself; "" = nothing. */
enum err shield_found(struct cx *cx, int64_t id, int64_t person_id, struct str *out);
/* none: no part in it; subject: it is about me; unit: about my unit; neighbour; other. "" if
 * unknown. */
const char *shield_answer_label(struct str answer);
/* The caller says it; kept with what the store knew then. ERR_INPUT under "answer". */
enum err shield_declare(struct cx *cx, int64_t id, struct str answer);

struct shield_answer {
    int64_t id, need_id, person_id;
    struct str person_name, role, found, answer;
    int64_t at;
};
typedef LIST(struct shield_answer) shield_answer_list;
extern const struct shape shield_answer_shape;
enum err shield_answers(struct cx *cx, int64_t id, shield_answer_list *out); /* newest first */

/* The unit that is complained about, the first that was named or the one that the desk named; 0 =
 * none was. */
enum err shield_about(struct cx *cx, int64_t id, int64_t *org_id);
/* Is it about this one? Also when one of its own people said so after another unit was named. */
enum err shield_is_about(struct cx *cx, int64_t id, int64_t org_id, bool *yes);
enum err shield_about_put(struct cx *cx, int64_t id, int64_t org_id);

extern const struct feature shield_feature;

#endif
