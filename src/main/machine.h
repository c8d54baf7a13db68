/* machine -- what machines ask a server: /healthz, /metrics, /openapi.json. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_MACHINE_H
#define MAIN_MACHINE_H

#include "web/web.h"

extern const struct feature machine_feature;

#endif
