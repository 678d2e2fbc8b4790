/*
 * Text report: objects that hold memory nobody gives a size for.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "reports/formats/text.h"
#include "reports/text/units.h"

/* "1 library", "2 libraries" */
static void write_count(const struct vt__text *text, uint64_t count, const char *words)
{
	const size_t length = strlen(words);

	if (count == 1)
		fprintf(text->out, "1 %s", words);
	else if (length && words[length - 1] == 'y')
		fprintf(text->out, "%" PRIu64 " %.*sies", count, (int)(length - 1), words);
	else
		fprintf(text->out, "%" PRIu64 " %ss", count, words);
}

void vt__text_held(const struct vt__text *text, const struct vt__device_row *device)
{
	const char *before = "    held: ";

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		if (vt__bucket_of(kind) != VT_BUCKET_HELD || !device->live[kind].count)
			continue;
		fputs(before, text->out);
		before = ", ";
		write_count(text, device->live[kind].count, vt__kind_words[kind].text);
	}
	if (*before == ',')
		fputc('\n', text->out);
}

static int write_site(struct vt__text *text, const struct vt__share *share)
{
	const struct vt__recording *recording = text->process->recording;
	const struct vt_format_site *site = share->site;
	const struct vt_format_device *device = vt__recording_device(recording, site->device);

	fputs("    ", text->out);
	write_count(text, share->sum.count, vt__kind_words[site->kind].text);
	if (device && device->ordinal >= 0)
		fprintf(text->out, " on GPU %" PRId32, device->ordinal);
	fputs(", made in ", text->out);
	return vt__text_location(text, site->stack, vt__recording_string(recording, site->api));
}

/* They are sorted: those with the most objects come first. */
size_t vt__text_held_many(const struct vt__process *process)
{
	size_t many = 0;

	while (many < process->held_count && process->held[many].sum.count >= VT__TEXT_MANY_OBJECTS)
		many++;
	return many;
}

int vt__text_held_sites(struct vt__text *text)
{
	const struct vt__process *process = text->process;
	const size_t many = vt__text_held_many(process);
	const size_t most = vt__text_limit(text, VT__TEXT_SHARES);
	int error = 0;

	if (!many)
		return 0;
	fputc('\n', text->out);
	vt__style(text, VT__BOLD);
	fputs("held", text->out);
	vt__style(text, VT__PLAIN);
	fputs(": many objects of one call site (no leak of a known size, and worth a look):\n",
	      text->out);
	for (size_t i = 0; !error && i < many && i < most; i++)
		error = write_site(text, &process->held[i]);
	if (many > most)
		fprintf(text->out, "    ... %zu more such call site%s\n", many - most,
			vt__plural(many - most));
	return error;
}
