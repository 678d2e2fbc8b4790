/*
 * Reports of a tracker as text.
 */
#include "config.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "library/live_copy.h"
#include "library/size_words.h"

/* Ends the text that `out` wrote to `text`; NULL if anything was lost. */
static char *finish(FILE *out, char **text)
{
	bool is_whole = !ferror(out);

	if (fclose(out) == 0 && is_whole)
		return *text;
	free(*text);
	return NULL;
}

/* ---- Usage: the client's format ------------------------------------------------ */

char *vt_tracker_usage_report(const vt_tracker *tracker)
{
	vt_breakdown breakdown[VT_PURPOSE_COUNT];
	size_t rows = vt_tracker_breakdown(tracker, breakdown), bytes = 0, count = 0, length;
	char words[VT__SIZE_WORDS_BYTES], *text = NULL;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return NULL;
	for (size_t i = 0; i < rows; i++) {
		bytes += breakdown[i].bytes;
		count += breakdown[i].count;
	}
	fprintf(out, "VRAM Usage Report:\n  Total: %s MB\n  Allocations: %zu\n  Breakdown:\n",
		vt__mib_words(bytes, words), count);
	for (size_t i = 0; i < rows; i++)
		fprintf(out, "    %s: %s MB\n", vt_purpose_words(breakdown[i].purpose),
			vt__mib_words(breakdown[i].bytes, words));
	return finish(out, &text);
}

/* ---- Everything that is live, with stacks ------------------------------------------ */

/* A return address belongs to the instruction before it. */
static void write_frame(FILE *out, size_t number, uintptr_t address)
{
	Dl_info info;

	fprintf(out, "    #%zu ", number);
	if (!dladdr((const void *)(address - 1), &info) || !info.dli_fname) {
		fprintf(out, "0x%" PRIxPTR "\n", address);
		return;
	}
	if (info.dli_sname)
		fprintf(out, "%s+0x%" PRIxPTR " in ", info.dli_sname,
			address - (uintptr_t)info.dli_saddr);
	fprintf(out, "%s+0x%" PRIxPTR "\n", info.dli_fname, address - (uintptr_t)info.dli_fbase);
}

/* A label may hold what would move a terminal's cursor. */
static void write_label(FILE *out, const char *label)
{
	for (; *label; label++)
		if ((unsigned char)*label < 0x20 || *label == 0x7f)
			fprintf(out, "\\x%02x", (unsigned char)*label);
		else
			fputc(*label, out);
}

static void write_allocation(FILE *out, const vt_live_allocation *live)
{
	char size[VT__SIZE_WORDS_BYTES];

	fprintf(out, "\n  %zu bytes (%s) at 0x%" PRIxPTR, live->bytes,
		vt__size_words(live->bytes, size), (uintptr_t)live->address);
	if (live->device >= 0)
		fprintf(out, " on GPU%d", live->device);
	fprintf(out, ", %s", vt_purpose_words(live->purpose));
	if (*live->label) {
		fputs(", ", out);
		write_label(out, live->label);
	}
	fputc('\n', out);
	for (size_t i = 0; i < live->frame_count; i++)
		write_frame(out, i, (uintptr_t)live->frames[i]);
}

static void write_head(FILE *out, const struct vt__live_copy *copy)
{
	char size[VT__SIZE_WORDS_BYTES];

	fprintf(out, "VRAM tracker: %s MB in %zu allocation%s",
		vt__mib_words(copy->totals.live.bytes, size), copy->count,
		copy->count == 1 ? "" : "s");
	fprintf(out, ", peak %s MB\n", vt__mib_words(copy->totals.peak_bytes, size));
}

char *vt_tracker_report_text(const vt_tracker *tracker)
{
	struct vt__live_copy copy;
	char *text = NULL;
	size_t length;
	FILE *out;

	if (!tracker || vt__live_copy_take(&copy, tracker->account))
		return NULL;
	vt__live_copy_sort_by_size(&copy);
	out = open_memstream(&text, &length);
	if (out) {
		write_head(out, &copy);
		for (size_t i = 0; i < copy.count; i++)
			write_allocation(out, &copy.all[i].allocation);
	}
	vt__live_copy_free(&copy);
	return out ? finish(out, &text) : NULL;
}
