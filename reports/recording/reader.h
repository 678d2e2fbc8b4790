/*
 * Reads a recording: every byte is hostile until it was checked.
 *
 * A recording is copied to private memory, so that nothing a live writer, a
 * truncation or a broken disk does later can change or fault what was checked.
 * Records of a type are one array, whatever the number of segments in the file.
 */
#ifndef VT_REPORTS_READER_H
#define VT_REPORTS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recording/format.h"
#include "reports/text/message.h"
#include "reports/text/raw.h"

struct vt__recording;

/* What became of the process, as far as can be told here and now. */
enum vt__process_state {
	VT__PROCESS_RUNNING, /* alive on this machine, and still the same program */
	VT__PROCESS_EXITED,  /* went through exit(): all its destructors have run */
	VT__PROCESS_ENDED,   /* killed, _exit, replaced by exec, or not known here */
};

/*
 * Takes a consistent copy of the recording at `path`. A process that changes
 * it meanwhile is waited for a bounded time; what is taken after that carries
 * a note. Returns 0 and the recording, which the caller closes; -EINVAL if it
 * is not a well-formed recording, else the -errno of the system. On error
 * `message` is one line without newline or "vramtrack: ": path, what is wrong
 * at which byte, what to do; control bytes are replaced by '?'.
 */
int vt__recording_open(const char *path, struct vt__recording **out,
		       char message[VT__MESSAGE_BYTES]);

/* NULL is allowed. Ends every pointer that was got from the recording. */
void vt__recording_close(struct vt__recording *recording);

/* All pointers below are loans until the recording is closed. */
const char *vt__recording_path(const struct vt__recording *recording);
const struct vt_format_header *vt__recording_header(const struct vt__recording *recording);
enum vt__process_state vt__recording_state(const struct vt__recording *recording);

/* Of the header and the records: what a report can be measured by. */
uint64_t vt__recording_bytes(const struct vt__recording *recording);

/* True if sums may contradict one another: the process was killed inside a
 * change, or changed the recording faster than it could be copied. */
bool vt__recording_torn(const struct vt__recording *recording);

/* Records of a torn copy that failed their check: they are not among those below, or say
 * nothing (a finding: of class 0) where others name them. */
uint64_t vt__recording_left_out(const struct vt__recording *recording);

/* Sentences about the copy itself; NULL when `number` is past the last. */
const char *vt__recording_note(const struct vt__recording *recording, size_t number);

/* The string at `index`; "" for VT_FORMAT_NONE and for what is not there. */
struct vt__raw vt__recording_string(const struct vt__recording *recording, uint32_t index);

/* The same; none for VT_FORMAT_NONE. */
static inline struct vt__raw vt__recording_optional(const struct vt__recording *recording,
						    uint32_t index)
{
	return index == VT_FORMAT_NONE ? (struct vt__raw){0}
				       : vt__recording_string(recording, index);
}

/* Whether `index` is inside the string segments. */
bool vt__recording_has_string(const struct vt__recording *recording, uint32_t index);

/* VT__RECORDS(name, enum vt_format_type without prefix, type of a record) */
#define VT__RECORDS(VT__RECORD)                                                                    \
	VT__RECORD(device, DEVICE, struct vt_format_device)                                        \
	VT__RECORD(module, MODULE, struct vt_format_module)                                        \
	VT__RECORD(frame, FRAME, uint64_t)                                                         \
	VT__RECORD(stack, STACK, struct vt_format_stack)                                           \
	VT__RECORD(site, SITE, struct vt_format_site)                                              \
	VT__RECORD(allocation, ALLOCATION, struct vt_format_allocation)                            \
	VT__RECORD(finding, FINDING, struct vt_format_finding)                                     \
	VT__RECORD(holder, HOLDER, struct vt_format_holder)                                        \
	VT__RECORD(account, ACCOUNT, struct vt_format_account)                                     \
	VT__RECORD(passage, PASSAGE, struct vt_format_passage)                                     \
	VT__RECORD(mark, MARK, struct vt_format_mark)                                              \
	VT__RECORD(growth, GROWTH, struct vt_format_growth)                                        \
	VT__RECORD(refused_free, REFUSED_FREE, struct vt_format_refused_free)                      \
	VT__RECORD(intent, INTENT, struct vt_format_intent)                                        \
	VT__RECORD(reference, REFERENCE, struct vt_format_reference)                               \
	VT__RECORD(source, SOURCE, struct vt_format_source)                                        \
	VT__RECORD(timeline, TIMELINE, struct vt_format_timeline)                                  \
	VT__RECORD(course, COURSE, struct vt_format_course)                                        \
	VT__RECORD(mark_time, MARK_TIME, struct vt_format_mark_times)                              \
	VT__RECORD(event, EVENT, struct vt_format_event)                                           \
	VT__RECORD(event_ring, EVENT_RING, struct vt_format_event_ring)                            \
	VT__RECORD(ending, ENDING, struct vt_format_ending)                                        \
	VT__RECORD(kept, KEPT, struct vt_format_kept)                                              \
	VT__RECORD(charge, CHARGE, struct vt_format_charge)                                        \
	VT__RECORD(statement, STATEMENT, struct vt_format_statement)                               \
	VT__RECORD(cache, CACHE, struct vt_format_cache)                                           \
	VT__RECORD(sharing, SHARING, struct vt_format_sharing)                                     \
	VT__RECORD(rest, REST, struct vt_format_rest)                                              \
	VT__RECORD(limit, LIMIT, struct vt_format_limit)                                           \
	VT__RECORD(fragment, FRAGMENTS, struct vt_format_fragments)                                \
	VT__RECORD(purpose, PURPOSES, struct vt_format_purposes)                                   \
	VT__RECORD(checkpoint, CHECKPOINT, struct vt_format_checkpoint)                            \
	VT__RECORD(freed, FREED, struct vt_format_freed)

/* vt__recording_sites() is how many there are; vt__recording_site() is number
 * `number`, or NULL if there is no such record. */
#define VT__RECORD(name, id, type)                                                                 \
	uint32_t vt__recording_##name##s(const struct vt__recording *recording);                   \
	const type *vt__recording_##name(const struct vt__recording *recording, uint32_t number);
VT__RECORDS(VT__RECORD)
#undef VT__RECORD

#endif
