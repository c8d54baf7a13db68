/* vault -- sealed fields in unit tests: the real suite and the real counter, in this process. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_VAULT_H
#define TESTS_VAULT_H

#include "base/vault.h"

/* For any community; its keys live as long as the program. Not bounded. */
struct vault *test_vault(void);
/* Locked: nothing is opened or sealed until it is unlocked again. */
void test_vault_lock(bool locked);
/* How many texts were opened since the program began. */
int64_t test_vault_opened(void);

#endif
