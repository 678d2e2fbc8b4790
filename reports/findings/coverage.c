/*
 * Decides whether everything that reached the driver was seen.
 */
#include "config.h"

#include "reports/findings/coverage.h"

#include "reports/text/escape.h"

/* What this version has no words for was not reached, as far as it can tell. */
static const struct vt__coverage_words unknown = {"unknown", "of a kind newer than this vramtrack",
						  "", false};

const struct vt__coverage_words *vt__source_words(uint32_t source)
{
	static const struct vt__coverage_words sources[VT_SOURCE_COUNT] = {
#define VT_SOURCE(id, json, words) [VT_SOURCE_##id] = {json, words, "", true},
		VT_SOURCES(VT_SOURCE)
#undef VT_SOURCE
	};

	return source < VT_SOURCE_COUNT ? &sources[source] : &unknown;
}

const struct vt__coverage_words *vt__door_words(uint32_t door)
{
	static const struct vt__coverage_words doors[VT_DOOR_COUNT] = {
#define VT_DOOR(id, json, words) [VT_DOOR_##id] = {json, words, "", true},
		VT_DOORS(VT_DOOR)
#undef VT_DOOR
	};

	return door < VT_DOOR_COUNT ? &doors[door] : &unknown;
}

const struct vt__coverage_words *vt__passage_words(uint32_t passage)
{
	static const struct vt__coverage_words passages[VT_PASSAGE_COUNT] = {
#define VT_PASSAGE(id, json, covered, words, remedy)                                               \
	[VT_PASSAGE_##id] = {json, words, remedy, covered},
		VT_PASSAGES(VT_PASSAGE)
#undef VT_PASSAGE
	};

	return passage < VT_PASSAGE_COUNT ? &passages[passage] : &unknown;
}

void vt__print_passage(FILE *out, const struct vt__recording *recording,
		       const struct vt_format_passage *passage)
{
	fputs(vt__passage_words(passage->passage)->text, out);
	if (passage->symbol == VT_FORMAT_NONE)
		return;
	fputs(", for example ", out);
	vt__print_raw(out, vt__recording_string(recording, passage->symbol));
	if (passage->version)
		fprintf(out, " of CUDA %u.%u", passage->version / 1000,
			passage->version % 1000 / 10);
}

static bool saw_allocations(const struct vt__process *process)
{
	for (size_t i = 0; i < process->device_count; i++)
		for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++)
			if (bucket != VT_BUCKET_HELD &&
			    process->devices[i].record->buckets[bucket].allocations)
				return true;
	return false;
}

static void look_at_passages(const struct vt__process *process, struct vt__coverage *coverage)
{
	const uint32_t count = vt__recording_passages(process->recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_passage *record = vt__recording_passage(process->recording,
									       i);
		const uint32_t passage = record->passage;

		if (VT_PASSAGE_IS_CODE(passage))
			continue;
		coverage->looked_at = true;
		if (!vt__passage_words(passage)->covered && !coverage->unreached++)
			coverage->first = record;
		coverage->driver_loaded |= passage == VT_PASSAGE_DRIVER ||
					   passage == VT_PASSAGE_DRIVER_UNREACHED;
	}
}

static void decide(const struct vt__process *process, struct vt__coverage *coverage)
{
	coverage->covered = VT__COVERED_NO;
	if (coverage->unreached) {
		coverage->reason = "not every way to the driver was reached";
		return;
	}
	if (vt__recording_left_out(process->recording)) {
		coverage->reason = "the recording is torn, and records were left out of it";
		return;
	}
	if (vt__recording_state(process->recording) == VT__PROCESS_RUNNING) {
		coverage->covered = VT__COVERED_UNKNOWN;
		coverage->reason = "the process still runs";
	} else if (!coverage->looked_at) {
		coverage->covered = VT__COVERED_UNKNOWN;
		coverage->reason =
			"nobody looked through the process when it ended: it was killed, "
			"or ended by _exit(), as Go programs do";
		coverage->remedy = "--allow-unwatched-end takes that";
	} else if (coverage->driver_loaded && !coverage->called) {
		coverage->reason = "the driver was loaded, and no call of it was seen";
	} else {
		coverage->covered = VT__COVERED_YES;
	}
}

void vt__coverage_of(const struct vt__process *process, struct vt__coverage *out)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	struct vt__coverage coverage = {.allocations_seen = saw_allocations(process)};

	coverage.called = header->doors[VT_DOOR_CALLS] || header->doors[VT_DOOR_CALLBACKS] ||
			  coverage.allocations_seen;
	look_at_passages(process, &coverage);
	decide(process, &coverage);
	*out = coverage;
}
