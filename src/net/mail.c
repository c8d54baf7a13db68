/* mail -- a mail as text: headers that hold no foreign line, the body in base64. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"
#include "net/net.h"
#include <sodium.h>
#include <string.h>

enum {
    MAILBOX_MAX = 254, /* RFC 5321 4.5.3.1.3, without the angle brackets */
    WORD_BYTES = 42,   /* of text in one encoded word: 56 letters and 12 around them */
    LINE_BYTES = 57    /* of text in one line of base64: 76 letters */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool all_of(struct str s, const char *more)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_letter(s.p[i]) && (s.p[i] == 0 || !strchr(more, s.p[i])))
            return false;
    return s.n > 0;
}

bool net_is_mailbox(struct str s)
{
    struct str name;
    if (s.n > MAILBOX_MAX || str_find(s, S("@")) < 0)
        return false;
    str_split(&s, '@', &name);
    return all_of(name, "._%+-") && all_of(s, ".-") && is_letter(s.p[0]) &&
           is_letter(s.p[s.n - 1]) && str_find(s, S("..")) < 0;
}

static void put_base64(struct out *o, struct str s)
{
    char line[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(line, sizeof line, (const unsigned char *)s.p, s.n,
                      sodium_base64_VARIANT_ORIGINAL);
    out_c(o, line);
}

/* RFC 2047: words of at most 75 letters, none of which cuts a character in two. */
static void put_subject(struct out *o, struct str s)
{
    out_c(o, "Subject:");
    for (size_t at = 0; at < s.n;) {
        size_t end = at;
        for (size_t next = at; next < s.n;) {
            utf8_next(s, &next);
            if (next - at > WORD_BYTES)
                break;
            end = next;
        }
        out_c(o, at ? "\r\n =?UTF-8?B?" : " =?UTF-8?B?");
        put_base64(o, str_cut(s, at, end - at));
        out_c(o, "?=");
        at = end;
    }
    out_c(o, "\r\n");
}

static void put_date(struct out *o, int64_t at)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = time_civil(at);
    out_printf(o, "Date: %s, %d %s %d %02d:%02d:%02d +0800\r\n", days[c.weekday], c.day,
               months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

struct str net_mail_text(struct cx *cx, const struct net_mail *m)
{
    struct str host = m->from, to = m->to, one;
    const char *comma = "";
    struct out o;
    out_init(&o, cx->mem);
    str_split(&host, '@', &one);
    put_date(&o, cx->now);
    out_printf(&o, "From: <%.*s>\r\nTo:", STR(m->from));
    while (str_split(&to, ',', &one)) {
        one = str_trim(one);
        out_printf(&o, "%s <%.*s>", comma, STR(one));
        comma = ",\r\n";
    }
    out_printf(&o, "\r\nMessage-ID: <%.*s@%.*s>\r\n", STR(m->id), STR(host));
    put_subject(&o, m->subject);
    out_c(&o, "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: base64\r\n\r\n");
    for (size_t at = 0; at < m->text.n; at += LINE_BYTES) {
        put_base64(&o, str_cut(m->text, at, LINE_BYTES));
        out_c(&o, "\r\n");
    }
    return out_text(&o);
}
