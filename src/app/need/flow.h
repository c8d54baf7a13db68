/*
 * flow -- states of a need and the steps between them, as one table that rules, pages, API, tests
 * and the drawing in README.md are made from. What is not in the table is refused. (domain.md 8.1)
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEED_FLOW_H
#define NEED_FLOW_H

#include "app/account/account.h"
#include "base/str.h"

/* Order and codes are the product's own; N-numbers are those of the field's research. */
enum need_state {
    NEED_DRAFT,      /* N0 draft: on the device or paper only, never stored as such */
    NEED_RECEIVED,   /* N1 */
    NEED_CLARIFY,    /* N2 the resident is asked; clocks stand still */
    NEED_ACCEPTED,   /* N3 */
    NEED_DISPATCHED, /* N4 */
    NEED_OBJECTED,   /* N5 the owner asks to return it */
    NEED_HANDLING,   /* N6 first contact was made */
    NEED_EXTENDING,  /* N7 */
    NEED_PARKED,     /* N8 clocks stand still, review date at most 90 days away */
    NEED_REPORTED,   /* N9 */
    NEED_VERIFIED,   /* N10 */
    NEED_DONE,       /* N11 */
    NEED_CANNOT,     /* N12 */
    NEED_REFERRED,   /* N13 */
    NEED_MERGED,     /* N14 */
    NEED_WITHDRAWN,  /* N15 */
    NEED_REFUSED,    /* N16 */
    NEED_REDO,       /* N17 */
    NEED_STATES      /* N18 supervised is a flag, not a state */
};

extern const char *const need_state_codes[];  /* "received" ..., NULL-ended */
extern const char *const need_state_labels[]; /* 已收到 ... */
bool need_is_closed(enum need_state s);
bool need_clocks_run(enum need_state s); /* not in clarify, parked, closed */
/* 1..5 of the five steps a resident sees: 收到 找人 在办 核实 办好. */
int need_progress(enum need_state s);

#define IN(s) (1u << (s))

/* What a step wants from the caller. */
enum flow_want {
    WANT_REASON = 1 << 0,
    WANT_TEXT = 1 << 1,    /* at least 2 characters */
    WANT_ANSWER = 1 << 2,  /* words to the resident, at least 10 characters, plus answer_code */
    WANT_DUTY = 1 << 3,    /* catalogue row and level */
    WANT_ORG = 1 << 4,     /* the unit */
    WANT_TARGET = 1 << 5,  /* the need to merge into */
    WANT_DATE = 1 << 6,    /* until_at */
    WANT_OUTCOME = 1 << 7, /* of a contact */
    WANT_RATING = 1 << 8,
    WANT_OTHER_PERSON = 1 << 9, /* not by the handler */
    WANT_OWNER = 1 << 10,       /* only by the owning unit or post (or the centre) */
    WANT_NUMBER = 1 << 11,      /* the other system's number */
    WANT_ROW = 1 << 12          /* duty_id alone: the catalogue row that is cited */
};

struct flow_step {
    const char *code;  /* "accept": the URL and the API */
    const char *label; /* 受理 */
    const char
        *done; /* what the resident reads in the history: 已受理，正在找人 ; NULL = not shown */
    uint32_t from;                     /* states it may start in: IN(...) | IN(...) */
    enum need_state to;                /* NEED_DRAFT = stays where it is */
    uint32_t roles;                    /* 0 = resident only */
    bool resident;                     /* the key holder may */
    uint32_t wants;                    /* WANT_... */
    const struct flow_reason *reasons; /* ended by a NULL code */
    const char *key;                   /* key on the dispatcher's board, or NULL */
    const char *hint;                  /* one sentence in the form */
};

struct flow_reason {
    const char *code, *label;
};

extern const struct flow_step flow_steps[];
extern const size_t flow_step_count;
const struct flow_step *flow_find(struct str code); /* NULL if there is no such step */

/* Code lists, each ended by a NULL code. */
extern const struct flow_reason answer_codes[], ratings[], channels[], kinds[], categories[],
    levels[], contact_outcomes[], opening_purposes[];
const char *flow_label(const struct flow_reason *list, struct str code); /* "" if unknown */
/* May a need in closed state `s` carry this answer code? E.g. cannot-money only in NEED_CANNOT. */
bool flow_answer_fits(enum need_state s, struct str answer_code);
/* The one code that fits a closed state, or NULL when a person must choose. */
const char *flow_answer_only(enum need_state s);

/* The table as a drawing (Mermaid state diagram) and as a list of steps: README.md holds this text.
 */
struct out;
void flow_draw(struct out *o);

#endif
