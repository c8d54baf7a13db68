/*
 * field -- the register of what the store says of people: every column with what for, on what
 * ground, how long and who reads it. One text, fields.tsv; a column that is not in it does not get
 * into the program (tools/fields2c). The notice, the staff's list and the jobs that forget read it.
 * PIPL 5, 6, 13, 17, 19.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSENT_FIELD_H
#define CONSENT_FIELD_H

#include "app/account/account.h"
#include "base/str.h"
#include "db/query.h"

/* When what was kept is forgotten: `days` after `since`; 0 days = as the words say. */
struct keep_class {
    const char *code, *since;
    int days;
};
extern const struct keep_class keep_classes[];
extern const size_t keep_class_count;
/* NULL when there is no such class. */
const struct keep_class *keep_class_of(struct str code);
/* 这件事办结以后 180 天 */
struct str keep_words(struct cx *cx, const struct keep_class *k);
/* Its days, in this community: of logs as two people have set them. One question to the store for
 * logs, none for the others. */
enum err keep_days(struct cx *cx, const struct keep_class *k, int64_t *days);

/* Logs: who looked, and what stands beside records. Half a year at least (Cybersecurity Law 21). */
#define KEEP_LOGS "opening"
enum { KEEP_LOGS_LEAST = 183, KEEP_LOGS_MOST = 3650 };
/* From now on; the notice says so in its next version. The caller has asked the second person
 * (app/twice). */
enum err keep_logs_set(struct cx *cx, int64_t days);

/* What of a class a room forgets. */
struct keep_rule {
    const char *keep;           /* code of a class */
    const char *label;          /* 称呼、电话、门牌 */
    const struct query *due;    /* :before -> how many rows are due; NULL = by jobs of the room */
    const struct query *forget; /* :before: at most :most rows */
};

struct basis {
    const char *code, *words;
    int item; /* of article 13, paragraph 1 */
};

/* Fields that people think of together: 您提的事. */
struct field_part {
    const char *code, *label, *tables; /* tables: words with a blank between them */
};
extern const struct field_part field_parts[];
extern const size_t field_part_count;

struct person_field {
    const char *table;   /* "*" = whatever table has them */
    const char *columns; /* words with a blank between them */
    const char *label, *purpose;
    const char *part; /* code; "" of "*" */
    const struct basis *basis;
    const struct keep_class *keep;
    const char *readers; /* a class of base/sees.h ("contact"), or words */
    const char *seal;    /* what it is sealed as (docs/adr/0010): "contact"; "-" = it is not */
};
extern const struct person_field person_fields[];
extern const size_t person_field_count;

/* Is `word` one of the words of `list`? */
bool field_has(const char *list, struct str word);
/* The line of a column "need.contact"; NULL when it is of no person. */
const struct person_field *person_field_of(struct str column);
/* 派遣员、值班长（遮住，看一次记一次）: from the permission matrix. */
struct str field_readers(struct cx *cx, const struct person_field *f);

#endif
