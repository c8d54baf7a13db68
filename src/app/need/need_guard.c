/* need_guard -- complaints, and whatever somebody asked to keep his name out of: who asked goes to
 * app/shield and leaves the need, who has a part in it does not read it, words go to and fro
 * without a number. Nothing here shows anything: see web_guard.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/need/need_rule.h"
#include "app/outbox/outbox.h"
#include "app/shield/shield.h"
#include "base/vault.h"
#include "need.sql.h"
#include "text/cover.h"

static bool kind_is_guarded(struct str kind)
{
    return str_is(kind, "complaint") || str_is(kind, "report");
}

/* ---- apart ---- */

/* The stairwell says too much of who lives there: its building is what the matter needs. */
static enum err set_coarse(struct cx *cx, struct need *n)
{
    struct place place;
    TRY(place_get(cx, n->place_id, &place));
    TRY(place_coarse(cx, &place));
    n->place_id = place.id;
    n->place_path = place.path;
    n->place_text = place.full_name;
    return OK;
}

/* What is his goes to the wall; `n` keeps the matter. */
static enum err split(struct cx *cx, struct need *n)
{
    const struct shield_identity i = {.id = n->id,
                                      .name = n->name,
                                      .contact = n->contact,
                                      .door = n->door,
                                      .note = n->note,
                                      .text = n->text,
                                      .place_id = n->place_id,
                                      .place_text = n->place_text,
                                      .entered_by = n->entered_by,
                                      .at = cx->now};
    TRY(shield_put(cx, &i));
    TRY(shield_words(cx, n->id, n->text, &n->text));
    TRY(shield_words(cx, n->id, n->title, &n->title));
    n->name = n->contact = n->door = n->note = S("");
    n->entered_by = 0;
    n->is_secret = true;
    n->agrees_match = false; /* whoever came to help would stand at his door */
    return set_coarse(cx, n);
}

enum err need_guard_new(struct cx *cx, struct need *n)
{
    return n->is_secret || kind_is_guarded(n->kind) ? split(cx, n) : OK;
}

/* What was written before it became a complaint. */
static enum err guard_events(struct cx *cx, const struct need *n)
{
    need_event_list all = {0};
    TRY(need_events(cx, n->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct need_event *e = &all.at[i];
        struct str text;
        TRY(shield_words(cx, n->id, e->text, &text));
        bool tells_who = str_is(e->step, "open") || str_is(e->step, "photo");
        if (!tells_who && str_eq(text, e->text))
            continue;
        TRY(db_run(cx, &need_sql_event_guard,
                   ARGS(AS("id", e->id), A(text), AS("by_name", NEED_SELF)), NULL));
    }
    return OK;
}

enum err need_guard_fix(struct cx *cx, struct need *n, struct str field, struct str value)
{
    TRY(shield_fix(cx, n->id, field, value));
    TRY(shield_words(cx, n->id, n->text, &n->text));
    TRY(shield_words(cx, n->id, n->title, &n->title));
    TRY(db_change(cx, &need_sql_cover,
                  ARGS(AS("id", n->id), AS("text", n->text), AS("title", n->title))));
    return guard_events(cx, n);
}

enum err need_guard_late(struct cx *cx, struct need *n)
{
    if (n->is_secret || !kind_is_guarded(n->kind))
        return OK;
    TRY(shape_open(cx, &need_shape, n, 1, NULL));
    TRY(split(cx, n));
    TRY(db_change(cx, &need_sql_guard,
                  ARGS(AS("id", n->id), (struct arg){"none", value_blob(S(""))},
                       AS("text", n->text), AS("title", n->title), AS("kind", n->kind),
                       AS("place_id", n->place_id), AS("place_path", n->place_path),
                       AS("place_text", n->place_text))));
    TRY(consent_set(cx, &need_consents, n->id, "match", false,
                    &(struct consent_how){.channel = S("system")}));
    TRY(guard_events(cx, n));
    TRY(db_run(cx, &need_sql_photos_guard, ARGS(AS("id", n->id)), NULL));
    TRY(outbox_reword(cx, n->id, arena_printf(cx->mem, "诉求 %.*s", STR(n->number))));
    return str_is(n->channel, "visit") ? need_job_put(cx, "visit.guarded", n, S(""), cx->now) : OK;
}

enum err need_whole(struct cx *cx, struct need *n)
{
    struct shield_identity i;
    bool found;
    n->covered_text = S("");
    if (!n->is_secret)
        return OK;
    i = (struct shield_identity){0};
    enum err e = shield_find(cx, n->id, &i, &found);
    if (!i.id)
        return e;
    n->name = i.name;
    n->contact = i.contact;
    n->door = i.door;
    n->note = i.note;
    n->place_id = i.place_id;
    n->place_text = i.place_text;
    n->covered_text = str_eq(n->text, i.text) ? S("") : n->text;
    n->text = i.text;
    return e;
}

/* ---- who has a part in it ---- */

enum err need_gates(struct cx *cx, struct need *n, size_t *count)
{
    size_t guarded = 0, kept = 0;
    for (size_t i = 0; i < *count; i++) {
        n[i].must_declare = false;
        n[i].covered_text = S("");
        guarded += n[i].is_secret;
    }
    if (!guarded)
        return OK;
    int64_t *ids = arena_array(cx->mem, *count, sizeof *ids);
    enum shield_gate *gates = arena_array(cx->mem, *count, sizeof *gates);
    for (size_t i = 0; i < *count; i++)
        ids[i] = n[i].id;
    TRY(shield_gates(cx, ids, *count, gates));
    for (size_t i = 0; i < *count; i++) {
        if (n[i].is_secret && gates[i] == SHIELD_SHUT)
            continue;
        n[kept] = n[i];
        n[kept].must_declare = n[i].is_secret && gates[i] == SHIELD_ASK;
        kept++;
    }
    *count = kept;
    return OK;
}

void need_hide_undeclared(struct need *n)
{
    if (!n->must_declare)
        return;
    n->title = S("一件要保密的事");
    n->text = n->answer = n->rating_note = n->refer_number = n->source_number = S("");
}

enum err need_cleared(struct cx *cx, const struct need *n)
{
    return n->must_declare
               ? fail(cx, ERR_DENIED, "这件要保密。请先说一句它和您有没有关系，说了才能看、才能办")
               : OK;
}

enum err need_guard_entered(struct cx *cx, const struct need *n, bool *yes)
{
    struct shield_identity i = {0};
    bool found;
    enum err e = shield_find(cx, n->id, &i, &found);
    if (vault_is_shut(cx, e) && i.id) /* who wrote it down stands outside of the lock */
        fault_clear(cx);
    else if (e != OK)
        return e;
    *yes = found && i.entered_by && i.entered_by == cx->who.person_id;
    return OK;
}

/* ---- declaring ---- */

/* Others of the unit who could do it: how many posts, and one of them. */
static enum err find_others(struct cx *cx, const struct need *n, size_t *posts,
                            struct post_card *one)
{
    post_card_list people = {0};
    const struct post_card *first;
    *posts = 0;
    TRY(need_people(cx, n->owner_org, n->place_id, &people, &first));
    for (size_t i = 0; i < people.n; i++) {
        struct str found;
        if (people.at[i].person_id == cx->who.person_id)
            continue;
        TRY(shield_found(cx, n->id, people.at[i].person_id, &found));
        if (found.n || (*posts && people.at[i].post_id == one->post_id))
            continue;
        *one = people.at[i];
        ++*posts;
    }
    return OK;
}

static enum err give_away(struct cx *cx, struct need *n, bool whole_unit, bool mine)
{
    struct post_card one = {0};
    size_t posts = 0;
    enum need_state was = n->state;
    if ((flow_find(S("recuse"))->from & IN(n->state)) == 0)
        return OK;
    if (!whole_unit)
        TRY(find_others(cx, n, &posts, &one));
    if (!posts)
        return need_system_step(cx, n->id, "recuse", &(struct need_move){0}, n);
    if (!mine) /* nobody had taken it, and others there may */
        return OK;
    n->owner_person = posts == 1 ? one.person_id : 0;
    n->owner_post = posts == 1 ? one.post_id : 0;
    TRY(need_save(cx, n));
    return need_say(cx, n,
                    &(struct need_said){.step = "recuse",
                                        .from = was,
                                        .is_public = true,
                                        .to_org = n->owner_org,
                                        .to_person = n->owner_person});
}

enum err need_declare(struct cx *cx, int64_t id, struct str answer)
{
    struct need n;
    int64_t org = 0, about;
    TRY(need_load_scoped(cx, id, &n));
    if (!n.is_secret)
        return fail(cx, ERR_CONFLICT, "这件没有要求保密，不用回答");
    TRY(shield_declare(cx, id, answer));
    if (str_is(answer, "none"))
        return OK;
    TRY(need_my_org(cx, &org));
    TRY(shield_about(cx, id, &about));
    bool unit = str_is(answer, "unit") && org;
    /* what stands written would let its people in again; the word of one of the centre, which
     * nobody asks, would shut all of the desk out */
    if (unit && !about && (cx->who.role & ROLES_OWN))
        TRY(shield_about_put(cx, id, org));
    bool mine =
        n.owner_person == cx->who.person_id || (n.owner_post && n.owner_post == cx->who.post_id);
    bool ours = org && n.owner_org == org;
    bool might = ours && !n.owner_person && (cx->who.role & ROLES_OWN); /* he as well as others */
    return mine || might || (unit && ours) ? give_away(cx, &n, unit, mine) : OK;
}

/* ---- to whom it is given ---- */

enum err need_guard_unit(struct moving *v)
{
    bool about;
    if (!v->n->is_secret)
        return OK;
    TRY(shield_is_about(v->cx, v->n->id, v->org.id, &about));
    return about ? fail_field(v->cx, "org_id", "反映的就是这个单位，请派别的单位办") : OK;
}

enum err need_guard_may(struct cx *cx, const struct need *n, int64_t org_id, bool *yes)
{
    post_card_list people = {0};
    const struct post_card *first;
    bool about;
    *yes = true;
    if (!n->is_secret || !org_id)
        return OK;
    TRY(shield_is_about(cx, n->id, org_id, &about));
    *yes = !about;
    if (!*yes)
        return OK;
    TRY(need_people(cx, org_id, n->place_id, &people, &first));
    for (size_t i = 0; i < people.n; i++) {
        struct str found;
        TRY(shield_found(cx, n->id, people.at[i].person_id, &found));
        *yes = !found.n;
        if (*yes)
            break;
    }
    return OK;
}

enum err need_guard_bars(struct cx *cx, const struct need *n, int64_t person_id, bool *barred)
{
    struct str found = S("");
    *barred = false;
    if (!n->is_secret || !person_id)
        return OK;
    TRY(shield_found(cx, n->id, person_id, &found));
    *barred = found.n > 0;
    return OK;
}

enum err need_guard_first(struct cx *cx, const struct need *n, const post_card_list *cards,
                          const struct post_card **out)
{
    *out = NULL;
    for (size_t i = 0; i < cards->n && *out == NULL; i++) {
        bool barred;
        TRY(need_guard_bars(cx, n, cards->at[i].person_id, &barred));
        if (cards->at[i].person_id && !barred)
            *out = &cards->at[i];
    }
    return OK;
}

/* ---- words ---- */

/* Does a step carry words of him, or about him, that others will read? What the staff write to him
 * stays as it is: the number of an office in an answer is no secret. */
static bool speaks_of_him(const struct moving *v)
{
    struct str step = str_c(v->step->code);
    static const char *const told[] = {"accept",  "clarify",       "add",      "withdraw",
                                       "contact", "contact_again", "call_back"};
    for (size_t i = 0; i < COUNT(told); i++)
        if (str_is(step, told[i]))
            return true;
    return v->resident || !v->step->done;
}

enum err need_guard_words(struct moving *v, struct need_move *covered)
{
    struct cx *cx = v->cx;
    bool relays =
        str_is(str_c(v->step->code), "relay") || str_is(str_c(v->step->code), "relay_back");
    if (!v->n->is_secret)
        return OK;
    if (relays && cover_has_number(v->m->text))
        return fail_field(cx, "text",
                          v->resident
                              ? "话里有电话或证件号码，办事的人会看到。请删掉号码再说"
                              : "话里有电话或证件号码。请删掉：一来一回都在这里，谁也不用打给谁");
    if (!speaks_of_him(v) || !v->m->text.n)
        return OK;
    *covered = *v->m;
    TRY(shield_words(cx, v->n->id, v->m->text, &covered->text));
    v->m = covered;
    return OK;
}

/* ---- what the desk settles ---- */

enum err need_guard_set(struct cx *cx, int64_t id, const struct need_guard *g)
{
    struct need n;
    place_list line = {0};
    const struct place *to = NULL;
    if ((cx->who.role & (ROLE_DISPATCHER | ROLE_DUTY_LEAD)) == 0)
        return fail(cx, ERR_DENIED, "由派遣员或值班长来定");
    TRY(need_load_scoped(cx, id, &n));
    if (!n.is_secret)
        return fail(cx, ERR_CONFLICT, "这件没有要求保密");
    if (g->org_id && g->org_id == n.owner_org)
        return fail_field(cx, "about_org", "这件正由它办。请它先回避，或者等它退回，再定");
    TRY(shield_about_put(cx, id, g->org_id));
    if (!g->place_id || g->place_id == n.place_id)
        return OK;
    TRY(place_line(cx, n.place_id, &line));
    for (size_t i = 0; i < line.n; i++)
        if (line.at[i].id == g->place_id)
            to = &line.at[i];
    if (!to)
        return fail_field(cx, "coarse", "只能说得更大一些，请在列出的地方里选");
    return db_change(cx, &need_sql_place_guard,
                     ARGS(A(id), AS("place_id", to->id), AS("place_path", to->path),
                          AS("place_text", to->full_name), AS("version", n.version)));
}

/* ---- opening who asked ---- */

const struct flow_reason need_identity_purposes[] = {{"safety", "本人可能有危险"},
                                                     {"tell", "转告结果，本人看不到网页"},
                                                     {"check", "核对是不是本人"},
                                                     {"law", "依法必须提供"},
                                                     {NULL, NULL}};

enum err need_open_identity(struct cx *cx, int64_t id, struct str purpose,
                            struct shield_identity *out)
{
    struct need n;
    bool found;
    if (!*flow_label(need_identity_purposes, purpose))
        return fail_field(cx, "purpose", "请选为什么要看");
    TRY(shield_keeper(cx));
    TRY(need_load(cx, id, &n));
    TRY(shield_find(cx, id, out, &found));
    if (!found)
        return fail(cx, ERR_MISSING, "没有这件要保密的诉求");
    return opening_put(
        cx, &need_seen,
        &(struct seen_look){.subject_id = id, .what = S("identity"), .purpose = purpose});
}

enum err need_guarded(struct cx *cx, struct str number, need_list *out)
{
    TRY(shield_keeper(cx));
    return db_all(cx, &need_sql_guarded, &need_shape, out,
                  ARGS(A(number), AS("most", (int64_t)100)));
}
