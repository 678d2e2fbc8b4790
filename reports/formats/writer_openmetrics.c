/*
 * OpenMetrics report: numbers of each process, device and bucket, and its largest call sites, for
 * Prometheus and what reads like it.
 *
 * The text is one of OpenMetrics and one of the older format of Prometheus at once: totals have
 * no TYPE, which the two would want of different names. The number of series is bounded: what is
 * past the largest call sites is one series, so that they add up.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/checkpoints.h"
#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/findings/launch.h"
#include "reports/findings/statement.h"
#include "reports/formats/openmetrics.h"
#include "reports/formats/titles.h"
#include "reports/formats/writer.h"
#include "reports/text/stream.h"

/* ---- Families of devices and buckets --------------------------------------------------------- */

static uint64_t live_bytes(const struct vt__device_row *device, enum vt_bucket bucket)
{
	return vt__live_of(device, bucket).bytes;
}

static uint64_t live_count(const struct vt__device_row *device, enum vt_bucket bucket)
{
	return vt__live_of(device, bucket).count;
}

static uint64_t peak_bytes(const struct vt__device_row *device, enum vt_bucket bucket)
{
	return device->record->buckets[bucket].peak_bytes;
}

static uint64_t allocations(const struct vt__device_row *device, enum vt_bucket bucket)
{
	return device->record->buckets[bucket].allocations;
}

static uint64_t allocated_bytes(const struct vt__device_row *device, enum vt_bucket bucket)
{
	return device->record->buckets[bucket].allocated_bytes;
}

static uint64_t frees(const struct vt__device_row *device, enum vt_bucket bucket)
{
	return device->record->buckets[bucket].frees;
}

static void write_buckets(const struct vt__metrics *metrics,
			  const struct vt__metrics_member *member,
			  uint64_t (*value)(const struct vt__device_row *device,
					    enum vt_bucket bucket))
{
	const struct vt__process *process = member->process;

	for (uint32_t i = 0; i < process->device_count; i++)
		for (int number = 0; number < VT_BUCKET_COUNT; number++) {
			const enum vt_bucket bucket = (enum vt_bucket)number;

			if (!allocations(&process->devices[i], bucket) &&
			    !live_count(&process->devices[i], bucket))
				continue;
			vt__metrics_begin(metrics, member);
			vt__metrics_place(metrics, process, i, bucket);
			vt__metrics_end(metrics, value(&process->devices[i], bucket));
		}
}

/* ---- Families of processes ------------------------------------------------------------------- */

static void write_memory(const struct vt__metrics *metrics, const struct vt__metrics_member *member)
{
	for (size_t i = 0; i < member->process->device_count; i++) {
		const struct vt_format_device *record = member->process->devices[i].record;

		if (record->ordinal < 0 || !record->total_bytes)
			continue;
		vt__metrics_begin(metrics, member);
		fprintf(metrics->out, ",device=\"%" PRId32 "\"", record->ordinal);
		vt__metrics_end(metrics, record->total_bytes);
	}
}

static void write_leaked(const struct vt__metrics *metrics, const struct vt__metrics_member *member)
{
	for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++) {
		uint64_t bytes = 0;

		if (!vt__bucket_words[bucket].owned)
			continue;
		for (size_t i = 0; i < member->sample_count; i++)
			if (member->samples[i].bucket == (enum vt_bucket)bucket)
				bytes += member->samples[i].sums[VT__MEASURE_LEAKED].bytes;
		vt__metrics_begin(metrics, member);
		fprintf(metrics->out, ",memory=\"%s\"", vt__bucket_words[bucket].json);
		vt__metrics_end(metrics, bytes);
	}
}

static void write_findings(const struct vt__metrics *metrics,
			   const struct vt__metrics_member *member)
{
	size_t counts[VT__CLASS_COUNT] = {0};

	for (size_t i = 0; i < member->process->finding_count; i++)
		counts[member->process->findings[i].finding_class]++;
	for (int what = 0; what < VT__CLASS_COUNT; what++) {
		if (!vt__class_words[what].is_finding)
			continue;
		vt__metrics_begin(metrics, member);
		fprintf(metrics->out, ",class=\"%s\"", vt__class_words[what].json);
		vt__metrics_end(metrics, counts[what]);
	}
}

static void write_lost(const struct vt__metrics *metrics, const struct vt__metrics_member *member)
{
	const struct vt_format_header *header = vt__recording_header(member->process->recording);

	for (uint32_t loss = 0; loss < VT_FORMAT_LOSSES_MAX; loss++) {
		if (!header->losses[loss] || !vt__loss_name(loss))
			continue;
		vt__metrics_begin(metrics, member);
		fprintf(metrics->out, ",what=\"%s\"", vt__loss_name(loss));
		vt__metrics_end(metrics, header->losses[loss]);
	}
}

/* The number of the device's last statement. */
static uint32_t last_statement(const struct vt__recording *recording, uint32_t device)
{
	uint32_t found = VT_FORMAT_NONE;
	uint64_t time_ns = 0;

	for (uint32_t i = 0; i < vt__recording_statements(recording); i++) {
		const struct vt_format_account *account = vt__recording_account(
			recording, vt__recording_statement(recording, i)->account);

		if (account->device != device ||
		    (found != VT_FORMAT_NONE && account->time_ns < time_ns))
			continue;
		found = i;
		time_ns = account->time_ns;
	}
	return found;
}

static int write_statement(const struct vt__metrics *metrics,
			   const struct vt__metrics_member *member, uint32_t device,
			   uint32_t number, struct vt__statement *statement)
{
	int error = 0;

	vt__statement_of(member->process, number, statement);
	for (size_t i = 0; !error && i < statement->count; i++) {
		const struct vt__owner *owner = &statement->owners[i];

		vt__metrics_begin(metrics, member);
		fprintf(metrics->out, ",device=\"%" PRId32 "\"",
			member->process->devices[device].record->ordinal);
		error = vt__metrics_label(metrics->out, "owner",
					  owner->id ? owner->id : owner->name);
		fprintf(metrics->out, ",how=\"%s\"", vt__how_names[owner->how].json);
		if (owner->negative)
			fprintf(metrics->out, "} -%" PRIu64 "\n", owner->bytes);
		else
			vt__metrics_end(metrics, owner->bytes);
	}
	return error;
}

/* By the last statement of each device. */
static int write_owners(const struct vt__metrics *metrics, const struct vt__metrics_member *member)
{
	struct vt__statement *statement = malloc(sizeof(*statement));
	int error = statement ? 0 : -ENOMEM;

	for (uint32_t i = 0; !error && i < member->process->device_count; i++) {
		const uint32_t number = last_statement(member->process->recording, i);

		if (number != VT_FORMAT_NONE)
			error = write_statement(metrics, member, i, number, statement);
	}
	free(statement);
	return error;
}

static void write_covered(const struct vt__metrics *metrics,
			  const struct vt__metrics_member *member)
{
	struct vt__coverage coverage;

	vt__coverage_of(member->process, &coverage);
	vt__metrics_begin(metrics, member);
	vt__metrics_end(metrics, coverage.covered != VT__COVERED_NO);
}

/* Bytes that are off the card; with `is_flag` whether there are. */
static int write_away(const struct vt__metrics *metrics, const struct vt__metrics_member *member,
		      bool is_flag)
{
	struct vt__checkpoints found;
	int error = vt__checkpoints_of(metrics->members[0].process, metrics->count, member->process,
				       &found);

	if (!error) {
		vt__metrics_begin(metrics, member);
		vt__metrics_end(metrics, is_flag ? found.is_away : found.bytes);
	}
	vt__checkpoints_release(&found);
	return error;
}

static int write_checkpointed(const struct vt__metrics *metrics,
			      const struct vt__metrics_member *member)
{
	return write_away(metrics, member, true);
}

static int write_off_card(const struct vt__metrics *metrics,
			  const struct vt__metrics_member *member)
{
	return write_away(metrics, member, false);
}

static void write_running(const struct vt__metrics *metrics,
			  const struct vt__metrics_member *member)
{
	vt__metrics_begin(metrics, member);
	vt__metrics_end(metrics,
			vt__recording_state(member->process->recording) == VT__PROCESS_RUNNING);
}

/* ---- The families -----------------------------------------------------------------------------
 */

/* One of the four is how it is written; a measure is that of call sites. */
static const struct family {
	const char *name, *help;
	bool is_total;
	uint64_t (*of_bucket)(const struct vt__device_row *device, enum vt_bucket bucket);
	void (*of_process)(const struct vt__metrics *metrics,
			   const struct vt__metrics_member *member);
	int (*of_owners)(const struct vt__metrics *metrics,
			 const struct vt__metrics_member *member);
	enum vt__measure of_sites;
} families[] = {
	{.name = "live_bytes",
	 .help = "Memory that is allocated and not freed",
	 .of_bucket = live_bytes},
	{.name = "live_allocations",
	 .help = "Allocations that are not freed",
	 .of_bucket = live_count},
	{.name = "peak_bytes", .help = "The most that was live at once", .of_bucket = peak_bytes},
	{.name = "allocations_total",
	 .help = "Allocations made",
	 .is_total = true,
	 .of_bucket = allocations},
	{.name = "allocated_bytes_total",
	 .help = "Bytes of them",
	 .is_total = true,
	 .of_bucket = allocated_bytes},
	{.name = "frees_total",
	 .help = "Frees by the program",
	 .is_total = true,
	 .of_bucket = frees},
	{.name = "device_memory_bytes", .help = "Memory of the device", .of_process = write_memory},
	{.name = "owner_bytes",
	 .help = "Memory of the device by owner, when it was asked last; they add up to what is in "
		 "use",
	 .of_owners = write_owners},
	{.name = "leaked_bytes",
	 .help = "Memory that a process left behind that has ended",
	 .of_process = write_leaked},
	{.name = "findings", .help = "Distinct findings by class", .of_process = write_findings},
	{.name = "lost_total",
	 .help = "What the recorder could not keep",
	 .is_total = true,
	 .of_process = write_lost},
	{.name = "covered",
	 .help = "0 where something is known to have gone past the recorder",
	 .of_process = write_covered},
	{.name = "running", .help = "1 while the process runs", .of_process = write_running},
	{.name = "checkpointed",
	 .help = "1 while the device memory of the process is off the card, by a checkpoint",
	 .of_owners = write_checkpointed},
	{.name = "off_card_bytes",
	 .help = "Device memory that is live and off the card until the process is restored",
	 .of_owners = write_off_card},
	{.name = "site_live_bytes",
	 .help = "Memory that is not freed, by call site",
	 .of_sites = VT__MEASURE_LIVE},
	{.name = "site_peak_bytes",
	 .help = "Part in the peak of its device, by call site",
	 .of_sites = VT__MEASURE_PEAK},
};

static bool is_of_bytes(const char *name)
{
	const size_t length = strlen(name), unit = strlen("_bytes");

	return length > unit && !strcmp(name + length - unit, "_bytes");
}

static int write_family(struct vt__metrics *metrics, const struct family *family)
{
	int error = 0;

	metrics->name = family->name;
	fprintf(metrics->out, "# HELP vramtrack_%s %s.\n", family->name, family->help);
	if (!family->is_total)
		fprintf(metrics->out, "# TYPE vramtrack_%s gauge\n", family->name);
	if (is_of_bytes(family->name))
		fprintf(metrics->out, "# UNIT vramtrack_%s bytes\n", family->name);
	for (size_t i = 0; !error && i < metrics->count; i++) {
		if (family->of_bucket)
			write_buckets(metrics, &metrics->members[i], family->of_bucket);
		else if (family->of_owners)
			error = family->of_owners(metrics, &metrics->members[i]);
		else if (family->of_process)
			family->of_process(metrics, &metrics->members[i]);
		else
			error = vt__metrics_sites(metrics, &metrics->members[i], family->of_sites);
	}
	return error ? error : ferror(metrics->out) ? -EIO : 0;
}

#define COPY ",copy=\""

/* ---- The document -----------------------------------------------------------------------------
 */

/* How many of the processes before it say the same of themselves: a program that was replaced by
 * itself, a number that was given again. */
static size_t count_same(const struct vt__metrics *metrics, size_t number)
{
	const char *labels = metrics->members[number].labels, *other;
	const size_t length = strlen(labels);
	size_t same = 0;

	for (size_t i = 0; i < number; i++) {
		other = metrics->members[i].labels;
		same += !strncmp(other, labels, length) &&
			(!other[length] || !strncmp(other + length, COPY, strlen(COPY)));
	}
	return same;
}

/* The labels of a process; 0 or -ENOMEM. */
static int make_labels(struct vt__metrics_member *member, FILE *out)
{
	const struct vt__recording *recording = member->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	char *program = vt__program_title(member->process);
	struct vt__launch launch;
	int error = program ? 0 : -ENOMEM;

	fprintf(out, "pid=\"%" PRIu32 "\"", header->pid);
	vt__launch_of(recording, &launch);
	if (launch.known)
		fprintf(out, ",rank=\"%" PRIu32 "\"", launch.rank);
	if (!error)
		error = vt__metrics_label(out, "program", program);
	if (!error)
		error = vt__metrics_label(
			out, "host",
			vt__raw_to_escape(vt__recording_string(recording, header->host)));
	free(program);
	return error;
}

static int make_member(struct vt__metrics *metrics, size_t number,
		       const struct vt__process *process)
{
	struct vt__metrics_member *member = &metrics->members[number];
	FILE *out;
	size_t bytes, same;
	char *more;
	int error;

	member->process = process;
	out = open_memstream(&member->labels, &bytes);
	if (!out)
		return -ENOMEM;
	error = make_labels(member, out);
	if (fclose(out) || error)
		return -ENOMEM;
	same = count_same(metrics, number);
	if (same) {
		if (asprintf(&more, "%s" COPY "%zu\"", member->labels, same) < 0)
			return -ENOMEM;
		free(member->labels);
		member->labels = more;
	}
	return vt__samples_of(process, &member->samples, &member->sample_count);
}

int vt__write_openmetrics(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct vt__metrics metrics = {.out = out, .count = analysis->process_count};
	int error = 0, lost;

	(void)colour;
	metrics.members = calloc(metrics.count + 1, sizeof(*metrics.members));
	if (!metrics.members)
		return -ENOMEM;
	for (size_t i = 0; !error && i < metrics.count; i++)
		error = make_member(&metrics, i, &analysis->processes[i]);
	for (size_t i = 0; !error && i < sizeof(families) / sizeof(*families); i++)
		error = write_family(&metrics, &families[i]);
	fputs("# EOF\n", out);
	for (size_t i = 0; i < metrics.count; i++) {
		free(metrics.members[i].labels);
		free(metrics.members[i].samples);
	}
	free(metrics.members);
	vt__frames_release(&metrics.frames);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
