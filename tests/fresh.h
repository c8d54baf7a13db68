/* fresh -- a PostgreSQL database for the next test. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FRESH_H
#define TESTS_FRESH_H

/* Both fail the test when they cannot. */

/* Drops and makes the schema `public` anew: nothing is in it. */
void fresh_database(const char *url);
/* Drops the database and makes it a copy of another of the same cluster, to which nobody is
 * connected: a fifth of the time of making every table again. */
void fresh_copy(const char *url, const char *of);

#endif
