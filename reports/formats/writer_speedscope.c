/*
 * speedscope report: a profile for each process, device, kind of account and measure that is not
 * empty, with the frames of all of them in one table behind.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/frame_table.h"
#include "reports/formats/json.h"
#include "reports/formats/titles.h"
#include "reports/formats/writer.h"
#include "reports/text/stream.h"

#define SCHEMA "https://www.speedscope.app/file-format-schema.json"

struct speedscope {
	FILE *out;
	FILE *table; /* the frames, as they are met */
	struct vt__frame_table known;
	struct vt__frames frames;
	size_t profiles;
	/* The profile that is being written: */
	const struct vt__sample *samples; /* of the process */
	size_t sample_count;
	uint32_t device;
	enum vt_bucket bucket;
	enum vt__measure measure;
};

static bool is_counted(const struct speedscope *scope)
{
	return scope->bucket == VT_BUCKET_HELD;
}

/* Numbers beyond 2^63-1, which only a damaged recording has, are cut to that. */
static uint64_t limited(uint64_t number)
{
	return number > INT64_MAX ? INT64_MAX : number;
}

/* What a sample weighs in the profile; 0: it is not in it. */
static uint64_t weight_of(const struct speedscope *scope, const struct vt__sample *sample)
{
	const struct vt__sum *sum = &sample->sums[scope->measure];

	if (sample->bucket != scope->bucket || sample->site->device != scope->device)
		return 0;
	return limited(is_counted(scope) ? sum->count : sum->bytes);
}

/* ---- Frames --------------------------------------------------------------------------------- */

static int write_new_frame(const struct speedscope *scope, const struct vt__frame *frame,
			   size_t number)
{
	json_t *object = json_pack("{s:o}", "name", vt__json_take(vt__frame_title(frame)));

	if (object && frame->file)
		(void)json_object_set_new(object, "file", vt__json_string(frame->file));
	if (object && frame->file && frame->line)
		(void)json_object_set_new(object, "line", vt__json_number(frame->line));
	if (number)
		fputc(',', scope->table);
	if (!object || vt__json_open(scope->table, object))
		return -ENOMEM;
	fputs("}\n", scope->table);
	return 0;
}

/* The number of a frame in the table; 0 or -ENOMEM. What has a name is the same wherever it is. */
static int number_of(struct speedscope *scope, const struct vt__frame *frame, size_t *number)
{
	struct vt__frame known = *frame;
	bool is_new;
	int error;

	if (known.function) {
		known.module = NULL;
		known.offset = 0;
	}
	error = vt__frame_number(&scope->known, &known, number, &is_new);
	return !error && is_new ? write_new_frame(scope, frame, *number) : error;
}

static int write_stack(struct speedscope *scope, const struct vt__sample *sample)
{
	const char *missing, *before = "";
	size_t number;
	int error = vt__titled_stack(sample->process->stacks, sample->process->recording,
				     sample->site->stack, &scope->frames, &missing);

	fputc('[', scope->out);
	if (!error && missing) {
		error = number_of(scope, &(struct vt__frame){.function = missing}, &number);
		fprintf(scope->out, "%zu", number);
		before = ",";
	}
	for (size_t i = error ? 0 : scope->frames.count; !error && i--; before = ",") {
		error = number_of(scope, &scope->frames.frames[i], &number);
		fprintf(scope->out, "%s%zu", before, number);
	}
	fputc(']', scope->out);
	return error;
}

/* ---- Profiles ------------------------------------------------------------------------------- */

static int write_name(const struct speedscope *scope)
{
	const struct vt__sample *sample = scope->samples;
	char *process = vt__process_title(sample->process), *name = NULL;
	const int32_t ordinal = sample->process->devices[scope->device].record->ordinal;
	char device[VT__DEVICE_TITLE_BYTES] = "";
	json_t *value;
	int error = -ENOMEM;

	if (ordinal >= 0)
		snprintf(device, sizeof(device), " on GPU %" PRId32, ordinal);
	if (process &&
	    asprintf(&name, "%s: %s %s%s", process, vt__bucket_words[scope->bucket].text,
		     scope->measure == VT__MEASURE_PEAK ? "at the peak"
							: vt__measure_names[scope->measure],
		     device) < 0)
		name = NULL;
	free(process);
	value = vt__json_take(name);
	if (value)
		error = vt__json_dump(value, scope->out, JSON_ENCODE_ANY) ? -ENOMEM : 0;
	json_decref(value);
	return error;
}

static int write_profile(struct speedscope *scope, uint64_t total)
{
	const char *before = "";
	int error;

	fputs(scope->profiles++ ? ",\n{\"name\":" : "\n{\"name\":", scope->out);
	error = write_name(scope);
	fprintf(scope->out,
		",\"type\":\"sampled\",\"unit\":\"%s\",\"startValue\":0,\"endValue\":%" PRIu64
		",\n\"samples\":[",
		is_counted(scope) ? "none" : "bytes", total);
	for (size_t i = 0; !error && i < scope->sample_count; i++) {
		if (!weight_of(scope, &scope->samples[i]))
			continue;
		fputs(before, scope->out);
		before = ",\n";
		error = write_stack(scope, &scope->samples[i]);
	}
	fputs("],\n\"weights\":[", scope->out);
	before = "";
	for (size_t i = 0; i < scope->sample_count; i++) {
		const uint64_t weight = weight_of(scope, &scope->samples[i]);

		if (!weight)
			continue;
		fprintf(scope->out, "%s%" PRIu64, before, weight);
		before = ",";
	}
	fputs("]}", scope->out);
	return error ? error : ferror(scope->out) ? -EIO : 0;
}

static int write_measures(struct speedscope *scope)
{
	uint64_t leaked = 0;
	int error = 0;

	for (int measure = 0; !error && measure < VT__MEASURE_COUNT; measure++) {
		uint64_t total = 0;

		scope->measure = (enum vt__measure)measure;
		for (size_t i = 0; i < scope->sample_count; i++)
			total = limited(total + weight_of(scope, &scope->samples[i]));
		if (measure == VT__MEASURE_LEAKED)
			leaked = total;
		/* Where all that is live has leaked it is said once. */
		if (total && (measure != VT__MEASURE_LIVE || total != leaked))
			error = write_profile(scope, total);
	}
	return error;
}

static int write_process(struct speedscope *scope, const struct vt__process *process)
{
	struct vt__sample *samples;
	int error = vt__samples_of(process, &samples, &scope->sample_count);

	if (error)
		return error;
	scope->samples = samples;
	for (uint32_t device = 0; !error && device < process->device_count; device++)
		for (int bucket = 0; !error && bucket < VT_BUCKET_COUNT; bucket++) {
			scope->device = device;
			scope->bucket = (enum vt_bucket)bucket;
			error = scope->sample_count ? write_measures(scope) : 0;
		}
	free(samples);
	return error;
}

static int write_document(struct speedscope *scope, const struct vt__analysis *analysis)
{
	int error = 0;

	fprintf(scope->out, "{\"$schema\":\"" SCHEMA "\",\n\"exporter\":\"%s %s\",\n\"profiles\":[",
		PACKAGE_NAME, PACKAGE_VERSION);
	for (size_t i = 0; !error && i < analysis->process_count; i++)
		error = write_process(scope, &analysis->processes[i]);
	return error;
}

int vt__write_speedscope(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct speedscope scope = {.out = out};
	char *table = NULL;
	size_t bytes;
	int error = -ENOMEM, lost;

	(void)colour;
	scope.table = open_memstream(&table, &bytes);
	if (scope.table) {
		error = write_document(&scope, analysis);
		if (fclose(scope.table) && !error)
			error = -ENOMEM;
		fputs("],\n\"shared\":{\"frames\":[\n", out);
		if (!error)
			fputs(table, out);
		fputs("]}}\n", out);
	}
	free(table);
	vt__frame_table_release(&scope.known);
	vt__frames_release(&scope.frames);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
