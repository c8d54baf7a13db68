/* need -- what people ask for. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_NEED_NEED_H
#define APP_NEED_NEED_H
#include "app/place/place.h"
#endif
