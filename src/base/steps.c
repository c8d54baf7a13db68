/* steps -- see steps.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/steps.h"

const struct step *steps_find(const struct steps *all, struct str code)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_is(code, all->at[i].code))
            return &all->at[i];
    return NULL;
}

static void draw_who(struct out *o, const struct steps *all, unsigned by)
{
    const char *sep = "";
    for (size_t i = 0; i < all->nwho; i++)
        if (by & all->who[i].bit) {
            out_printf(o, "%s%s", sep, all->who[i].label);
            sep = "、";
        }
}

void steps_draw(struct out *o, const struct steps *all)
{
    out_c(o, "```mermaid\nstateDiagram-v2\n");
    for (int s = 1; s < all->nstates; s++)
        out_printf(o, "    %s: %s\n", all->codes[s], all->labels[s]);
    for (size_t i = 0; i < all->n; i++)
        for (int s = 0; s < all->nstates; s++)
            if (all->at[i].from & STEP_IN(s))
                out_printf(o, "    %s --> %s: %s\n", s ? all->codes[s] : "[*]",
                           all->codes[all->at[i].to], all->at[i].label);
    out_c(o, "```\n\n| 步骤 | 名称 | 谁 |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < all->n; i++) {
        out_printf(o, "| `%s` | %s | ", all->at[i].code, all->at[i].label);
        draw_who(o, all, all->at[i].by);
        out_c(o, " |\n");
    }
}
