/*
 * sees -- classes of data and how much of each a person sees. Every field of every record has a
 * class (base/shape.h); the permission matrix (app/account/role.c) says what each role sees of
 * each class. A class that nobody thought of is hidden.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SEES_H
#define BASE_SEES_H

enum data_kind {
    DATA_INNER = 0, /* for the program only: never leaves, whoever asks */
    DATA_PUBLIC,    /* numbers, states, times, place down to the building */
    DATA_TEXT,      /* what the resident wrote */
    DATA_CONTACT,   /* name and phone of the asker */
    DATA_DOOR,      /* room number */
    DATA_NOTE,      /* health or disability note in a need, separately agreed to */
    DATA_COMPLAINT, /* identity behind a complaint */
    DATA_WORK,      /* notes among staff */
    DATA_STAFF,     /* a staff member's name and duty phone: public by duty */
    DATA_ADMIN,     /* accounts, tokens' names, settings */
    DATA_CARD,      /* name of a volunteer */
    DATA_WISH,      /* what a volunteer said about himself: birth year, what he will not do */
    DATA_KINDS
};

enum seen {
    SEE_NONE,   /* the field is left out */
    SEE_MASKED, /* 张**, 138****0001, 7 栋 2 单元 *** */
    SEE_LOGGED, /* masked in lists; plain after an act of opening that is logged */
    SEE_PLAIN
};

#endif
