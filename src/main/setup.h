/*
 * setup -- `linghang setup`: from an empty store to a community that can be trusted, at the
 * console, in five steps: the community; its three administrators, each with a slip of paper; the
 * master key and three recovery sheets, of which two are typed in again before anything goes on;
 * the settings of the service; what to do next.
 *
 *   linghang setup [--db URL] [--key-file FILE] [--to DIR]
 *
 * It may be run again at any time: each step looks what is there and goes on where it stopped. At
 * the end of its input it stops with status 3. Papers lie in DIR, readable by their owner alone,
 * until somebody says that they are printed. Questions stand on stdout, answers come line by line.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_SETUP_H
#define MAIN_SETUP_H

#include "app/account/account.h"
#include "main/boot.h"
#include "seal/seal.h"

struct setup {
    struct boot b;
    struct cx *cx;
    const char *dir, *key;
    const char *stopped; /* what to do when it stopped; NULL = run it again */
    bool over;           /* the input ended */
};

/* One line, cleaned; "" when only Enter was pressed, or at the end (s->over). `hidden`: a terminal
 * does not show it. */
struct str setup_ask(struct setup *s, const char *question, bool hidden);

enum err setup_stopped(struct setup *s); /* the input ended: what to do */

/* ---- setup_keys.c ---- */

/* Master key, sheets, and the proof. ERR_MISSING when the input ended before it. */
enum err setup_keys(struct setup *s, struct str community);
/* Its parts, for another master key (rekey.c): a passphrase, "" = none is wanted; one sheet as it
 * was typed, false when the input ended; two sheets that bring back what `lock` tells. */
enum err setup_choose(struct setup *s, struct str community, struct str *passphrase);
bool setup_type_sheet(struct setup *s, const char *which, struct str *sheet);
enum err setup_proof(struct setup *s, struct str lock);
/* What the transaction's end was. */
enum err setup_end(struct setup *s, enum err e);

/* ---- setup_paper.c: DIR/NAME.txt and DIR/NAME.pdf ---- */

struct setup_slip {
    struct str community, role, name, login, password, address;
    paper_code_list codes;
};
enum err setup_slip(struct setup *s, const char *name, const struct setup_slip *slip);
enum err setup_sheet(struct setup *s, int number, struct str community, struct str words);
/* Of the papers that lie there still; when somebody says that they are printed they are deleted. */
enum err setup_papers_done(struct setup *s);
/* Sheets that nobody could ever use are deleted without a question: those made after `file`, of
 * whose key they are. */
enum err setup_sheets_void(struct setup *s, const char *file);
/* A QR code of half blocks, for a terminal that writes light on dark. */
void setup_qr(struct cx *cx, struct str text);

#endif
