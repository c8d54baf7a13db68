/* routes -- `linghang routes`: every path and who may use it, for the access test and for reading.
 * One line each: METHOD PATH ROLES TITLE. ROLES is "anybody", "key" (whoever has the secret link,
 * number or token), or the codes of app/account/role.h with commas. It opens no store. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/role.h"
#include "main/commands.h"
#include "main/features.h"

static void print_roles(const struct route *r)
{
    const char *comma = "";
    if (!r->roles)
        fputs(r->open_key ? "key" : "anybody", stdout);
    for (size_t i = 0; i < ROLE_BITS; i++)
        if (r->roles & roles[i].bit) {
            printf("%s%s", comma, roles[i].code);
            comma = ",";
        }
}

int command_routes(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < feature_count; i++)
        for (size_t k = 0; k < features[i]->nroutes; k++) {
            const struct route *r = &features[i]->routes[k];
            printf("%s %s ", r->method, r->path);
            print_roles(r);
            printf(" %s\n", r->title);
        }
    return ferror(stdout) ? 1 : 0;
}
