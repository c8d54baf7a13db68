/* openapi -- the API's description (OpenAPI 3.1), written from routes and shapes. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_OPENAPI_H
#define MAIN_OPENAPI_H

#include "web/web.h"

/* One JSON document of every route below /api/. O(routes x fields). */
void openapi_write(struct out *o, const struct feature *const *features, size_t n);

#endif
