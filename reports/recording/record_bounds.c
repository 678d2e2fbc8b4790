/*
 * Checks of all records together: a report says every one of them, so what many share of
 * one is bounded by the file.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reports/recording/reader_check.h"

#define DAMAGED "the file is damaged: copy it again or record again"

/* Bytes of paths for each byte of the file, and those that any file may have: a library that is
 * loaded again and again has a record each time. */
#define PATHS_FOR_BYTE 16
#define PATHS_OF_ANY ((uint64_t)16 << 20)

/* Every stack that a recorder writes has frames of its own. */
static int check_frames(const struct vt__recording *recording, char message[VT__MESSAGE_BYTES])
{
	const uint32_t stacks = vt__recording_stacks(recording);
	uint64_t depths = 0;

	for (uint32_t i = 0; i < stacks; i++)
		depths += vt__recording_stack(recording, i)->depth;
	if (depths <= vt__recording_frames(recording))
		return 0;
	snprintf(message, VT__MESSAGE_BYTES,
		 "%s: its stacks have %" PRIu64 " frames, and %" PRIu32 " are there: " DAMAGED,
		 vt__recording_path(recording), depths, vt__recording_frames(recording));
	return -EINVAL;
}

static int check_paths(const struct vt__recording *recording, char message[VT__MESSAGE_BYTES])
{
	const uint64_t most = PATHS_OF_ANY + PATHS_FOR_BYTE * vt__recording_bytes(recording);
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < vt__recording_modules(recording); i++)
		bytes += strlen(vt__raw_to_compare(
			vt__recording_string(recording, vt__recording_module(recording, i)->path)));
	for (uint32_t i = 0; i < vt__recording_passages(recording); i++)
		bytes += strlen(vt__raw_to_compare(vt__recording_string(
			recording, vt__recording_passage(recording, i)->path)));
	if (bytes <= most)
		return 0;
	snprintf(message, VT__MESSAGE_BYTES,
		 "%s: its records name paths of %" PRIu64 " bytes together, more than %d times "
		 "what the file has: " DAMAGED,
		 vt__recording_path(recording), bytes, PATHS_FOR_BYTE);
	return -EINVAL;
}

int vt__check_bounds(const struct vt__recording *recording, char message[VT__MESSAGE_BYTES])
{
	const int error = check_frames(recording, message);

	return error ? error : check_paths(recording, message);
}
