/*
 * Text report: objects that hold memory without telling its size, and their call sites.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "reports/formats/text.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

/* "library", "libraries" */
void vt__text_objects(FILE *out, uint64_t count, uint32_t kind)
{
	const char *words = kind < VT_KIND_COUNT ? vt__kind_words[kind].text : "object";
	const size_t length = strlen(words);

	if (count == 1)
		fputs(words, out);
	else if (length && words[length - 1] == 'y')
		fprintf(out, "%.*sies", (int)(length - 1), words);
	else
		fprintf(out, "%ss", words);
}

void vt__text_object_count(FILE *out, struct vt__sum sum, uint32_t kind)
{
	char bytes[VT__UNIT_BYTES];

	fprintf(out, "%" PRIu64 " ", sum.count);
	vt__text_objects(out, sum.count, kind);
	if (sum.bytes)
		fprintf(out, " (%s)", vt__bytes(sum.bytes, bytes));
}

void vt__text_held(const struct vt__text *text, const struct vt__device_row *device)
{
	const char *before = "    held: ";

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		if (vt__bucket_of(kind) != VT_BUCKET_HELD || !device->live[kind].count)
			continue;
		fputs(before, text->out);
		before = ", ";
		vt__text_object_count(text->out, device->live[kind], kind);
	}
	if (*before == ',')
		fputc('\n', text->out);
}

bool vt__text_kinds(FILE *out, const struct vt__sum sums[VT_KIND_COUNT])
{
	const char *before = "";

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		if (!sums[kind].count)
			continue;
		fputs(before, out);
		before = ", ";
		vt__text_object_count(out, sums[kind], kind);
	}
	return *before;
}

static int write_site(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_device *device = vt__recording_device(text->process->recording,
								     row->device);

	fputs("    ", text->out);
	vt__text_object_count(text->out, row->sum, row->kind);
	if (device && device->ordinal >= 0)
		fprintf(text->out, " on GPU %" PRId32, device->ordinal);
	if (row->keeper.name) {
		fputs(", kept by ", text->out);
		vt__print_escaped(text->out, row->keeper.name);
	}
	fputs(", made in ", text->out);
	return vt__text_location(text, row->stack, row->api);
}

int vt__text_held_sites(struct vt__text *text)
{
	const struct vt__process *process = text->process;
	const size_t most = vt__text_limit(text, VT__TEXT_SITES);
	int error = 0;

	if (!process->held_count)
		return 0;
	fputc('\n', text->out);
	vt__style(text, VT__BOLD);
	fputs("objects", text->out);
	vt__style(text, VT__PLAIN);
	fputs(vt__recording_state(process->recording) == VT__PROCESS_RUNNING
		      ? ": not destroyed yet, by call site:\n"
		      : ": never destroyed, by call site:\n",
	      text->out);
	for (size_t i = 0; !error && i < process->held_count && i < most; i++)
		error = write_site(text, &process->held[i]);
	if (process->held_count > most) {
		fprintf(text->out, "    ... %zu more such call site%s (--all)\n",
			process->held_count - most, vt__plural(process->held_count - most));
	}
	return error;
}
