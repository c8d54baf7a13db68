/* disk -- see disk.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/disk.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const char *disk_folder(struct arena *a, const char *file)
{
    const char *slash = strrchr(file, '/');
    if (slash == file)
        return "/";
    return slash ? arena_cstr(a, str_n(file, (size_t)(slash - file))) : ".";
}

bool disk_keep_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool kept = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return kept;
}

bool disk_keep_name(struct arena *a, const char *file)
{
    return disk_keep_folder(disk_folder(a, file));
}
