/* html2c_page -- see html2c_page.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/html2c_page.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_PRE = 8 };

const char *const state_names[] = {[TEXT] = "text",
                                   [OPEN] = "a tag's name",
                                   [TAG] = "a tag's name",
                                   [GAP] = "a tag",
                                   [ATTR] = "an attribute's name",
                                   [ATTR_DONE] = "a tag",
                                   [EQUALS] = "a value without quotes",
                                   [QUOTED] = "a quoted value",
                                   [BARE] = "a value without quotes",
                                   [SLASH] = "a tag",
                                   [END_NAME] = "an end tag",
                                   [END_GAP] = "an end tag",
                                   [DOCTYPE] = "a doctype",
                                   [RAW] = "<script> or <style>",
                                   [PLAIN] = "<title> or <textarea>"};

static bool listed(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static void go(struct place *at, enum state state)
{
    at->state = (unsigned char)state;
    at->n = 0;
    memset(at->name, 0, sizeof at->name);
}

static void add_to_name(const struct where *w, struct place *at, char c)
{
    if (at->n + 1u >= sizeof at->name)
        die(w, "a name of more than %zu bytes: '%s...'", sizeof at->name - 1, at->name);
    at->name[at->n++] = (char)tolower((unsigned char)c);
}

/* The name of a start tag is complete. */
static void tag_named(const struct where *w, struct place *at)
{
    /* Their content is not parsed as HTML, or they load, rewrite or animate URLs. */
    static const char *const refused[] = {
        "base",   "iframe",  "frame",         "frameset",         "object",  "embed",
        "applet", "xmp",     "listing",       "plaintext",        "noembed", "noframes",
        "math",   "animate", "animatemotion", "animatetransform", "set",     NULL};
    static const char *const special[] = {[SCRIPT] = "script",
                                          [STYLE] = "style",
                                          [TITLE] = "title",
                                          [TEXTAREA] = "textarea",
                                          [PRE] = "pre"};
    if (listed(refused, at->name))
        die(w, "<%s> is not allowed in a template", at->name);
    at->element = OTHER;
    for (unsigned char i = SCRIPT; i <= PRE; i++)
        if (strcmp(at->name, special[i]) == 0)
            at->element = i;
    at->has_src = 0;
    at->glued = 1;
    go(at, GAP);
}

/* The name of an attribute is complete. */
static void attr_named(const struct where *w, struct place *at)
{
    static const char *const urls[] = {
        "href",       "src",     "action",   "formaction", "poster",      "cite",     "data",
        "background", "ping",    "manifest", "srcset",     "imagesrcset", "longdesc", "usemap",
        "codebase",   "classid", "archive",  "profile",    "icon",        NULL};
    const char *colon = strrchr(at->name, ':'); /* xlink:href is an href */
    const char *name = colon ? colon + 1 : at->name;
    if (strncmp(name, "on", 2) == 0)
        die(w, "attribute '%s': scripts are in assets/app.js only (the CSP blocks them here)",
            name);
    if (strcmp(name, "style") == 0)
        die(w, "attribute 'style': use a class of assets/app.css (the CSP blocks it here)");
    if (strcmp(name, "srcdoc") == 0 || strcmp(name, "http-equiv") == 0)
        die(w, "attribute '%s' is not allowed in a template", name);
    at->url = listed(urls, name) ? URL_START : URL_NONE;
    if (strcmp(at->name, "src") == 0)
        at->has_src = 1;
    at->glued = 1;
    go(at, GAP);
}

/* The `>` of a start tag. */
static void tag_opened(const struct where *w, struct place *at)
{
    if (at->element == SCRIPT && !at->has_src)
        die(w, "<script> without src: put the code into assets/app.js");
    at->url = URL_NONE;
    at->has_src = at->glued = 0;
    if (at->element == SCRIPT || at->element == STYLE)
        go(at, RAW);
    else if (at->element == TITLE || at->element == TEXTAREA)
        go(at, PLAIN);
    else
        go(at, TEXT);
    if (at->element == PRE && at->pre++ == MAX_PRE)
        die(w, "<pre> is nested too deep");
    if (at->state == TEXT)
        at->element = OTHER;
}

/* The `>` of an end tag. */
static void tag_closed(const struct where *w, struct place *at)
{
    if (strcmp(at->name, "pre") == 0 && at->pre-- == 0)
        die(w, "</pre> without <pre>");
    at->element = OTHER;
    go(at, TEXT);
}

static void url_step(const struct where *w, struct place *at, char c)
{
    static const char *const schemes[] = {"http", "https", "mailto", "tel", "sms", "geo", NULL};
    bool rest = (at->url == URL_SCHEME || at->url == URL_HOST) && c == '/';
    if (at->url == URL_NONE || at->url == URL_REST)
        return;
    if (c == '\\' || isspace((unsigned char)c)) /* browsers read '/', or skip it */
        die(w, "a backslash or a blank in a URL");
    if (c == '?' || c == '#')
        rest = true;
    if (at->url == URL_SLASH && !rest) {
        at->url = c == '/' ? URL_SLASHES : URL_REST;
    } else if (rest) {
        at->url = URL_REST;
        go(at, (enum state)at->state);
    } else if (at->url == URL_SLASHES) {
        at->url = c == '/' ? URL_SLASHES : URL_HOST;
    } else if (at->url == URL_START && c == '/') {
        at->url = URL_SLASH;
    } else if (at->url == URL_HOST) {
        return;
    } else if (c == ':') {
        if (!listed(schemes, at->name))
            die(w, "the scheme '%s:' is not allowed in a template", at->name);
        at->url = strncmp(at->name, "http", 4) == 0 ? URL_SLASHES : URL_REST;
        go(at, (enum state)at->state);
    } else if (at->url != URL_MIXED) {
        if (!isalnum((unsigned char)c) && !strchr("+-._~%", c))
            die(w, "a URL begins with '/', '?', '#', a scheme or a file name");
        at->url = URL_SCHEME;
        add_to_name(w, at, c);
    }
}

static void value_step(const struct where *w, struct place *at, char c)
{
    bool blank = isspace((unsigned char)c);
    if (at->state == EQUALS) {
        if (blank)
            return;
        if (c == '>')
            die(w, "an attribute without its value");
        at->quote = c == '"' || c == '\'' ? (unsigned char)c : 0;
        go(at, at->quote ? QUOTED : BARE);
        if (at->quote)
            return;
    }
    if (at->state == QUOTED ? c == at->quote : blank || c == '>') {
        at->quote = 0;
        at->url = URL_NONE;
        at->glued = !blank;
        go(at, GAP);
        if (c == '>')
            tag_opened(w, at);
        return;
    }
    if (at->state == BARE && strchr("\"'<=`", c))
        die(w, "'%c' in a value without quotes", c);
    url_step(w, at, c);
}

/* In a start tag, outside values. */
static void tag_step(const struct where *w, struct place *at, char c)
{
    bool blank = isspace((unsigned char)c);
    bool in_name = isalnum((unsigned char)c) || strchr("-_:.@", c);
    if ((at->state == TAG || at->state == ATTR) && in_name) {
        add_to_name(w, at, c);
        return;
    }
    if (at->state == TAG)
        tag_named(w, at);
    if (at->state == ATTR || at->state == ATTR_DONE) {
        if (c == '=') {
            if (at->state == ATTR)
                attr_named(w, at);
            go(at, EQUALS);
            return;
        }
        if (at->state == ATTR)
            attr_named(w, at);
        go(at, blank ? ATTR_DONE : GAP);
        if (!blank)
            at->url = URL_NONE; /* an attribute without a value */
    }
    if (blank)
        at->glued = 0;
    else if (c == '>')
        tag_opened(w, at);
    else if (at->state == SLASH)
        die(w, "'/' in a tag must stand in front of '>'");
    else if (c == '/')
        go(at, SLASH);
    else if (!in_name)
        die(w, "'%c' in a tag", c);
    else if (at->glued)
        die(w, "a blank is missing in front of an attribute");
    else {
        go(at, ATTR);
        at->url = URL_NONE;
        add_to_name(w, at, c);
    }
}

/* The byte behind `<`, and a look at those that follow. */
static void open_step(const struct where *w, struct place *at, const char *p, const char *end)
{
    size_t n = (size_t)(end - p);
    if (isalpha((unsigned char)*p)) {
        go(at, TAG);
        add_to_name(w, at, *p);
    } else if (*p == '/' && n > 1 && isalpha((unsigned char)p[1])) {
        go(at, END_NAME);
    } else if (n > 8 && strncasecmp(p, "!doctype", 8) == 0) {
        go(at, DOCTYPE);
    } else if (*p == '!') {
        die(w, "an HTML comment goes to every phone: write {# #}");
    } else {
        die(w, "a bare '<': write &lt;");
    }
}

/* In <script>, <style>, <title>, <textarea>: the only tag is their end. */
static void raw_step(const struct where *w, struct place *at, const char *p, const char *end)
{
    static const char *const ends[] = {
        [SCRIPT] = "</script", [STYLE] = "</style", [TITLE] = "</title", [TEXTAREA] = "</textarea"};
    const char *tag = ends[at->element];
    size_t n = strlen(tag);
    if (*p == '<') {
        if ((size_t)(end - p) <= n || strncasecmp(p, tag, n) != 0 ||
            (p[n] != '>' && !isspace((unsigned char)p[n])))
            die(w, "'<' inside <%s>", tag + 2);
        go(at, OPEN);
    } else if (at->element == SCRIPT && !isspace((unsigned char)*p)) {
        die(w, "code inside <script>: put it into assets/app.js");
    }
}

void page_step(const struct where *w, struct place *at, const char *p, const char *end)
{
    switch ((enum state)at->state) {
    case TEXT:
        if (*p == '<')
            go(at, OPEN);
        break;
    case OPEN:
        open_step(w, at, p, end);
        break;
    case TAG:
    case GAP:
    case ATTR:
    case ATTR_DONE:
    case SLASH:
        tag_step(w, at, *p);
        break;
    case EQUALS:
    case QUOTED:
    case BARE:
        value_step(w, at, *p);
        break;
    case END_NAME:
    case END_GAP:
        if (*p == '>')
            tag_closed(w, at);
        else if (isspace((unsigned char)*p))
            at->state = END_GAP; /* the name is kept */
        else if (at->state == END_GAP || !(isalnum((unsigned char)*p) || *p == '-'))
            die(w, "'%c' in an end tag", *p);
        else
            add_to_name(w, at, *p);
        break;
    case DOCTYPE:
        if (*p == '>')
            go(at, TEXT);
        break;
    case RAW:
    case PLAIN:
        raw_step(w, at, p, end);
        break;
    }
}

void page_value(const struct where *w, struct place *at, bool url_call)
{
    if (at->state == RAW)
        die(w, "{{ }} inside <%s>", at->element == SCRIPT ? "script" : "style");
    if (at->state != TEXT && at->state != PLAIN && at->state != QUOTED)
        die(w, "{{ }} in %s: only text and \"quoted\" values are escaped", state_names[at->state]);
    if (at->state == QUOTED && at->quote != '"')
        die(w, "{{ }} in a value with single quotes: use double quotes");
    if (at->url == URL_NONE || at->url == URL_REST)
        return;
    if (at->url != URL_START || !url_call)
        die(w, "{{ }} could choose scheme or host of a URL: begin with url(...) or with a path"
               " like /need/");
    go(at, QUOTED);
    at->url = URL_SCHEME; /* not yet URL_REST: url() might be empty */
}

bool page_meet(struct place *a, struct place *b)
{
    a->glued = b->glued = a->glued | b->glued;
    if (a->url && b->url && (a->url != b->url || memcmp(a->name, b->name, sizeof a->name) != 0)) {
        a->url = b->url = URL_MIXED;
        go(a, (enum state)a->state);
        go(b, (enum state)b->state);
    }
    return memcmp(a, b, sizeof *a) == 0;
}

void page_settle(const struct where *w, struct place *at)
{
    if (at->state == TAG) {
        tag_named(w, at);
    } else if (at->state == ATTR || at->state == ATTR_DONE) {
        if (at->state == ATTR)
            attr_named(w, at);
        at->url = URL_NONE;
        go(at, GAP);
    }
    if (at->state != TEXT && at->state != PLAIN && at->state != GAP && at->state != QUOTED)
        die(w, "{%% %%} in %s", state_names[at->state]);
}
