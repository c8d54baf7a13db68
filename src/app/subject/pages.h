/* pages -- what the pages of my data, of its requests and of forgetting show. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUBJECT_PAGES_H
#define SUBJECT_PAGES_H

#include "app/shell/shell.h"
#include "app/subject/keep.h"
#include "app/subject/subject.h"

#define ROLES_SUBJECT (ROLE_CLERK | ROLE_PRIVACY_OFFICER)

/* Who shows that something is his: by the link, or by number and four digits. */
struct subject_pass {
    const struct subject_kind *kind;
    int64_t id;
    struct str key, number, word;
};

/* Lines of one field of the register. */
struct subject_card {
    const struct person_field *field;
    struct str until;
    subject_lines lines;
};
typedef LIST(struct subject_card) subject_cards;

typedef struct {
    const struct subject_fix *at;
    size_t n;
} subject_fixes;

struct subject_agreed {
    struct consent c;
    const struct consent_purpose *purpose;
    struct str how; /* 2026 年 3 月 14 日，本人在网上办的 */
};
typedef LIST(struct subject_agreed) subject_agreeds;

struct subject_asked {
    struct subject_request r;
    struct str what, kind; /* in words */
    bool is_late;
};
typedef LIST(struct subject_asked) subject_askeds;
void subject_put_asked(struct cx *cx, const struct subject_request *r, subject_askeds *out);

enum err subject_desk_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_desk_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_case_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_case_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_case_read(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_case_copy(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_keep_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_hold_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err subject_hold_end_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
