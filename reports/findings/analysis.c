/*
 * What recordings say: the processes of a report, their totals and the sum.
 */
#include "config.h"

#include "reports/findings/analysis.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/accounts.h"
#include "reports/findings/caches.h"
#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/findings/findings.h"
#include "reports/findings/purposes.h"
#include "reports/findings/references.h"
#include "reports/findings/refused_frees.h"

int vt__analysis_new(struct vt__analysis **out)
{
	struct vt__analysis *analysis = calloc(1, sizeof(*analysis));

	if (!analysis)
		return -ENOMEM;
	analysis->symbolizer = vt__symbolizer_new();
	if (!analysis->symbolizer) {
		free(analysis);
		return -ENOMEM;
	}
	*out = analysis;
	return 0;
}

void vt__process_release(struct vt__process *process)
{
	for (size_t i = 0; i < process->peak_count; i++)
		free(process->peaks[i].shares);
	free(process->peaks);
	free(process->segments);
	free(process->cached_sites);
	free(process->caches);
	free(process->findings);
	free(process->growth);
	free(process->rests);
	free(process->holders);
	free(process->held);
	free(process->purposes);
	free(process->references);
	free(process->refused);
	free(process->parts);
	free(process->devices);
	vt__stacks_free(process->stacks);
	vt__recording_close(process->recording);
}

void vt__analysis_free(struct vt__analysis *analysis)
{
	if (!analysis)
		return;
	for (size_t i = 0; i < analysis->process_count; i++)
		vt__process_release(&analysis->processes[i]);
	free(analysis->processes);
	vt__symbolizer_free(analysis->symbolizer);
	free(analysis);
}

static int make_devices(struct vt__process *process)
{
	const uint32_t count = vt__recording_devices(process->recording);

	process->devices = calloc(count + 1u, sizeof(*process->devices));
	if (!process->devices)
		return -ENOMEM;
	process->device_count = count;
	for (uint32_t i = 0; i < count; i++)
		process->devices[i].record = vt__recording_device(process->recording, i);
	return 0;
}

int vt__process_make(struct vt__recording *recording, struct vt__symbolizer *symbolizer,
		     struct vt__process *out)
{
	struct vt__process process = {.recording = recording};
	int error = -ENOMEM;

	process.stacks = vt__stacks_new(recording, symbolizer);
	if (process.stacks)
		error = make_devices(&process);
	if (!error)
		error = vt__find_caches(&process);
	if (!error)
		error = vt__find_purposes(&process);
	if (!error)
		error = vt__find_refused(&process);
	if (!error)
		error = vt__find_references(&process);
	if (!error)
		error = vt__find_all(&process);
	if (error)
		vt__process_release(&process);
	else
		*out = process;
	return error;
}

int vt__analysis_add(struct vt__analysis *analysis, struct vt__recording *recording)
{
	struct vt__process process, *grown;
	const int error = vt__process_make(recording, analysis->symbolizer, &process);

	if (error)
		return error;
	grown = reallocarray(analysis->processes, analysis->process_count + 1, sizeof(*grown));
	if (!grown) {
		vt__process_release(&process);
		return -ENOMEM;
	}
	analysis->processes = grown;
	analysis->processes[analysis->process_count++] = process;
	return 0;
}

struct vt__sum vt__live_of(const struct vt__device_row *device, enum vt_bucket bucket)
{
	struct vt__sum sum = {0};

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		if (vt__bucket_of(kind) != bucket)
			continue;
		sum.bytes += device->live[kind].bytes;
		sum.count += device->live[kind].count;
	}
	return sum;
}

/* ---- The sum over all processes -------------------------------------------- */

static int by_start(const void *left, const void *right)
{
	const struct vt_format_header *a = vt__recording_header(
		((const struct vt__process *)left)->recording);
	const struct vt_format_header *b = vt__recording_header(
		((const struct vt__process *)right)->recording);

	if (a->start_realtime_ns != b->start_realtime_ns)
		return a->start_realtime_ns < b->start_realtime_ns ? -1 : 1;
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

static void sum_findings(struct vt__summary *summary, const struct vt__process *process)
{
	for (size_t i = 0; i < process->finding_count; i++) {
		const struct vt__finding_row *row = &process->findings[i];
		struct vt__sum *sum = &summary->sums[row->finding_class][vt__bucket_of(row->kind)];

		summary->findings[row->finding_class]++;
		summary->occurrences[row->finding_class] += row->sum.count;
		if (row->record)
			continue;
		sum->bytes += row->sum.bytes;
		sum->count += row->sum.count;
	}
}

/* Objects that somebody else keeps are in the sum of all that are held, and in none of a class. */
static void sum_objects(struct vt__summary *summary, const struct vt__process *process)
{
	for (size_t i = 0; i < process->held_count; i++) {
		const struct vt__finding_row *row = &process->held[i];

		if (row->finding_class != VT__CLASS_HELD_OBJECT)
			continue;
		summary->findings[VT__CLASS_HELD_OBJECT]++;
		summary->occurrences[VT__CLASS_HELD_OBJECT] += row->sum.count;
		vt__sum_add(&summary->sums[VT__CLASS_HELD_OBJECT][VT_BUCKET_HELD], row->sum);
		vt__sum_add(&summary->objects[row->kind], row->sum);
	}
}

static void sum_devices(struct vt__summary *summary, const struct vt__process *process)
{
	for (size_t i = 0; i < process->device_count; i++) {
		const struct vt__device_row *device = &process->devices[i];

		for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++) {
			const struct vt__sum live = vt__live_of(device, (enum vt_bucket)bucket);

			if (bucket == VT_BUCKET_HELD) {
				summary->held += live.count;
				continue;
			}
			if (bucket == VT_BUCKET_BLOCKS) /* what is in them was counted */
				continue;
			summary->allocations += device->record->buckets[bucket].allocations;
			summary->frees += device->record->buckets[bucket].frees;
			summary->live += live.count;
		}
	}
}

static void sum_process(struct vt__summary *summary, const struct vt__process *process)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	struct vt__coverage coverage;

	sum_findings(summary, process);
	sum_objects(summary, process);
	summary->graph_kept_bytes += vt__kept_by_graphs(process->recording);
	sum_devices(summary, process);
	vt__coverage_of(process, &coverage);
	summary->uncovered += coverage.covered == VT__COVERED_NO;
	summary->running += vt__recording_state(process->recording) == VT__PROCESS_RUNNING;
	for (uint32_t loss = 0; loss < VT_FORMAT_LOSSES_MAX; loss++)
		if (vt__loss_counts(loss))
			summary->lost += header->losses[loss];
}

void vt__analysis_finish(struct vt__analysis *analysis)
{
	if (analysis->process_count)
		qsort(analysis->processes, analysis->process_count, sizeof(*analysis->processes),
		      by_start);
	for (size_t i = 0; i < analysis->process_count; i++)
		sum_process(&analysis->summary, &analysis->processes[i]);
}
