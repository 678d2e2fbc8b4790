/*
 * SQLite report: all that a recording has, for questions that no report answers.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/findings/launch.h"
#include "reports/findings/samples.h"
#include "reports/formats/sqlite_stacks.h"
#include "reports/formats/writer.h"
#include "reports/text/escape.h"
#include "reports/text/stream.h"

static void put_sum(struct vt__db *db, struct vt__sum sum)
{
	vt__db_number(db, sum.bytes);
	vt__db_number(db, sum.count);
}

static void put_device(const struct vt__sqlite *sqlite, uint32_t number)
{
	vt__db_known(sqlite->db, number < sqlite->process->device_count, sqlite->device + number);
}

/* ---- Processes and devices ------------------------------------------------------------------- */

static void put_launch(struct vt__db *db, const struct vt__recording *recording)
{
	struct vt__launch launch;

	vt__launch_of(recording, &launch);
	vt__db_known(db, launch.known, launch.rank);
	vt__db_known(db, launch.known && launch.size, launch.size);
	vt__db_text(db, *launch.job ? launch.job : NULL);
}

static void put_end(struct vt__db *db, const struct vt__process *process)
{
	static const char *const states[] = {[VT__PROCESS_RUNNING] = "running",
					     [VT__PROCESS_EXITED] = "exited",
					     [VT__PROCESS_ENDED] = "ended"};
	const int code = vt__exit_code(process), signal = vt__exit_signal(process);
	char started[VT__TIME_BYTES];

	vt__db_text(db, states[vt__recording_state(process->recording)]);
	vt__db_known(db, code >= 0, (uint64_t)code);
	vt__db_known(db, signal, (uint64_t)signal);
	vt__db_text(db, vt__started(process, started));
	vt__db_known(db, vt__duration_ns(process), vt__duration_ns(process));
}

static int put_process(const struct vt__sqlite *sqlite)
{
	const struct vt__recording *recording = sqlite->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	char *command = vt__shell_command(vt__recording_string(recording, header->command));
	struct vt__coverage coverage;
	struct vt__db *db = sqlite->db;

	vt__coverage_of(sqlite->process, &coverage);
	vt__db_begin(db, VT__TABLE_processes);
	vt__db_number(db, sqlite->process_id);
	vt__db_number(db, header->pid);
	vt__db_number(db, header->parent_pid);
	put_launch(db, recording);
	vt__db_raw(db, vt__recording_string(recording, header->host));
	vt__db_raw(db, vt__recording_string(recording, header->program));
	vt__db_text(db, command);
	put_end(db, sqlite->process);
	vt__db_number(db, !!header->simulated);
	vt__db_known(db, coverage.covered != VT__COVERED_UNKNOWN,
		     coverage.covered == VT__COVERED_YES);
	vt__db_text(db, vt__recording_path(recording));
	free(command);
	return command ? vt__db_row(db) : -ENOMEM;
}

static int put_bucket(const struct vt__sqlite *sqlite, uint32_t number, enum vt_bucket bucket)
{
	const struct vt__device_row *device = &sqlite->process->devices[number];
	const struct vt_format_total *total = &device->record->buckets[bucket];
	struct vt__db *db = sqlite->db;

	vt__db_begin(db, VT__TABLE_device_memory);
	vt__db_number(db, sqlite->device + number);
	vt__db_text(db, vt__bucket_words[bucket].json);
	put_sum(db, vt__live_of(device, bucket));
	vt__db_number(db, total->peak_bytes);
	vt__sqlite_time(sqlite, device->record->peak_time_ns[bucket]);
	vt__db_number(db, total->allocated_bytes);
	vt__db_number(db, total->allocations);
	vt__db_number(db, total->frees);
	return vt__db_row(db);
}

static int put_devices(const struct vt__sqlite *sqlite)
{
	struct vt__db *db = sqlite->db;
	char uuid[VT__UUID_BYTES];
	int error = 0;

	for (uint32_t i = 0; !error && i < sqlite->process->device_count; i++) {
		const struct vt_format_device *record = sqlite->process->devices[i].record;

		vt__db_begin(db, VT__TABLE_devices);
		vt__db_number(db, sqlite->device + i);
		vt__db_number(db, sqlite->process_id);
		vt__db_known(db, record->ordinal >= 0, (uint64_t)record->ordinal);
		vt__db_raw(db, vt__recording_string(sqlite->process->recording, record->name));
		vt__db_text(db, *vt__uuid(record->uuid, uuid) ? uuid : NULL);
		vt__db_known(db, record->total_bytes, record->total_bytes);
		error = vt__db_row(db);
		for (int bucket = 0; !error && bucket < VT_BUCKET_COUNT; bucket++)
			error = put_bucket(sqlite, i, (enum vt_bucket)bucket);
	}
	return error;
}

/* ---- Call sites, allocations, findings ---------------------------------------------------------
 */

static int put_site(struct vt__sqlite *sqlite, uint32_t number, const struct vt__sum *sums)
{
	const struct vt__recording *recording = sqlite->process->recording;
	const struct vt_format_site *site = vt__recording_site(recording, number);
	struct vt__db *db = sqlite->db;
	const int error = vt__sqlite_stack(sqlite, site->stack);
	const bool has_stack = site->stack < vt__recording_stacks(recording);

	if (error)
		return error;
	vt__db_begin(db, VT__TABLE_sites);
	vt__db_number(db, sqlite->site + number);
	vt__db_number(db, sqlite->process_id);
	put_device(sqlite, site->device);
	vt__sqlite_stack_id(sqlite, site->stack);
	vt__db_known(db, has_stack && sqlite->stacks[site->stack].site,
		     has_stack ? sqlite->stacks[site->stack].site : 0);
	vt__db_raw(db, vt__recording_string(recording, site->api));
	vt__db_text(db, vt__kind_words[site->kind].json);
	vt__db_text(db, vt__bucket_words[vt__bucket_of(site->kind)].json);
	for (int i = 0; i < VT__MEASURE_COUNT; i++)
		put_sum(db, sums[i]);
	vt__db_number(db, site->total.frees);
	vt__sqlite_time(sqlite, site->first_time_ns);
	vt__sqlite_time(sqlite, site->last_time_ns);
	return vt__db_row(db);
}

/* Samples of one site are behind one another. */
static int put_sites(struct vt__sqlite *sqlite)
{
	struct vt__sample *samples;
	size_t count, next;
	int error = vt__samples_of(sqlite->process, &samples, &count);

	if (error)
		return error;
	for (size_t i = 0; !error && i < count; i = next) {
		for (next = i + 1; next < count && samples[next].site == samples[i].site; next++)
			for (int of = 0; of < VT__MEASURE_COUNT; of++) {
				samples[i].sums[of].bytes += samples[next].sums[of].bytes;
				samples[i].sums[of].count += samples[next].sums[of].count;
			}
		error = put_site(sqlite, samples[i].number, samples[i].sums);
	}
	free(samples);
	return error;
}

static int put_allocations(const struct vt__sqlite *sqlite)
{
	const struct vt__recording *recording = sqlite->process->recording;
	const uint32_t count = vt__recording_allocations(recording);
	struct vt__db *db = sqlite->db;
	int error = 0;

	for (uint32_t i = 0; !error && i < count; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);

		if (allocation->state != VT_ALLOCATION_LIVE ||
		    !vt__recording_site(recording, allocation->site))
			continue;
		vt__db_begin(db, VT__TABLE_allocations);
		vt__db_null(db);
		vt__db_number(db, sqlite->site + allocation->site);
		vt__db_number(db, allocation->address);
		vt__db_number(db, allocation->bytes);
		vt__sqlite_time(sqlite, allocation->time_ns);
		vt__db_number(db, allocation->thread);
		vt__db_raw(db, vt__recording_optional(recording, allocation->purpose));
		vt__db_raw(db, vt__recording_optional(recording, allocation->label));
		error = vt__db_row(db);
	}
	return error;
}

static int put_findings(struct vt__sqlite *sqlite)
{
	struct vt__db *db = sqlite->db;
	int error = 0;

	for (size_t i = 0; !error && i < sqlite->process->finding_count; i++) {
		const struct vt__finding_row *row = &sqlite->process->findings[i];
		const bool has_kind = row->kind < VT_KIND_COUNT;

		error = vt__sqlite_stack(sqlite, row->stack);
		if (error)
			break;
		vt__db_begin(db, VT__TABLE_findings);
		vt__db_null(db);
		vt__db_number(db, sqlite->process_id);
		vt__db_text(db, vt__class_words[row->finding_class].json);
		put_device(sqlite, row->device);
		vt__db_text(db, has_kind ? vt__kind_words[row->kind].json : NULL);
		vt__db_text(db, has_kind ? vt__bucket_words[vt__bucket_of(row->kind)].json : NULL);
		vt__db_raw(db, row->api);
		vt__sqlite_stack_id(sqlite, row->stack);
		put_sum(db, row->sum);
		vt__sqlite_time(sqlite, row->record ? row->record->time_ns : 0);
		error = vt__db_row(db);
	}
	return error;
}

static int put_losses(const struct vt__sqlite *sqlite)
{
	const struct vt_format_header *header = vt__recording_header(sqlite->process->recording);
	struct vt__db *db = sqlite->db;
	int error = 0;

	for (uint32_t loss = 0; !error && loss < VT_FORMAT_LOSSES_MAX; loss++) {
		if (!header->losses[loss])
			continue;
		vt__db_begin(db, VT__TABLE_losses);
		vt__db_number(db, sqlite->process_id);
		vt__db_text(db, vt__loss_name(loss));
		vt__db_number(db, header->losses[loss]);
		error = vt__db_row(db);
	}
	return error;
}

/* ---- The whole --------------------------------------------------------------------------------
 */

static int put_all_of(struct vt__sqlite *sqlite)
{
	const struct vt__recording *recording = sqlite->process->recording;
	int error;

	sqlite->stacks = calloc(vt__recording_stacks(recording) + 1u, sizeof(*sqlite->stacks));
	if (!sqlite->stacks)
		return -ENOMEM;
	error = put_process(sqlite);
	if (!error)
		error = put_devices(sqlite);
	if (!error)
		error = put_sites(sqlite);
	if (!error)
		error = put_allocations(sqlite);
	if (!error)
		error = put_findings(sqlite);
	if (!error)
		error = vt__sqlite_history(sqlite);
	if (!error)
		error = put_losses(sqlite);
	free(sqlite->stacks);
	sqlite->device += sqlite->process->device_count;
	sqlite->stack += vt__recording_stacks(recording);
	sqlite->site += vt__recording_sites(recording);
	return error;
}

static int put_meta(struct vt__db *db)
{
	static const char *const rows[][2] = {{"schema", VT__SQLITE_SCHEMA},
					      {"tool", PACKAGE_NAME " " PACKAGE_VERSION}};
	int error = 0;

	for (size_t i = 0; !error && i < sizeof(rows) / sizeof(*rows); i++) {
		vt__db_begin(db, VT__TABLE_meta);
		vt__db_text(db, rows[i][0]);
		vt__db_text(db, rows[i][1]);
		error = vt__db_row(db);
	}
	return error;
}

int vt__write_sqlite(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct vt__sqlite sqlite = {.device = 1, .stack = 1, .site = 1};
	int error = vt__db_new(&sqlite.db), lost;

	(void)colour;
	if (error)
		return error;
	error = put_meta(sqlite.db);
	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		sqlite.process = &analysis->processes[i];
		sqlite.process_id = i + 1;
		error = put_all_of(&sqlite);
	}
	if (!error)
		error = vt__db_write(sqlite.db, out);
	vt__db_free(sqlite.db);
	vt__sqlite_forget(&sqlite);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
