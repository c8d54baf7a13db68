/* peak -- most memory this process has had, in MB. Not getrusage(): that counts the parent's too.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_PERF_PEAK_H
#define TESTS_PERF_PEAK_H

#include <stdio.h>

static inline double peak_mb(void)
{
    char line[128];
    double kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %lf", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return kb / 1024;
}

#endif
