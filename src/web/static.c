/* static -- /s/NAME.HASH.EXT: the embedded assets. Their names change with their content: cached
 * for ever. A path without a dot is a page of some feature (/s/{slug}). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <string.h>

bool static_is(struct str path)
{
    return str_starts(path, S("/s/")) && str_find(path, S(".")) >= 0;
}

const struct asset *asset_of(const char *name)
{
    for (size_t i = 0; i < asset_count; i++)
        if (strcmp(assets[i].name, name) == 0)
            return &assets[i];
    return NULL;
}

const char *asset_url(const char *name)
{
    const struct asset *a = asset_of(name);
    return a ? a->url : "";
}

void static_reply(struct task *t)
{
    struct reply *rp = &t->rp;
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *a = &assets[i];
        if (!str_is(t->rq.path, a->url))
            continue;
        bool gz = a->gz && reply_accepts_gzip(&t->rq);
        rp->type = a->type;
        rp->written = rp->forever = true;
        rp->sent = str_n((const char *)(gz ? a->gz : a->data), gz ? a->gz_n : a->n);
        if (a->gz)
            reply_put_header(rp, "Vary", "Accept-Encoding");
        if (gz)
            reply_put_header(rp, "Content-Encoding", "gzip");
        return;
    }
    t->err = fail(&t->cx, ERR_MISSING, "没有这个文件");
}
