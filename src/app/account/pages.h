/* pages -- what the pages of this folder show and no other folder needs. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACCOUNT_PAGES_H
#define ACCOUNT_PAGES_H

#include "web/web.h"

/* A community to sign in to. */
struct choice {
    int64_t id;
    struct str code, name;
};
typedef LIST(struct choice) choice_list;

/* By a person at a browser: a token that leaked must not make others, change the password or the
 * second factor. */
enum err account_at_browser(struct cx *cx);

/* web_totp.c */
enum err account_totp_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err account_totp_start_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err account_totp_start_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err account_totp_on_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err account_rule_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err account_rule_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
