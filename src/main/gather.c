/* gather -- see gather.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/gather.h"
#include "app/consent/consent.h"
#include "app/desk/desk.h"
#include "app/outbox/outbox.h"
#include "app/seen/seen.h"
#include "app/shell/shell.h"
#include "app/site/site.h"
#include "app/subject/keep.h"
#include "app/subject/subject.h"
#include "main/features.h"

static void add_menu(struct cx *cx, shell_menu_list *all, const struct feature *f)
{
    for (size_t i = 0; i < f->nmenu; i++)
        *PUSH(cx->mem, all) = f->menu[i];
}

/* The desk's first, see desk.h. */
static void gather_menu(struct cx *cx)
{
    shell_menu_list all = {0};
    add_menu(cx, &all, &desk_feature);
    for (size_t i = 0; i < feature_count; i++)
        if (features[i] != &desk_feature)
            add_menu(cx, &all, features[i]);
    shell_menu_set(all.at, all.n);
}

static void gather_numbers(struct cx *cx, struct shell_offering *out)
{
    LIST(struct shell_number) all = {0};
    for (size_t i = 0; i < feature_count; i++)
        for (const char *letter = features[i]->letters; letter && *letter; letter++)
            *PUSH(cx->mem, &all) = (struct shell_number){*letter, features[i]->show};
    out->numbers = all.at;
    out->nnumbers = all.n;
}

static void gather_offers(struct cx *cx)
{
    struct shell_offering offering = {
        .news = arena_array(cx->mem, feature_count, sizeof *offering.news),
        .near = arena_array(cx->mem, feature_count, sizeof *offering.near),
        .here = arena_array(cx->mem, feature_count, sizeof *offering.here)};
    for (size_t i = 0; i < feature_count; i++) {
        if (features[i]->news)
            offering.news[offering.nnews++] = features[i]->news;
        if (features[i]->near)
            offering.near[offering.nnear++] = features[i]->near;
        if (features[i]->here)
            offering.here[offering.nhere++] = features[i]->here;
    }
    gather_numbers(cx, &offering);
    shell_offering_set(&offering);
}

static void gather_seen(struct cx *cx)
{
    LIST(const struct seen_kind *) all = {0};
    for (size_t i = 0; i < feature_count; i++)
        if (features[i]->seen)
            *PUSH(cx->mem, &all) = features[i]->seen;
    seen_kinds_set(all.at, all.n);
}

static void gather_consents(struct cx *cx)
{
    LIST(const struct consent_kind *) all = {0};
    for (size_t i = 0; i < feature_count; i++)
        if (features[i]->consents)
            *PUSH(cx->mem, &all) = features[i]->consents;
    consent_kinds_set(all.at, all.n);
}

static void gather_subjects(struct cx *cx)
{
    LIST(const struct subject_kind *) held = {0};
    LIST(const struct subject_part *) parts = {0};
    LIST(const struct keep_rule *) rules = {0};
    for (size_t i = 0; i < feature_count; i++) {
        if (features[i]->subject)
            *PUSH(cx->mem, &held) = features[i]->subject;
        for (size_t k = 0; k < features[i]->nsubject_parts; k++)
            *PUSH(cx->mem, &parts) = &features[i]->subject_parts[k];
        for (size_t k = 0; k < features[i]->nkeeps; k++)
            *PUSH(cx->mem, &rules) = &features[i]->keeps[k];
    }
    subject_kinds_set(held.at, held.n, parts.at, parts.n);
    keep_rules_set(rules.at, rules.n);
}

static void gather_ties(struct cx *cx)
{
    LIST(const struct site_ties *) all = {0};
    for (size_t i = 0; i < feature_count; i++)
        if (features[i]->ties)
            *PUSH(cx->mem, &all) = features[i]->ties;
    site_ties_set(all.at, all.n);
}

void gather(struct cx *cx)
{
    outbox_topic_list *topics = NEW(cx->mem, outbox_topic_list);
    gather_menu(cx);
    gather_offers(cx);
    gather_seen(cx);
    gather_consents(cx);
    gather_subjects(cx);
    gather_ties(cx);
    for (size_t i = 0; i < feature_count; i++)
        if (features[i]->topics)
            features[i]->topics(cx, topics);
    outbox_topics_set(topics);
}

void gather_jobs(struct cx *cx, job_kind_list *out)
{
    for (size_t i = 0; i < feature_count; i++)
        if (features[i]->job)
            *PUSH(cx->mem, out) = (struct job_kind){features[i]->jobs, features[i]->job};
}
