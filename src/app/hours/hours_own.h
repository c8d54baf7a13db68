/* hours_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOURS_OWN_H
#define HOURS_OWN_H

#include "app/hours/hours.h"
#include "app/subject/subject.h"
#include "db/db.h"

enum { HOURS_WAIT_DAYS = 7 }; /* without a word of the other side: staff calls */

enum err hours_load(struct cx *cx, int64_t id, struct hours *out);
/* Times that may be: in order, over, not too long, no other record of his in them. */
enum err hours_times(struct cx *cx, const struct hours *h, bool by_staff);
enum err hours_put(struct cx *cx, struct hours *h);  /* new: fills id, version, times of the row */
enum err hours_save(struct cx *cx, struct hours *h); /* guarded by the version read */
/* It counts from now on. Puts the job that draws the month's sample. */
enum err hours_confirm(struct cx *cx, struct hours *h, const char *kind);
/* A line of the story; `by` = OFFER_BY_..., times of `h` with it if `has_times`. */
enum err hours_tell(struct cx *cx, const struct hours *h, const char *step, uint32_t by,
                    bool has_times, struct str text);
int64_t hours_month(int64_t at); /* YYYYMM in Beijing */
enum err cert_load(struct cx *cx, int64_t id, struct cert *out);
/* As cert_unname(), for whoever has checked whose they are. */
enum err cert_unname_all(struct cx *cx, int64_t volunteer_id);

/* A day and a clock as typed: 2026-03-14 and 15:00, by Beijing. */
bool hours_clock(struct cx *cx, struct str day, struct str typed, int64_t *at);
/* Hex digits as typed from paper, in groups and perhaps in capitals; what is too long is cut. */
struct str cert_clean_hash(struct cx *cx, struct str typed);
/* Number of a paper: blanks out, small letters large. False: other signs than digits and letters.
 */
bool cert_clean_papers(struct cx *cx, struct str typed, struct str *out);
/* GB 11643: 17 digits and a check character, ISO 7064 MOD 11-2. */
bool cert_is_identity(struct str s);

/* A line of a certificate's content, as kept in cert.lines. */
struct cert_line {
    struct str what;
    int64_t minutes, times;
};
typedef LIST(struct cert_line) cert_line_list;
extern const struct shape cert_line_shape;
void cert_read_lines(struct cx *cx, struct str lines, cert_line_list *out);
/* 2026 年 3 月 14 日 of a day since 1970. */
struct str hours_day_words(struct cx *cx, int64_t day);

/* What is held of people, for their own page. */
extern const struct subject_part hours_parts[2];

#endif
