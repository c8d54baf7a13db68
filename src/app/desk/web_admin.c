/* web_admin -- for the administrator: posts with their holders. Nothing of a need's content stands
 * here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "desk.html.h"

enum { ORGS_MAX = 400 };

/* All organisations, each before what is below it; breadth first, bounded. */
static enum err find_orgs(struct cx *cx, org_list *all)
{
    TRY(org_children(cx, 0, all));
    for (size_t i = 0; i < all->n && all->n < ORGS_MAX; i++) {
        org_list below = {0};
        TRY(org_children(cx, all->at[i].id, &below));
        for (size_t k = 0; k < below.n; k++)
            *PUSH(cx->mem, all) = below.at[k];
    }
    return OK;
}

enum err desk_people_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_people_view v = {0};
    org_list orgs = {0};
    TRY(find_orgs(cx, &orgs));
    for (size_t i = 0; i < orgs.n; i++) {
        post_card_list posts = {0};
        TRY(org_posts(cx, orgs.at[i].id, &posts));
        for (size_t k = 0; k < posts.n; k++) {
            const struct role *r = role_of_code(posts.at[k].role);
            *PUSH(cx->mem, &v.posts) = (struct desk_post){
                .card = posts.at[k], .org = orgs.at[i].name, .role = str_c(r ? r->label : "")};
            v.vacant += !posts.at[k].person_id;
        }
    }
    v.page = shell_page(rq, SHELL_DESK, S("岗位和人"), "people");
    desk_people_html(reply_html(rp), cx, &v);
    return OK;
}
