/* volunteer_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VOLUNTEER_OWN_H
#define VOLUNTEER_OWN_H

#include "app/org/org.h"
#include "app/volunteer/volunteer.h"
#include "app/subject/subject.h"
#include "text/csv.h"

enum {
    VOLUNTEER_SILENT_DAYS = 30, /* after the question he is paused */
    VOLUNTEER_SKILLS_MAX = 20,
    VOLUNTEER_AWAYS_MAX = 20,
    VOLUNTEER_TIMES_MAX = 50, /* week_max, ask_max */
    VOLUNTEER_PAUSE_DAYS_MAX = 730
};

/* Who sees papers and enters people; who may change a card; who keeps the taxonomy. */
#define ROLES_VERIFY (ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_AREA_STAFF)
#define ROLES_KEEP   (ROLES_VERIFY | ROLE_GRID_WORKER | ROLE_GRID_DEPUTY)
#define ROLES_SKILLS (ROLE_ADMIN | ROLE_DUTY_LEAD)

/* A code with its label; lists end with a NULL code. */
struct volunteer_code {
    const char *code, *label;
};
extern const struct volunteer_code volunteer_kinds[], volunteer_reaches_of[], volunteer_channels[],
    volunteer_purposes[], volunteer_steps[], volunteer_levels[];
const char *volunteer_label(const struct volunteer_code *list, struct str code); /* "" = unknown */

/* As stored: no scope, no masks. */
enum err volunteer_load(struct cx *cx, int64_t id, struct volunteer *out);
/* The same within the caller's scope, for staff who may read the library. */
enum err volunteer_load_scoped(struct cx *cx, int64_t id, struct volunteer *out);
/* Who changes: the holder of `key`, or, when it is empty, staff in reach with one of `roles`. */
enum err volunteer_load_for(struct cx *cx, int64_t id, struct str key, uint32_t roles,
                            struct volunteer *out);
enum err volunteer_key_check(struct cx *cx, int64_t id, struct str key);
/* Masks for cx->who. Names of teams, units and merchants are no person's. */
void volunteer_hide(struct cx *cx, struct volunteer *v, size_t n);
/* The same with the rights of himself. */
void volunteer_hide_own(struct cx *cx, struct volunteer *v);
/* Checks all that a form may have set; notes faults under the fields. */
enum err volunteer_check(struct cx *cx, struct volunteer *v);
/* Reads place, path, grid of v->place_id; 0 = the community itself. */
enum err volunteer_settle(struct cx *cx, struct volunteer *v);
/* Leaves of `all` (skill_all) that exist and are on, without doubles, at most VOLUNTEER_SKILLS_MAX,
 * and none for grown-ups only when `v` is a minor. */
enum err volunteer_check_skills(struct cx *cx, const struct volunteer *v, const skill_list *all,
                                const volunteer_code_list *codes, skill_list *out);
/* What the record says that he agrees to goes to the ledger; `channel` of the record. */
enum err volunteer_agree(struct cx *cx, const struct volunteer *v, struct str channel);
/* What hangs on a board is public, and only while he agrees to it: lists of boards open nothing. */
enum err volunteer_show_number(struct cx *cx, struct volunteer *v);
/* The same of a stored one whose number has changed. */
enum err volunteer_show_again(struct cx *cx, int64_t id);
/* Leaves at his wish, whoever carries it out; nothing when he has left. */
enum err volunteer_erase(struct cx *cx, int64_t id);
/* The same of one who was entered by mistake, and never asked for it. */
enum err volunteer_take_back(struct cx *cx, int64_t id);
/* Writes all that may change, guarded by the version read. */
enum err volunteer_save(struct cx *cx, struct volunteer *v);
enum err volunteer_say(struct cx *cx, int64_t id, const char *step, struct str text, bool is_own);
/* He has said a word: the question "still willing?" is answered. */
void volunteer_heard(struct cx *cx, struct volunteer *v);
/* Puts the job that asks him 180 days after his last word. */
enum err volunteer_watch(struct cx *cx, const struct volunteer *v);

/* The place that `text` names: by the code on its board, by its whole name, or as the only one that
 * holds it. False when it is none or several; those are then in `choices`. */
enum err volunteer_place_named(struct cx *cx, struct str text, struct place *out, bool *found,
                               place_list *choices);

/* ---- a list from a spreadsheet: sheet.c ---- */

extern const struct shape volunteer_part_shape; /* a portion of a list that waits */
enum { LIST_PORTION = 100 };                    /* people taken in one transaction */

/* What a row became. */
struct volunteer_line {
    int number; /* of the row in the file */
    struct volunteer v;
    volunteer_code_list skills;
    struct str skill_names, times;
    struct str why;   /* empty = good; else why it is left out and what to do */
    const char *kept; /* the same without a word of the row: for the list of what was imported */
};
typedef LIST(struct volunteer_line) volunteer_line_list;
struct volunteer_sheet {
    volunteer_line_list lines;
    csv_cells unknown; /* headers that nothing is taken from */
    int64_t good, bad;
};
/* Understands the headers in many spellings; each row is checked as a form would be. ERR_INPUT when
 * name, contact or skills have no column. Writes nothing. */
enum err volunteer_read_sheet(struct cx *cx, const csv_rows *rows, struct volunteer_sheet *out);
/* Takes the good lines under one import, whose id comes back: the first LIST_PORTION at once, the
 * rest by the job "volunteer.import", a portion in a transaction each, so that nobody else waits
 * long; what a stop leaves over goes on afterwards. Lines are checked again as they are taken. */
enum err volunteer_apply_sheet(struct cx *cx, const csv_rows *rows,
                               const struct volunteer_sheet *sheet, struct str name,
                               int64_t *import_id);
/* The next portion; nothing when none is left. */
enum err volunteer_import_go_on(struct cx *cx, int64_t import_id);
struct volunteer_import {
    int64_t id;
    struct str name;
    int64_t rows_in, rows_bad;
    struct str problems; /* lines that could not be taken after all: which, and what is wrong */
    int64_t by_person;
    struct str by_name;
    int64_t at, undone_at;
    int64_t untouched; /* rows that undoing would take back */
    int64_t waiting;   /* rows that are still to be taken */
};
typedef LIST(struct volunteer_import) volunteer_import_list;
enum err volunteer_imports(struct cx *cx, volunteer_import_list *out);
/* Takes back the rows that nobody has touched since, with what was agreed to; `*taken` of them. Who
 * was asked for help or has hours is touched: volunteer_count_on(). */
enum err volunteer_import_undo(struct cx *cx, int64_t id, int64_t *taken);

/* What is held of people, for their own page. */
extern const struct subject_kind volunteer_subject;
extern const struct subject_part volunteer_parts[1];
extern const struct keep_rule volunteer_keeps[2];

#endif
