/*
 * Checks of the records about time (recording/format_timeline.h).
 */
#ifndef VT_REPORTS_RECORD_CHECK_TIME_H
#define VT_REPORTS_RECORD_CHECK_TIME_H

#include "reports/recording/reader.h"

/* What a check does with what it finds. */
#define CHECK(condition, reason)                                                                   \
	do {                                                                                       \
		if (!(condition))                                                                  \
			return reason;                                                             \
	} while (0)

/* Of VT__RECORDS, those that are checked here. */
#define VT__RECORDS_OF_TIME(VT__RECORD)                                                            \
	VT__RECORD(timeline, TIMELINE, struct vt_format_timeline)                                  \
	VT__RECORD(course, COURSE, struct vt_format_course)                                        \
	VT__RECORD(mark_time, MARK_TIME, struct vt_format_mark_times)                              \
	VT__RECORD(rest, REST, struct vt_format_rest)                                              \
	VT__RECORD(event, EVENT, struct vt_format_event)                                           \
	VT__RECORD(event_ring, EVENT_RING, struct vt_format_event_ring)

/* What is wrong with a record, in words; NULL: nothing. Static. */
#define VT__RECORD(name, id, type)                                                                 \
	const char *vt__check_##name(const struct vt__recording *recording, const type *record);
VT__RECORDS_OF_TIME(VT__RECORD)
#undef VT__RECORD

/* Whether timelines agree with the sums of devices and with the courses of sites, which are
 * parts of them. For records that were checked. */
bool vt__timelines_agree(const struct vt__recording *recording);

#endif
