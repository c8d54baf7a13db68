/* html2c_page.h -- where in an HTML page a byte stands; the part of html2c that keeps pages safe.
 */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_step() follows every static byte; page_value() says whether a value may come next;
 * page_settle() is called where a branch begins or ends. Where HTML has several readings (bare
 * values, comments, `<` in text, scripts in the page), the template is refused: there is then
 * only one way for a browser to read what is left. The first error ends the program.
 *
 *     TEXT -< -> OPEN -a-> TAG -> GAP -> ATTR -=-> EQUALS -"-> QUOTED -"-> GAP
 *       |          |                \--> TEXT, RAW (script, style), PLAIN (title, textarea)
 *       '----------+-/-> END_NAME -> TEXT
 */
#ifndef HTML2C_PAGE_H
#define HTML2C_PAGE_H

#include "tools/kit.h"

/* Where in the page a byte stands. */
enum state {
    TEXT,      /* between tags */
    OPEN,      /* behind `<` */
    TAG,       /* in the name of a start tag */
    GAP,       /* in a start tag, between attributes */
    ATTR,      /* in the name of an attribute */
    ATTR_DONE, /* behind that name and a blank: `=` may still come */
    EQUALS,    /* behind `=` */
    QUOTED,    /* in a quoted value */
    BARE,      /* in a value without quotes */
    SLASH,     /* behind the `/` of `<br/>` */
    END_NAME,  /* in the name of an end tag */
    END_GAP,   /* behind that name */
    DOCTYPE,   /* in <!doctype ...> */
    RAW,       /* in <script> or <style> */
    PLAIN      /* in <title> or <textarea>: entities, but no tags */
};
extern const char *const state_names[]; /* for messages */

/* How far the value of href, src, ... has come. Values may appear only in URL_REST, where they
 * can no longer choose scheme or host; the result of url() may also be the beginning. */
enum url {
    URL_NONE,    /* not a URL */
    URL_START,   /* empty */
    URL_SCHEME,  /* `abc`: the scheme, or the first part of a relative path */
    URL_SLASH,   /* `/`: one more would make what follows a host */
    URL_SLASHES, /* `//`, `https:` */
    URL_HOST,
    URL_MIXED, /* several branches have met that came differently far */
    URL_REST
};

enum element { OTHER, SCRIPT, STYLE, TITLE, TEXTAREA, PRE };

/* All members are bytes, so that two places are compared by memcmp. */
struct place {
    unsigned char state, url, element;
    unsigned char quote;   /* of the value we are in */
    unsigned char has_src; /* this tag has one */
    unsigned char glued;   /* in GAP: a blank must come before the next attribute */
    unsigned char pre;     /* depth of <pre> */
    unsigned char n;
    char name[32]; /* of the tag, the attribute or the URL's scheme, lower case */
};

/* Follows one static byte. */
void page_step(const struct where *w, struct place *at, const char *p, const char *end);
/* May a value stand here? If not, says why. */
void page_value(const struct where *w, struct place *at, bool url_call);
/* Two ways through the page meet at `a` and `b`. Makes both the place from which to go on, or
 * returns false: what follows would be read differently. */
bool page_meet(struct place *a, struct place *b);
/* Closes the name we are in: what follows comes from a branch, and must not lengthen it. */
void page_settle(const struct where *w, struct place *at);

#endif
