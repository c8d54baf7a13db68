/* fresh -- an empty PostgreSQL database for the next test. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FRESH_H
#define TESTS_FRESH_H

/* Drops and makes the schema `public` anew. Fails the test when it cannot. */
void fresh_database(const char *url);

#endif
