/* frame -- what the templates of the frame share among themselves; for shell's own files only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHELL_FRAME_H
#define SHELL_FRAME_H

#include "app/shell/shell.h"

struct shell_head_view {
    const struct shell_page *page;
    const struct shell_community *community;
    struct str title; /* with the community's name */
    shell_menu_list menu;
    shell_menu_list more;            /* of the header: what finds no room in its row */
    const struct shell_menu *search; /* NULL = no search box */
    const char *level, *notice_icon;
    bool is_desk;   /* header menu: DESK, BOARD */
    bool is_column; /* a phone column: PHONE, WIDE, NARROW, WORK */
    bool has_tabs;
};

/* What was typed into a form that was not taken: it is sent again as it was. */
struct shell_kept {
    struct str name, value;
};
typedef LIST(struct shell_kept) shell_kept_list;

bool shell_is_current(const struct shell_page *p, const struct shell_menu *m);
bool shell_is_among(const struct shell_page *p, const shell_menu_list *menu); /* one of them is */
void shell_tabs(struct out *o, struct cx *cx, const struct shell_page *p,
                const shell_menu_list *menu);
/* The words of cx->state; a telephone number in them can be dialled. */
void shell_state(struct out *o, struct cx *cx);
/* Over the whole page and on paper: cx->mark with the caller's name and the time. */
void shell_water(struct out *o, struct cx *cx);
void shell_mode_form(struct out *o, struct cx *cx, const struct shell_page *p);

#endif
