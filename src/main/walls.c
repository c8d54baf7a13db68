/* walls -- see walls.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/walls.h"
#include "base/box.h"
#include "base/log.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef LIST(struct box_path) path_list;

/* Programs and libraries of the system, what name look-ups and TLS read, fonts. Not /etc as a
 * whole, not /home, not other processes' files beyond what the kernel shows to all. */
static const struct box_path everywhere[] = {
    {"/usr", BOX_READ},
    {"/lib", BOX_READ},
    {"/lib64/ld-linux-x86-64.so.2", BOX_RUN}, /* the loader, which starts every program */
    {"/lib/ld-linux-aarch64.so.1", BOX_RUN},
    {"/lib64/ld-linux-loongarch-lp64d.so.1", BOX_RUN},
    {"/proc/self/exe", BOX_RUN}, /* helpers are this program again */
    {"/etc/ld.so.cache", BOX_READ},
    {"/etc/localtime", BOX_READ},
    {"/etc/hosts", BOX_READ},
    {"/etc/host.conf", BOX_READ},
    {"/etc/resolv.conf", BOX_READ},
    {"/etc/nsswitch.conf", BOX_READ},
    {"/etc/gai.conf", BOX_READ},
    {"/etc/services", BOX_READ},
    {"/etc/passwd", BOX_READ}, /* of the user of the keys, by name */
    {"/etc/group", BOX_READ},
    {"/etc/ssl", BOX_READ},
    {"/etc/ca-certificates", BOX_READ},
    {"/etc/gnutls", BOX_READ},
    {"/etc/pkcs11", BOX_READ},
    {"/etc/fonts", BOX_READ},
    {"/var/cache/fontconfig", BOX_READ},
    {"/run/systemd/resolve", BOX_READ},
    {"/proc", BOX_READ},
    {"/sys/devices/system/cpu", BOX_READ},
    {"/dev/null", BOX_WRITE},
    {"/dev/urandom", BOX_READ},
};

static void add(struct cx *cx, path_list *l, const char *path, enum box_may may)
{
    if (path)
        *PUSH(cx->mem, l) = (struct box_path){path, may};
}

/* The folder of the file of SQLite: its journals lie beside it. */
static const char *folder_of(struct cx *cx, const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? arena_cstr(cx->mem, str_n(file, (size_t)(slash - file + 1))) : ".";
}

/* What libpq reads by itself: words and certificates of whoever runs the server. */
static void add_home(struct cx *cx, path_list *l)
{
    static const char *const names[] = {".pgpass", ".pg_service.conf", ".postgresql"};
    const char *home = getenv("HOME");
    for (size_t i = 0; home && *home && i < COUNT(names); i++)
        add(cx, l, arena_printf(cx->mem, "%s/%s", home, names[i]).p, BOX_READ);
}

/* Of sealed fields; a store that is new has none yet, and the server makes it. */
static void add_key_file(struct cx *cx, path_list *l, const char *file)
{
    if (access(file, F_OK) == 0)
        add(cx, l, file, BOX_READ);
    else
        add(cx, l, folder_of(cx, file), BOX_WRITE);
}

static int port_of(const char *listen)
{
    const char *colon = strrchr(listen, ':');
    int64_t port;
    return colon && str_int(str_c(colon + 1), &port) ? (int)port : 0;
}

enum err walls_up(struct boot *b)
{
    struct cx *cx = &b->cx;
    const struct options *o = &b->options;
    static const struct str file = S("sqlite:");
    path_list l = {0};
    int landlock;
    if (strcmp(o->walls, "off") == 0) {
        log_warn("walls: off, as the option says");
        return OK;
    }
    for (size_t i = 0; i < COUNT(everywhere); i++)
        *PUSH(cx->mem, &l) = everywhere[i];
    if (str_starts(str_c(o->db), file))
        add(cx, &l, folder_of(cx, o->db + file.n), BOX_WRITE);
    else
        add_home(cx, &l);
    if (o->mirror && strcmp(o->mirror, "off") != 0)
        add(cx, &l, o->mirror, BOX_WRITE);
    add_key_file(cx, &l, boot_key_file(b));
    add(cx, &l, getenv("CREDENTIALS_DIRECTORY"), BOX_READ); /* of systemd: the passphrase */
    add(cx, &l, o->tls_cert, BOX_READ);
    add(cx, &l, o->tls_key, BOX_READ);
    if (!box_serve(l.at, l.n, port_of(o->listen), &landlock))
        return fail(cx, ERR_STORE,
                    "系统不让把服务围起来（%s）。换一个系统或容器设置；实在不行用 --walls off，"
                    "那样服务被攻破时没有第二道墙",
                    strerror(errno));
    if (box_has_walls)
        log_info("walls: calls of the system are filtered, Landlock %d", landlock);
    return OK;
}
