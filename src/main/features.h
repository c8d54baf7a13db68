/* features -- the one list of all capabilities. Main alone knows every feature. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_FEATURES_H
#define MAIN_FEATURES_H

#include "web/web.h"

extern const struct feature *const features[];
extern const size_t feature_count;

#endif
