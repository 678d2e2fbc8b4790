/*
 * CSV report: a row for each call site, as RFC 4180 has it, for spreadsheets.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/launch.h"
#include "reports/formats/titles.h"
#include "reports/formats/writer.h"
#include "reports/names/site.h"
#include "reports/text/escape.h"
#include "reports/text/stream.h"

#define HEADINGS                                                                                   \
	"program,pid,rank,host,device,bucket,kind,purpose,label,api,leaked_bytes,leaked_count,"    \
	"live_bytes,live_count,peak_bytes,peak_count,allocated_bytes,allocated_count,function,"    \
	"file,line,stack\r\n"

struct csv {
	FILE *out;
	struct vt__frames frames;
	char *program;
	struct vt__launch launch;
};

/* What is inside of quotes; none of it ends the field. */
static void write_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
}

/* A field in quotes, and a comma. What spreadsheets would take for a formula they are told is
 * text. 0 or -ENOMEM. */
static int write_text(FILE *out, const char *text)
{
	char *clean = vt__clean_copy(text ? text : "", false);

	if (!clean)
		return -ENOMEM;
	fputs(*clean && strchr("=+-@", *clean) ? "\"'" : "\"", out);
	write_quoted(out, clean);
	fputs("\",", out);
	free(clean);
	return 0;
}

static int write_raw(FILE *out, struct vt__raw raw)
{
	return write_text(out, vt__raw_to_escape(raw));
}

/* Which process, which memory. */
static int write_subject(const struct csv *csv, const struct vt__sample *sample)
{
	const struct vt__recording *recording = sample->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	const int32_t ordinal = sample->process->devices[sample->site->device].record->ordinal;
	int error = write_text(csv->out, csv->program);

	fprintf(csv->out, "%" PRIu32 ",", header->pid);
	if (csv->launch.known)
		fprintf(csv->out, "%" PRIu32, csv->launch.rank);
	fputc(',', csv->out);
	if (!error)
		error = write_raw(csv->out, vt__recording_string(recording, header->host));
	if (ordinal >= 0)
		fprintf(csv->out, "%" PRId32, ordinal);
	fprintf(csv->out, ",%s,%s,", vt__bucket_words[sample->bucket].json,
		vt__kind_words[sample->site->kind].json);
	if (!error)
		error = write_raw(csv->out, sample->purpose);
	if (!error)
		error = write_raw(csv->out, sample->label);
	return error ? error
		     : write_raw(csv->out, vt__recording_string(recording, sample->site->api));
}

/* The site's frame, and all of them as a folded stack. */
static int write_stack(const struct csv *csv, const char *missing)
{
	const struct vt__frames *frames = &csv->frames;
	const size_t number = vt__site_of(frames);
	const struct vt__frame *site = number == VT__NO_SITE ? NULL : &frames->frames[number];
	int error = write_text(csv->out, site ? site->function : NULL);
	char *title;

	if (!error)
		error = write_text(csv->out, site ? site->file : NULL);
	if (site && site->line)
		fprintf(csv->out, "%" PRIu32, site->line);
	fputs(",\"", csv->out);
	if (missing)
		fprintf(csv->out, "%s%s", missing, frames->count ? ";" : "");
	for (size_t i = frames->count; !error && i--;) {
		title = vt__frame_place(&frames->frames[i]);
		if (!title)
			return -ENOMEM;
		if (i + 1 == frames->count && !missing && strchr("=+-@", *title))
			fputc('\'', csv->out);
		write_quoted(csv->out, title);
		if (i)
			fputc(';', csv->out);
		free(title);
	}
	fputs("\"\r\n", csv->out);
	return error;
}

static int write_sample(const struct vt__sample *sample, void *closure)
{
	struct csv *csv = closure;
	const char *missing;
	int error = write_subject(csv, sample);

	for (int i = 0; i < VT__MEASURE_COUNT; i++)
		fprintf(csv->out, "%" PRIu64 ",%" PRIu64 ",", sample->sums[i].bytes,
			sample->sums[i].count);
	if (!error)
		error = vt__titled_stack(sample->process->stacks, sample->process->recording,
					 sample->site->stack, &csv->frames, &missing);
	if (!error)
		error = write_stack(csv, missing);
	return error ? error : ferror(csv->out) ? -EIO : 0;
}

int vt__write_csv(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct csv csv = {.out = out};
	int error = 0, lost;

	(void)colour;
	fputs(HEADINGS, out);
	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		const struct vt__process *process = &analysis->processes[i];

		vt__launch_of(process->recording, &csv.launch);
		csv.program = vt__program_title(process);
		error = csv.program ? vt__each_sample(process, write_sample, &csv) : -ENOMEM;
		free(csv.program);
	}
	vt__frames_release(&csv.frames);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
