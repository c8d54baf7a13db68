/*
 * export -- taking a list out of the house: who may, how much, what for, and whose it was when it
 * turns up elsewhere. Owns export, export_file.
 *
 * A sheet shows what its caller sees in lists: contacts and doors masked, of complaints no word of
 * who asked (app/shield), what he has a part in not at all. Made for ROLES_EXPORT, with a purpose;
 * up to EXPORT_ALONE rows in EXPORT_ALONE_HOURS by one person, more by a second yes (app/twice) to
 * him, this sheet and this purpose; never more than EXPORT_MOST at once. Whoever made it fetches it
 * for EXPORT_HOURS (each time a record of the audit); then only the line about it is left, with the
 * SM3 of the file.
 *
 * Two marks. Seen: the last row says who, when, what for. Hidden: rows stand in pairs by their
 * number, and a keyed hash of the two, different for each export, says which of them comes first. A
 * part of the file, or one typed anew without its last row, still tells by the order of its rows
 * (export_trace()); only sorting takes that away. T6 of the threat model.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXPORT_H
#define EXPORT_H

#include "app/account/account.h"
#include "text/csv.h"

enum { EXPORT_ALONE = 500, EXPORT_ALONE_HOURS = 24, EXPORT_MOST = 2000, EXPORT_HOURS = 24 };

struct export_ask {
    struct str sheet; /* needs, volunteers */
    int64_t from_on,
        to_on;          /* asked in these days, both in; 0 = no bound. Volunteers: not looked at */
    struct str purpose; /* a code of export_purpose_label() */
    struct str why;
};
extern const struct shape export_ask_shape;

struct export
{
    int64_t id;
    struct str sheet, object, purpose, why;
    int64_t rows_count;
    struct str twice_number, hash, salt;
    int64_t by_person;
    struct str by_name, role;
    int64_t at, ends_at;
};
typedef LIST(struct export) export_list;
extern const struct shape export_shape;

const char *export_sheet_label(struct str sheet);     /* "" if unknown */
const char *export_purpose_label(struct str purpose); /* "" if unknown */
struct export_purpose {
    const char *code, *label;
};
typedef LIST(const struct export_purpose) export_purpose_list;
export_purpose_list export_purposes(void);

/* Makes it. ERR_DENIED: not his to do. ERR_INPUT under a field: nothing to take along, or more than
 * EXPORT_MOST rows. `*waits`: it needs a second yes, which has been asked for (number in
 * out->twice_number, nothing made); the same again (export_again()), once it is there, makes it. */
enum err export_make(struct cx *cx, const struct export_ask *ask, struct export *out, bool *waits);
/* What the caller asked a second yes for and did not make yet. */
struct export_wait {
    int64_t id; /* of the proposal */
    struct str number, object, decided_name;
    bool is_approved;
    int64_t until_at;
};
typedef LIST(struct export_wait) export_wait_list;
enum err export_waiting(struct cx *cx, export_wait_list *out);
/* The same once more, as it was asked for. ERR_MISSING when it is not the caller's, or over. */
enum err export_again(struct cx *cx, int64_t id, struct export_ask *out);
/* Newest first: one's own, of others too for whoever answers for privacy and the auditor. */
enum err export_all(struct cx *cx, export_list *out);
/* The bytes, for whoever made it, until it ends: ERR_MISSING. */
enum err export_file(struct cx *cx, int64_t id, struct str *bytes);
enum err export_clean(struct cx *cx); /* each night */

/* Whose file is this? By its SM3 (is_exact), else by the order of its rows: of `pairs` neighbours
 * that stand the other way round, `fits` as this export put them. One in 2^pairs of the others fits
 * by chance; none with less than EXPORT_PAIRS is told. Any caller: for the command line. */
enum { EXPORT_PAIRS = 8 };
struct export_trace {
    struct export e;
    bool is_exact;
    int pairs;
};
typedef LIST(struct export_trace) export_trace_list;
enum err export_trace(struct cx *cx, struct str bytes, export_trace_list *out);

extern const struct feature export_feature;

#endif
