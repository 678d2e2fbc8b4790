/*
 * Folded stacks: a line for each call site, its frames from the outermost on and a number, as
 * flame graphs are made from.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/titles.h"
#include "reports/formats/writer.h"
#include "reports/text/stream.h"

struct folded {
	const struct vt__analysis *analysis;
	FILE *out;
	struct vt__frames frames;
	char *process; /* title; NULL: there is but one process */
	bool by_device;
	struct vt__sample site; /* of what was summed up */
	uint64_t number;
};

/* A frame, whose name may not end it. Takes over the title; 0 or -ENOMEM. */
static int write_frame(FILE *out, char *title, char end)
{
	if (!title)
		return -ENOMEM;
	for (char *at = title; (at = strchr(at, ';'));)
		*at = ':';
	fprintf(out, "%s%c", title, end);
	free(title);
	return 0;
}

static int write_frames(const struct folded *folded, const char *missing)
{
	const struct vt__frames *frames = &folded->frames;
	int error = 0;

	if (missing)
		fprintf(folded->out, "%s%c", missing, frames->count ? ';' : ' ');
	for (size_t i = frames->count; !error && i--;)
		error = write_frame(folded->out, vt__frame_title(&frames->frames[i]),
				    i ? ';' : ' ');
	return error;
}

/* What was summed up of the last call site. */
static int write_site(struct folded *folded)
{
	const struct vt__sample *sample = &folded->site;
	char text[VT__DEVICE_TITLE_BYTES];
	const char *missing;
	int error;

	if (!folded->number)
		return 0;
	error = vt__titled_stack(sample->process->stacks, sample->process->recording,
				 sample->site->stack, &folded->frames, &missing);
	if (error)
		return error;
	if (folded->process)
		fprintf(folded->out, "%s;", folded->process);
	if (folded->by_device)
		fprintf(folded->out, "%s;", vt__device_title(sample, text));
	error = write_frames(folded, missing);
	fprintf(folded->out, "%" PRIu64 "\n", folded->number);
	folded->number = 0;
	return error ? error : ferror(folded->out) ? -EIO : 0;
}

static int add_sample(const struct vt__sample *sample, void *closure)
{
	struct folded *folded = closure;
	const struct vt__sum *sum = &sample->sums[folded->analysis->measure];
	int error = 0;

	if (sample->bucket != folded->analysis->bucket)
		return 0;
	if (folded->site.site != sample->site)
		error = write_site(folded);
	folded->site = *sample;
	folded->number += sample->bucket == VT_BUCKET_HELD ? sum->count : sum->bytes;
	return error;
}

static bool has_devices(const struct vt__analysis *analysis)
{
	size_t count;

	for (size_t i = 0; i < analysis->process_count; i++) {
		count = 0;
		for (size_t j = 0; j < analysis->processes[i].device_count; j++)
			count += analysis->processes[i].devices[j].record->ordinal >= 0;
		if (count > 1)
			return true;
	}
	return false;
}

static int write_process(struct folded *folded, const struct vt__process *process)
{
	int error;

	if (folded->analysis->process_count > 1) {
		folded->process = vt__process_title(process);
		if (!folded->process)
			return -ENOMEM;
		for (char *at = folded->process; (at = strchr(at, ';'));)
			*at = ':';
	}
	error = vt__each_sample(process, add_sample, folded);
	if (!error)
		error = write_site(folded);
	free(folded->process);
	folded->process = NULL;
	return error;
}

int vt__write_folded(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct folded folded = {
		.analysis = analysis, .out = out, .by_device = has_devices(analysis)};
	int error = 0, lost;

	(void)colour;
	for (size_t i = 0; !error && i < analysis->process_count; i++)
		error = write_process(&folded, &analysis->processes[i]);
	vt__frames_release(&folded.frames);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
