/* account_own -- what the files about signing in share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACCOUNT_OWN_H
#define ACCOUNT_OWN_H

#include "app/account/account.h"

/* What is stored of how a person signs in. */
struct login {
    int64_t id;
    struct str password, totp;
    int64_t totp_step;
};
typedef LIST(struct login) login_list;
extern const struct shape login_shape;

/* Is `code` right, of the authenticator or of the paper, and not used before? Anything is for who
 * uses none. `*out` is filled; only reads. */
enum err second_fits(struct cx *cx, const struct login *l, struct str code, struct checked *out,
                     bool *fits);

#endif
