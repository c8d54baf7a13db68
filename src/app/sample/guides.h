/* guides -- the rows of the sample's guides to services; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_GUIDES_H
#define SAMPLE_GUIDES_H

#include <stdbool.h>
#include <stddef.h>

/* Where something is done. */
enum guide_where { AT_CENTRE, AT_AREAS, EVERYWHERE };

/* Texts as in struct service; lines are parted by \n. */
struct sample_guide {
    const char *slug, *event, *lane, *title, *words, *dept, *who, *bring, *steps, *takes;
    int work_days;
    const char *fee, *basis, *note, *form, *fields;
    bool no_errand;
    enum guide_where where;
    int weekdays; /* bit 0 = Sunday; 0 = whenever the site is open */
};
extern const struct sample_guide sample_guides_people[], sample_guides_life[];
extern const size_t sample_guides_people_count, sample_guides_life_count;

#endif
