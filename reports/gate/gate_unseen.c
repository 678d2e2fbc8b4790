/*
 * Tells of all that was not seen, which may be anything: why the gate is not green.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "reports/findings/caches.h"
#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/findings/growth.h"
#include "reports/findings/rest.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"
#include "reports/gate/gate_private.h"
#include "reports/gate/policy.h"
#include "reports/text/units.h"

/* Processes that are named; the rest is a number. */
#define NAMED 8

/* The verdict "not covered" says it already; after findings the reason must say it. */
static const char *before(const struct vt__gate *gate)
{
	return gate->reason_count && gate->judged_count && gate->judged[0].fails ? "not covered: "
										 : "";
}

/* ---- Coverage ---------------------------------------------------------------------- */

static bool is_gap(const struct vt__process *process, const struct vt__coverage *coverage,
		   const struct vt__policy *policy)
{
	const bool runs = vt__recording_state(process->recording) == VT__PROCESS_RUNNING;

	if (coverage->covered == VT__COVERED_YES)
		return false;
	return coverage->covered == VT__COVERED_NO || runs || !policy->allow_unwatched_end;
}

static const char *program_of(const struct vt__process *process)
{
	return vt__last_part(vt__raw_to_copy(vt__recording_string(
		process->recording, vt__recording_header(process->recording)->program)));
}

/* Why a process is not covered, and what a person can do about it. */
static void put_gap(FILE *out, const struct vt__process *process,
		    const struct vt__coverage *coverage)
{
	const struct vt__recording *recording = process->recording;

	if (coverage->first) {
		const char *remedy = vt__passage_words(coverage->first->passage)->remedy;

		vt__print_raw(out, vt__recording_string(recording, coverage->first->path));
		fputs(": ", out);
		vt__print_passage(out, recording, coverage->first);
		if (coverage->unreached > 1)
			fprintf(out, ", and %zu more", coverage->unreached - 1);
		if (*remedy)
			fprintf(out, " (%s)", remedy);
		return;
	}
	fputs(coverage->reason, out);
	if (coverage->remedy)
		fprintf(out, " (%s)", coverage->remedy);
}

/* As text, to free(); NULL if memory is short. */
static char *gap_words(const struct vt__process *process, const struct vt__coverage *coverage)
{
	char *words = NULL;
	size_t size;
	FILE *out = open_memstream(&words, &size);

	if (!out)
		return NULL;
	put_gap(out, process, coverage);
	if (fclose(out) == 0)
		return words;
	free(words);
	return NULL;
}

static int tell_gap(const struct vt__process *process, const struct vt__coverage *coverage,
		    struct vt__gate *gate)
{
	char *words = gap_words(process, coverage);
	int error = words ? vt__gate_reason(gate, "%s%s, process %" PRIu32 ": %s", before(gate),
					    program_of(process),
					    vt__recording_header(process->recording)->pid, words)
			  : -ENOMEM;

	free(words);
	return error;
}

static int tell_coverage(const struct vt__gate_request *request, struct vt__gate *gate, bool *any)
{
	const struct vt__analysis *analysis = request->analysis;
	size_t count = 0;
	int error = 0;

	for (size_t i = 0; i < analysis->process_count && !error; i++) {
		const struct vt__process *process = &analysis->processes[i];
		struct vt__coverage coverage;

		vt__coverage_of(process, &coverage);
		if (!is_gap(process, &coverage, request->policy))
			continue;
		if (count++ < NAMED)
			error = tell_gap(process, &coverage, gate);
	}
	if (!error && count > NAMED)
		error = vt__gate_reason(gate, "%s%zu more process%s", before(gate), count - NAMED,
					vt__plural_es(count - NAMED));
	*any |= count != 0;
	return error;
}

/* Caches whose door was there, and whose blocks were left alone since what it said cannot be. */
static int tell_blocks(const struct vt__process *process, struct vt__gate *gate, bool *any)
{
	int error = 0;

	for (size_t i = 0; i < process->cache_count && !error; i++) {
		const struct vt_format_cache *cache = process->caches[i].record;

		if (cache->state == VT_BLOCKS_SEEN || cache->state == VT_BLOCKS_OWN)
			continue;
		*any = true;
		error = vt__gate_reason(
			gate, "%s%s, process %" PRIu32 ": blocks of %s's cache: %s", before(gate),
			program_of(process), vt__recording_header(process->recording)->pid,
			vt__door_cache(cache->door), vt__blocks_words(cache->state));
	}
	return error;
}

static int tell_caches(const struct vt__analysis *analysis, struct vt__gate *gate, bool *any)
{
	int error = 0;

	for (size_t i = 0; i < analysis->process_count && !error; i++)
		error = tell_blocks(&analysis->processes[i], gate, any);
	return error;
}

static bool is_class_judged(const struct vt__policy *policy, enum vt__class what)
{
	for (size_t i = 0; i < policy->clause_count; i++)
		if (policy->clauses[i].classes & 1u << what)
			return true;
	return false;
}

/* What nobody owns may grow, and it cannot be told. */
static int tell_rests(const struct vt__gate_request *request, struct vt__gate *gate, bool *any)
{
	const struct vt__analysis *analysis = request->analysis;
	int error = 0;

	if (!is_class_judged(request->policy, VT__CLASS_UNATTRIBUTED_GROWTH))
		return 0;
	for (size_t i = 0; i < analysis->process_count && !error; i++) {
		const struct vt__process *process = &analysis->processes[i];
		const struct vt__rest_row *row = vt__rest_untold(process);

		if (!row)
			continue;
		*any = true;
		error = vt__gate_reason(gate,
					"%s%s, process %" PRIu32 ": growth of what nobody owns: %s",
					before(gate), program_of(process),
					vt__recording_header(process->recording)->pid, row->reason);
	}
	return error;
}

/* Growth from mark to mark that was asked for: nobody came to a mark, or a history was not kept. */
static int tell_growth(const struct vt__gate_request *request, struct vt__gate *gate, bool *any)
{
	const struct vt__analysis *analysis = request->analysis;
	const struct vt__process *unmarked = vt__growth_unmarked(analysis);
	int error = 0;

	if (!is_class_judged(request->policy, VT__CLASS_GROWTH))
		return 0;
	if (unmarked)
		error = vt__gate_reason(gate,
					"%s%s, process %" PRIu32
					": growth: no mark \"%s\" was seen, for "
					"which the option growth asks",
					before(gate), program_of(unmarked),
					vt__recording_header(unmarked->recording)->pid,
					vt__raw_to_copy(vt__recording_string(
						unmarked->recording,
						vt__followed_marks(unmarked->recording)->name)));
	*any |= unmarked != NULL;
	for (size_t i = 0; i < analysis->process_count && !error; i++) {
		const struct vt__process *process = &analysis->processes[i];
		const size_t unkept = vt__growth_unkept(process);

		if (!unkept)
			continue;
		*any = true;
		error = vt__gate_reason(
			gate,
			"%s%s, process %" PRIu32 ": growth: of %zu call site%s there was "
			"no room for a history",
			before(gate), program_of(process),
			vt__recording_header(process->recording)->pid, unkept, vt__plural(unkept));
	}
	return error;
}

/* Losses of all processes, by their kind. */
static int tell_losses(const struct vt__analysis *analysis, struct vt__gate *gate, bool *any)
{
	int error = 0;

	for (uint32_t loss = 0; loss < VT_FORMAT_LOSSES_MAX && !error; loss++) {
		const char *words = vt__loss_words(loss);
		char counted[VT__WORDS_BYTES];
		uint64_t count = 0;

		if (!vt__loss_counts(loss))
			continue;
		for (size_t i = 0; i < analysis->process_count; i++)
			count += vt__recording_header(analysis->processes[i].recording)
					 ->losses[loss];
		if (!count)
			continue;
		*any = true;
		error = vt__gate_reason(gate, "lost: %" PRIu64 " %s", count,
					words ? vt__words_for(count, words, counted)
					      : "of a kind newer than this vramtrack");
	}
	return error;
}

static bool touched_cuda(const struct vt__analysis *analysis)
{
	for (size_t i = 0; i < analysis->process_count; i++) {
		struct vt__coverage coverage;

		vt__coverage_of(&analysis->processes[i], &coverage);
		if (coverage.called || coverage.driver_loaded || coverage.unreached)
			return true;
	}
	return false;
}

static int tell_absence(const struct vt__gate_request *request, struct vt__gate *gate, bool *any)
{
	const struct vt__analysis *analysis = request->analysis;
	int error = 0;

	for (size_t i = 0; i < request->gap_count && !error; i++)
		error = vt__gate_reason(gate, "%s%s", before(gate), request->gaps[i]);
	*any |= request->gap_count != 0;
	if (error || analysis->unreadable || request->policy->allow_no_cuda ||
	    touched_cuda(analysis))
		return error;
	*any = true;
	return vt__gate_reason(gate, "%s (a program that uses no CUDA: --allow-no-cuda)",
			       analysis->process_count
				       ? "no process called the CUDA driver"
				       : "nothing was recorded where a recording was expected");
}

/* ---- All of it ------------------------------------------------------------------------ */

int vt__gate_unseen(const struct vt__gate_request *request, struct vt__gate *gate, bool *any)
{
	int error = tell_absence(request, gate, any);

	if (!error)
		error = tell_coverage(request, gate, any);
	if (!error)
		error = tell_losses(request->analysis, gate, any);
	if (!error)
		error = tell_caches(request->analysis, gate, any);
	if (!error)
		error = tell_rests(request, gate, any);
	return error ? error : tell_growth(request, gate, any);
}

int vt__gate_untold(const struct vt__gate_request *request, struct vt__gate *gate)
{
	const struct vt__analysis *analysis = request->analysis;
	char counted[VT__WORDS_BYTES];
	uint64_t graphs = 0;
	int error = 0;

	for (size_t i = 0; i < analysis->process_count; i++)
		graphs += vt__recording_header(analysis->processes[i].recording)
				  ->losses[VT_LOSS_GRAPH_USES];
	if (is_class_judged(request->policy, VT__CLASS_GROWTH) && vt__growth_is_untold(analysis))
		error = vt__gate_reason(gate, "growth was not told: too few marks");
	if (!error && graphs && is_class_judged(request->policy, VT__CLASS_STALE_GRAPH))
		error = vt__gate_reason(
			gate, "stale graphs were not looked for in all graphs: %" PRIu64 " %s",
			graphs, vt__words_for(graphs, vt__loss_words(VT_LOSS_GRAPH_USES), counted));
	return error;
}
