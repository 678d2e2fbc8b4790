/*
 * pprof report: a profile of what call sites hold, held at the peak and allocated.
 *
 * docs/formats.md says what its sample types and labels are. Their number and order is the same
 * for every recording, so that profiles can be compared and merged.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "reports/findings/describe.h"
#include "reports/findings/launch.h"
#include "reports/formats/gzip.h"
#include "reports/formats/pprof.h"
#include "reports/formats/titles.h"
#include "reports/formats/writer.h"
#include "reports/text/escape.h"
#include "reports/text/stream.h"

/* Buckets are never added to one another: each has sample types of its own. Device memory has
 * the names that readers know. */
static const struct bucket {
	enum vt_bucket bucket;
	const char *prefix;
} buckets[] = {{VT_BUCKET_VRAM, ""}, {VT_BUCKET_MANAGED, "managed_"}, {VT_BUCKET_HOST, "host_"}};

static const struct measure {
	enum vt__measure measure;
	const char *name;
} measures[] = {
	{VT__MEASURE_ALLOCATED, "alloc"}, {VT__MEASURE_PEAK, "peak"}, {VT__MEASURE_LIVE, "inuse"}};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define VALUES (COUNT(buckets) * COUNT(measures) * 2)
#define DEPTH_MOST 65537u /* of a stack's 16 bits, and what is missing */

struct profile {
	struct vt__pprof pprof;
	uint64_t *locations; /* DEPTH_MOST: of one stack */
};

/* ---- What is in it ------------------------------------------------------------------------ */

static void write_type(struct vt__pprof *pprof, unsigned field, const char *type, const char *unit)
{
	vt__message_number(&pprof->message, 1, vt__pprof_string(pprof, type));
	vt__message_number(&pprof->message, 2, vt__pprof_string(pprof, unit));
	if (vt__message_write(&pprof->message, field, pprof->out))
		pprof->failed = true;
}

static void write_types(struct vt__pprof *pprof)
{
	char name[32];

	for (size_t i = 0; i < COUNT(buckets); i++)
		for (size_t j = 0; j < COUNT(measures); j++) {
			snprintf(name, sizeof(name), "%s%s_objects", buckets[i].prefix,
				 measures[j].name);
			write_type(pprof, VT__PPROF_SAMPLE_TYPE, name, "count");
			snprintf(name, sizeof(name), "%s%s_space", buckets[i].prefix,
				 measures[j].name);
			write_type(pprof, VT__PPROF_SAMPLE_TYPE, name, "bytes");
		}
	write_type(pprof, VT__PPROF_PERIOD_TYPE, "space", "bytes");
}

/* The fields of the profile that are numbers. */
static void write_facts(struct vt__pprof *pprof, const struct vt__analysis *analysis)
{
	const struct vt__process *first = analysis->process_count ? analysis->processes : NULL;
	struct vt__message *message = &pprof->message;

	if (first) {
		vt__message_number(message, VT__PPROF_TIME_NANOS,
				   vt__recording_header(first->recording)->start_realtime_ns &
					   INT64_MAX);
		vt__message_number(message, VT__PPROF_DURATION_NANOS,
				   vt__duration_ns(first) & INT64_MAX);
	}
	vt__message_number(message, VT__PPROF_PERIOD, 1);
	vt__message_number(message, VT__PPROF_COMMENT,
			   vt__pprof_string(pprof, PACKAGE_NAME " " PACKAGE_VERSION));
	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct vt__recording *recording = analysis->processes[i].recording;
		char *command = vt__shell_command(
			vt__recording_string(recording, vt__recording_header(recording)->command));

		pprof->failed |= !command;
		vt__message_number(message, VT__PPROF_COMMENT, vt__pprof_string(pprof, command));
		free(command);
	}
	vt__message_number(message, VT__PPROF_DEFAULT_SAMPLE_TYPE,
			   vt__pprof_string(pprof, "inuse_space"));
	pprof->failed |= message->failed;
	fwrite(message->bytes, 1, message->used, pprof->out);
	message->used = 0;
}

/* ---- Samples --------------------------------------------------------------------------------- */

static void add_label(struct vt__pprof *pprof, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	vt__message_number(&pprof->inner, 1, vt__pprof_string(pprof, key));
	vt__message_number(&pprof->inner, 2, vt__pprof_string(pprof, value));
	vt__message_message(&pprof->message, 3, &pprof->inner);
}

static void add_raw(struct vt__pprof *pprof, const char *key, struct vt__raw value)
{
	add_label(pprof, key, vt__raw_to_escape(value));
}

static void add_labels(struct vt__pprof *pprof, const struct vt__sample *sample)
{
	const struct vt__recording *recording = sample->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	char *program = vt__program_title(sample->process);
	char text[VT__DEVICE_TITLE_BYTES];
	struct vt__launch launch;

	pprof->failed |= !program;
	add_label(pprof, "device", vt__device_title(sample, text));
	add_label(pprof, "kind", vt__kind_words[sample->site->kind].json);
	add_raw(pprof, "api", vt__recording_string(recording, sample->site->api));
	add_raw(pprof, "purpose", sample->purpose);
	add_raw(pprof, "label", sample->label);
	add_label(pprof, "program", program);
	add_raw(pprof, "host", vt__recording_string(recording, header->host));
	snprintf(text, sizeof(text), "%" PRIu32, header->pid);
	add_label(pprof, "pid", text);
	vt__launch_of(recording, &launch);
	snprintf(text, sizeof(text), "%" PRIu32, launch.rank);
	add_label(pprof, "rank", launch.known ? text : NULL);
	free(program);
}

/* Fills profile->locations; returns how many they are. */
static size_t find_locations(struct profile *profile, const struct vt__sample *sample)
{
	struct vt__stacks *stacks = sample->process->stacks;
	struct vt__allowance *allowance = vt__stacks_allowance(stacks);
	const char *missing;
	size_t count, used = 0;
	bool truncated;
	const uint64_t *raw = vt__stack_raw(stacks, sample->site->stack, &count, &truncated);

	if (!vt__allowance_has(allowance)) {
		profile->locations[0] = vt__pprof_missing(&profile->pprof, VT__STACK_NOT_SHOWN);
		return 1;
	}
	vt__allowance_take(allowance, count * sizeof(*raw));
	for (size_t i = 0; i < count && used < DEPTH_MOST - 1; i++)
		profile->locations[used++] = vt__pprof_location(&profile->pprof, sample->process,
								raw[i]);
	missing = vt__missing_frames(sample->process->recording, sample->site->stack);
	if (missing || !used)
		profile->locations[used++] = vt__pprof_missing(
			&profile->pprof, missing ? missing : "[no stack was kept]");
	return used;
}

static uint64_t limited(uint64_t value)
{
	return value > INT64_MAX ? INT64_MAX : value;
}

static int write_sample(const struct vt__sample *sample, void *closure)
{
	struct profile *profile = closure;
	struct vt__pprof *pprof = &profile->pprof;
	uint64_t values[VALUES], *value = values;
	bool is_shown = false;
	size_t depth;

	for (size_t i = 0; i < COUNT(buckets); i++)
		for (size_t j = 0; j < COUNT(measures); j++) {
			const bool is_it = buckets[i].bucket == sample->bucket;
			const struct vt__sum *sum = &sample->sums[measures[j].measure];

			*value++ = is_it ? limited(sum->count) : 0;
			*value++ = is_it ? limited(sum->bytes) : 0;
			is_shown |= is_it;
		}
	if (!is_shown)
		return 0;
	depth = find_locations(profile, sample);
	vt__message_numbers(&pprof->message, 1, profile->locations, depth);
	vt__message_numbers(&pprof->message, 2, values, VALUES);
	add_labels(pprof, sample);
	if (vt__message_write(&pprof->message, VT__PPROF_SAMPLE, pprof->out) || pprof->failed)
		return -ENOMEM;
	return ferror(pprof->out) ? -EIO : 0;
}

static int write_profile(struct profile *profile, const struct vt__analysis *analysis)
{
	struct vt__pprof *pprof = &profile->pprof;
	int error = 0;

	/* The first string is "". */
	vt__message_bytes(&pprof->message, VT__PPROF_STRING_TABLE, "", 0);
	pprof->failed |= pprof->message.failed;
	fwrite(pprof->message.bytes, 1, pprof->message.used, pprof->out);
	pprof->message.used = 0;
	write_types(pprof);
	write_facts(pprof, analysis);
	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		vt__pprof_program(pprof, &analysis->processes[i]);
		error = vt__each_sample(&analysis->processes[i], write_sample, profile);
	}
	vt__pprof_write_mappings(pprof);
	return !error && pprof->failed ? -ENOMEM : error;
}

int vt__write_pprof(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct profile profile = {.pprof.out = vt__gzip_over(out)};
	int error = -ENOMEM, lost;

	(void)colour;
	profile.locations = calloc(DEPTH_MOST, sizeof(*profile.locations));
	if (profile.pprof.out && profile.locations)
		error = write_profile(&profile, analysis);
	if (profile.pprof.out && fclose(profile.pprof.out) && !error)
		error = vt__stream_failure(out);
	vt__pprof_release(&profile.pprof);
	free(profile.locations);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
