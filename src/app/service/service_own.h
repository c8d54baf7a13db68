/* service_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVICE_OWN_H
#define SERVICE_OWN_H

#include "app/service/service.h"
#include "app/subject/subject.h"
#include "text/csv.h"

/* A form that comes again asks for something else: neither is lost, for it is drawn with another
 * key. */
#define FORM_USED "这张表单已经交过一次，先前那一份没有动；这一份也要，请再点一次"

/* When papers are taken at a site: the hours of its government part, else its own. */
enum err service_plan(struct cx *cx, int64_t site_id, struct site_plan *out);
/* On which days it is done at a site, bit 0 = Sunday; 0 = not there. `service_id` 0: whenever it is
 * open. */
enum err service_days(struct cx *cx, int64_t service_id, int64_t site_id, int64_t *days);
bool service_done_on(int64_t days, int64_t at);
/* The site, when the caller's post reaches it. */
enum err service_site(struct cx *cx, int64_t site_id, struct site *out);

/* As stored, in any state. */
enum err service_load(struct cx *cx, int64_t id, struct service *out);
/* The same; a guide that is there no longer is one without a word. */
enum err service_or_none(struct cx *cx, int64_t id, struct service *out);
/* Checks all that a form or a list may have set and brings it into form; notes faults under the
 * fields. */
void service_check(struct cx *cx, struct service *s);
/* Writes a guide that was checked: inserts it when it has no version, else guarded by it. */
enum err service_write(struct cx *cx, struct service *s);

extern const struct site_ties service_ties;

/* Ends a ticket of a day that is over: missed, left, or done without a word. */
enum err ticket_shut(struct cx *cx, int64_t id);

/* ---- a list from a spreadsheet: sheet.c ---- */

enum { SHEET_PORTION = 500 }; /* guides taken in one transaction */

enum sheet_verdict { SHEET_NEW, SHEET_CHANGED, SHEET_SAME, SHEET_BAD };
/* What a row became. */
struct service_line {
    int number; /* of the row in the file */
    struct service s;
    enum sheet_verdict verdict;
    struct str why; /* what is wrong, or what is still missing, or what is different */
};
typedef LIST(struct service_line) service_line_list;
struct service_sheet {
    service_line_list lines;
    csv_cells unknown; /* headers that nothing is taken from */
    int64_t n[SHEET_BAD + 1];
};
/* Understands the headers in many spellings; each row is checked as a form would be, and compared
 * with what there is: by slug, else by title and department. ERR_INPUT when no column names what is
 * done. Writes nothing. */
enum err service_read_sheet(struct cx *cx, const csv_rows *rows, struct service_sheet *out);
/* Takes what is new or changed under one import, whose id comes back: the first SHEET_PORTION at
 * once, the rest by the job "service.import", a portion in a transaction each. `on` = guides that
 * say what to bring go on the page at once; the others are drafts. */
enum err service_apply_sheet(struct cx *cx, const csv_rows *rows, const struct service_sheet *sheet,
                             struct str name, bool on, int64_t *import_id);
/* The next portion; nothing when none is left. */
enum err service_import_go_on(struct cx *cx, int64_t import_id);
struct service_import {
    int64_t id;
    struct str name;
    int64_t rows_new, rows_changed, rows_bad;
    struct str problems; /* rows that could not be taken after all, a sentence each */
    bool goes_on;
    int64_t by_person;
    struct str by_name;
    int64_t at, undone_at;
    int64_t untouched; /* guides that undoing would put back */
    int64_t waiting;   /* rows that are still to be taken */
};
typedef LIST(struct service_import) service_import_list;
enum err service_imports(struct cx *cx, service_import_list *out);
/* What nobody has touched since is as it was before; `*back` guides are. A new one that a ticket or
 * an errand names is off instead. */
enum err service_import_undo(struct cx *cx, int64_t id, int64_t *back);

/* Who it was goes; ERR_CONFLICT while it is under way. */
enum err errand_forget(struct cx *cx, int64_t id);
/* What is held of people, for their own page. */
extern const struct subject_kind errand_subject;
extern const struct subject_part errand_parts[1];
extern const struct keep_rule errand_keeps[1];

#endif
