/*
 * JSON report: the caches of frameworks, their segments and what pins each.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "reports/findings/caches.h"
#include "reports/formats/json.h"

/* `,"pinned_by":{...}`, or null. */
static int write_pin(struct vt__json *json, const struct vt__segment *segment)
{
	const struct vt_format_header *header = vt__recording_header(json->process->recording);
	const struct vt_format_allocation *pin = segment->pin;
	int error;

	fputs(",\"pinned_by\":", json->out);
	if (!pin) {
		fputs("null", json->out);
		return 0;
	}
	error = vt__json_open(
		json->out,
		json_pack("{s:o,s:o}", "bytes", vt__json_number(pin->bytes), "seconds",
			  pin->time_ns >= header->start_monotonic_ns
				  ? json_real((double)(pin->time_ns - header->start_monotonic_ns) /
					      1e9)
				  : json_null()));
	if (!error)
		error = vt__json_stack(
			json, "stack",
			vt__recording_site(json->process->recording, pin->site)->stack);
	fputc('}', json->out);
	return error;
}

static int write_segment(struct vt__json *json, const struct vt__segment *segment)
{
	char address[32];
	int error;

	snprintf(address, sizeof(address), "0x%" PRIx64, segment->address);
	error = vt__json_open(json->out,
			      json_pack("{s:s,s:o,s:o,s:o,s:o,s:b}", "address", address, "bytes",
					vt__json_number(segment->bytes), "used_bytes",
					vt__json_number(segment->used.bytes), "free_bytes",
					vt__json_number(vt__free_inside(segment)), "blocks",
					vt__json_number(segment->used.count), "mapped",
					(int)segment->is_mapped));
	if (!error)
		error = write_pin(json, segment);
	fputc('}', json->out);
	return error;
}

static int write_segments(struct vt__json *json, const struct vt__cache_row *cache)
{
	const struct vt__segment **list;
	size_t count;
	int error = vt__segments_of(json->process, cache, &list, &count);

	fputs(",\"segments\":[", json->out);
	count = vt__json_rows(json->form, count);
	for (size_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n     " : "\n     ", json->out);
		error = write_segment(json, list[i]);
	}
	fputc(']', json->out);
	free(list);
	return error;
}

static int write_cache(struct vt__json *json, const struct vt__cache_row *cache)
{
	const struct vt_format_cache *record = cache->record;
	int error = vt__json_open(
		json->out,
		json_pack("{s:s,s:o,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "cache",
			  vt__door_cache(record->door), "device",
			  vt__json_device(json->process, record->device), "door",
			  vt__door_name(record->door), "state", vt__blocks_name(record->state),
			  "used_bytes", vt__json_number(cache->used.bytes), "blocks",
			  vt__json_number(cache->used.count), "segment_bytes",
			  vt__json_number(cache->segments.bytes), "segment_count",
			  vt__json_number(cache->segments.count), "told_used_bytes",
			  vt__json_number(record->used_bytes), "told_segment_bytes",
			  vt__json_number(record->segment_bytes)));

	if (!error)
		error = write_segments(json, cache);
	fputc('}', json->out);
	return error;
}

int vt__json_caches(struct vt__json *json)
{
	const struct vt__process *process = json->process;
	int error = 0;

	fputs(",\n  \"caches\":[", json->out);
	for (size_t i = 0; !error && i < process->cache_count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = write_cache(json, &process->caches[i]);
	}
	fputc(']', json->out);
	return error;
}
