/*
 * Report of a tracker as JSON: schema "vramtrack-tracker/1".
 *
 * A field is never given another meaning under that name; new ones may be added.
 */
#include "config.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "library/json_text.h"
#include "library/live_copy.h"

#define SCHEMA "vramtrack-tracker/1"

/* NULL is null. False: no memory. */
static bool write_string(FILE *out, const char *text)
{
	size_t room = text ? vt__json_escape(text, (char[1]){0}, 1) + 1 : 0;
	char *escaped;

	if (!text)
		return fputs("null", out) >= 0;
	escaped = malloc(room);
	if (!escaped)
		return false;
	vt__json_escape(text, escaped, room);
	fprintf(out, "\"%s\"", escaped);
	free(escaped);
	return true;
}

/* -1 is null. */
static void write_device(FILE *out, int device)
{
	if (device < 0)
		fputs("\"device\":null", out);
	else
		fprintf(out, "\"device\":%d", device);
}

static const char *comma(size_t index)
{
	return index ? "," : "";
}

/* ---- Sums -------------------------------------------------------------------------- */

/* Those that are live or were at the peak. */
static void write_purposes(FILE *out, const struct vt__totals *totals)
{
	size_t written = 0;

	fputs(",\"purposes\":[", out);
	for (vt_purpose purpose = 0; purpose < VT_PURPOSE_COUNT; purpose++) {
		const struct vt__sum *live = &totals->purposes[purpose].live;
		uint64_t at_peak = vt__account_totals_at_peak(totals, purpose);

		if (live->count || at_peak)
			fprintf(out,
				"%s{\"purpose\":\"%s\",\"bytes\":%" PRIu64 ",\"count\":%" PRIu64
				",\"peak_bytes\":%" PRIu64 "}",
				comma(written++), vt_purpose_name(purpose), live->bytes,
				live->count, at_peak);
	}
	fputc(']', out);
}

static int by_device(const void *left, const void *right)
{
	const struct vt__live *const *a = left, *const *b = right;

	return (*a)->allocation.device - (*b)->allocation.device;
}

static int by_label(const void *left, const void *right)
{
	const struct vt__live *const *a = left, *const *b = right;

	return strcmp((*a)->allocation.label, (*b)->allocation.label);
}

/* Sums of what `compare` finds equal, each under a key that `write_key` writes. */
static bool write_groups(FILE *out, const struct vt__live **all, size_t count,
			 int (*compare)(const void *, const void *),
			 bool (*write_key)(FILE *out, const vt_live_allocation *live))
{
	uint64_t bytes = 0;
	size_t first = 0, written = 0;
	bool is_whole = true;

	if (count)
		qsort(all, count, sizeof(*all), compare);
	for (size_t i = 0; i < count; i++) {
		bytes += all[i]->allocation.bytes;
		if (i + 1 < count && compare(&all[i], &all[i + 1]) == 0)
			continue;
		fprintf(out, "%s{", comma(written++));
		is_whole &= write_key(out, &all[i]->allocation);
		fprintf(out, ",\"bytes\":%" PRIu64 ",\"count\":%zu}", bytes, i + 1 - first);
		bytes = 0;
		first = i + 1;
	}
	return is_whole;
}

static bool write_device_key(FILE *out, const vt_live_allocation *live)
{
	write_device(out, live->device);
	return true;
}

static bool write_label_key(FILE *out, const vt_live_allocation *live)
{
	fputs("\"label\":", out);
	return write_string(out, live->label);
}

static bool write_devices_and_labels(FILE *out, const struct vt__live_copy *copy)
{
	const struct vt__live **all = malloc((copy->count + 1) * sizeof(*all));
	bool is_whole;

	if (!all)
		return false;
	for (size_t i = 0; i < copy->count; i++)
		all[i] = &copy->all[i];
	fputs(",\"devices\":[", out);
	is_whole = write_groups(out, all, copy->count, by_device, write_device_key);
	fputs("],\"labels\":[", out);
	is_whole &= write_groups(out, all, copy->count, by_label, write_label_key);
	fputc(']', out);
	free(all);
	return is_whole;
}

/* ---- Allocations ---------------------------------------------------------------------- */

/* "offset" is from where the module is loaded. */
static bool write_frame(FILE *out, uintptr_t address)
{
	Dl_info info = {0};
	bool is_whole;

	/* A return address belongs to the instruction before it. */
	if (!dladdr((const void *)(address - 1), &info))
		info = (Dl_info){0};
	fprintf(out, "{\"address\":\"0x%" PRIxPTR "\",\"function\":", address);
	is_whole = write_string(out, info.dli_sname);
	fputs(",\"module\":", out);
	is_whole &= write_string(out, info.dli_fname);
	if (info.dli_fbase)
		fprintf(out, ",\"offset\":\"0x%" PRIxPTR "\"}",
			address - (uintptr_t)info.dli_fbase);
	else
		fputs(",\"offset\":null}", out);
	return is_whole;
}

static bool write_allocation(FILE *out, const vt_live_allocation *live)
{
	bool is_whole;

	fprintf(out, "{\"address\":\"0x%" PRIxPTR "\",\"bytes\":%zu,\"purpose\":\"%s\",",
		(uintptr_t)live->address, live->bytes, vt_purpose_name(live->purpose));
	write_device(out, live->device);
	fputs(",\"label\":", out);
	is_whole = write_string(out, live->label);
	fputs(",\"stack\":[", out);
	for (size_t i = 0; i < live->frame_count; i++) {
		fputs(comma(i), out);
		is_whole &= write_frame(out, (uintptr_t)live->frames[i]);
	}
	fputs("]}", out);
	return is_whole;
}

static bool write_report(FILE *out, const struct vt__live_copy *copy)
{
	const struct vt__totals *totals = &copy->totals;
	bool is_whole;

	fprintf(out,
		"{\"schema\":\"" SCHEMA "\",\"total_bytes\":%" PRIu64 ",\"count\":%" PRIu64
		",\"peak_bytes\":%" PRIu64 ",\"budget_bytes\":",
		totals->live.bytes, totals->live.count, totals->peak_bytes);
	/* No account holds more, and no number here passes what JSON readers take. */
	if (copy->budget_bytes > VT__ACCOUNT_BYTES_MOST)
		fprintf(out, "%" PRIu64, VT__ACCOUNT_BYTES_MOST);
	else if (copy->budget_bytes)
		fprintf(out, "%" PRIu64, copy->budget_bytes);
	else
		fputs("null", out);
	write_purposes(out, totals);
	is_whole = write_devices_and_labels(out, copy);
	fputs(",\"allocations\":[", out);
	for (size_t i = 0; i < copy->count; i++) {
		fputs(comma(i), out);
		is_whole &= write_allocation(out, &copy->all[i].allocation);
	}
	fputs("]}\n", out);
	return is_whole && !ferror(out);
}

char *vt_tracker_report_json(const vt_tracker *tracker)
{
	struct vt__live_copy copy;
	bool is_whole = false;
	char *text = NULL;
	size_t length;
	FILE *out;

	if (!tracker || vt__live_copy_take(&copy, tracker->account))
		return NULL;
	out = open_memstream(&text, &length);
	if (out) {
		is_whole = write_report(out, &copy);
		is_whole &= fclose(out) == 0;
	}
	vt__live_copy_free(&copy);
	if (is_whole)
		return text;
	free(text);
	return NULL;
}
