/* features -- one line per capability, in the order of app/ORDER. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/features.h"
#include "app/account/account.h"
#include "app/activity/activity.h"
#include "app/admin/admin.h"
#include "app/audit/audit.h"
#include "app/board/board.h"
#include "app/booking/booking.h"
#include "app/clock/clock.h"
#include "app/consent/consent.h"
#include "app/desk/desk.h"
#include "app/export/export.h"
#include "app/hours/hours.h"
#include "app/idem/idem.h"
#include "app/job/job.h"
#include "app/keyring/keyring.h"
#include "app/match/match.h"
#include "app/need/need.h"
#include "app/number/number.h"
#include "app/org/org.h"
#include "app/outbox/outbox.h"
#include "app/place/place.h"
#include "app/seen/seen.h"
#include "app/service/service.h"
#include "app/shell/shell.h"
#include "app/shield/shield.h"
#include "app/site/site.h"
#include "app/twice/twice.h"
#include "app/subject/subject.h"
#include "app/visit/visit.h"
#include "app/volunteer/volunteer.h"
#include "main/machine.h"

/* A line each, so that two new rooms do not meet in one. */
/* clang-format off */
const struct feature *const features[] = {
    &shell_feature,
    &clock_feature,
    &account_feature,
    &consent_feature,
    &audit_feature,
    &place_feature,
    &keyring_feature,
    &org_feature,
    &idem_feature,
    &job_feature,
    &number_feature,
    &twice_feature,
    &outbox_feature,
    &outbox_api_feature,
    &seen_feature,
    &subject_feature,
    &volunteer_feature,
    &volunteer_api_feature,
    &shield_feature,
    &need_feature,
    &need_api_feature,
    &need_photo_feature,
    &need_guard_feature,
    &match_feature,
    &match_api_feature,
    &hours_feature,
    &hours_api_feature,
    &visit_feature,
    &visit_api_feature,
    &site_feature,
    &board_feature,
    &service_feature,
    &booking_feature,
    &activity_feature,
    &class_feature,
    &export_feature,
    &desk_feature,
    &admin_feature,
    &admin_api_feature,
    &machine_feature,
};
/* clang-format on */
const size_t feature_count = COUNT(features);
