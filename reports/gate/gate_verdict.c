/*
 * Makes the verdict of what was judged, and the sentences that give it.
 *
 * It fails closed: what was not seen might be anything.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "reports/findings/describe.h"
#include "reports/gate/gate_private.h"
#include "reports/gate/policy.h"
#include "reports/text/units.h"

/* ---- Findings ------------------------------------------------------------------- */

/* One sentence for each clause. */
static int tell_findings(const struct vt__policy *policy, struct vt__gate *gate, bool *any)
{
	char bytes[VT__UNIT_BYTES];
	int error = 0;

	for (size_t i = 0; i < policy->clause_count && !error; i++) {
		size_t count = 0, grown = 0;
		uint64_t sum = 0;

		for (size_t j = 0; j < gate->judged_count; j++) {
			const struct vt__judged *judged = &gate->judged[j];

			if (!judged->fails || judged->clause != policy->clauses[i].text)
				continue;
			count++;
			grown += judged->standing == VT__STANDING_GROWN;
			sum += judged->row->record ? 0 : vt__judged_excess(judged).bytes;
		}
		if (!count)
			continue;
		*any = true;
		error = vt__gate_reason(gate, "%zu finding%s beyond the policy \"%s\"%s%s%s", count,
					vt__plural(count), policy->clauses[i].text, sum ? ": " : "",
					sum ? vt__bytes(sum, bytes) : "",
					grown == count ? ", grown since the baseline"
					: grown        ? ", some of it grown since the baseline"
						       : "");
	}
	return error;
}

/* What was to be given back between two marks. Marks that nobody saw are a gap. */
static int tell_releases(const struct vt__gate_request *request, struct vt__gate *gate,
			 bool *findings, bool *uncovered)
{
	const struct vt__policy *policy = request->policy;
	int error = 0;

	for (size_t i = 0; i < policy->release_count && !error; i++) {
		enum vt__release release;
		char *words = NULL;

		error = vt__must_release_judge(&policy->releases[i], request->analysis, &release,
					       &words);
		if (!error && release != VT__RELEASED)
			error = vt__gate_reason(gate, "%s", words);
		*findings |= release == VT__RELEASED_TOO_LITTLE;
		*uncovered |= release == VT__RELEASE_NOT_SEEN;
		free(words);
	}
	return error;
}

/* ---- The verdict ---------------------------------------------------------------------- */

static int tell_clean(struct vt__gate *gate)
{
	const struct vt__summary *summary = &gate->analysis->summary;
	size_t counts[VT__STANDING_COUNT] = {0}, i;

	for (i = 0; i < gate->judged_count; i++)
		counts[gate->judged[i].standing]++;
	if (!gate->analysis->process_count)
		return vt__gate_reason(gate, "nothing was recorded, which is allowed");
	return vt__gate_reason(gate,
			       "nothing beyond the policy in %zu process%s and %" PRIu64
			       " allocation%s; %zu in the baseline, %zu suppressed, %zu other",
			       gate->analysis->process_count,
			       vt__plural_es(gate->analysis->process_count), summary->allocations,
			       vt__plural(summary->allocations), counts[VT__STANDING_KNOWN],
			       counts[VT__STANDING_SUPPRESSED],
			       counts[VT__STANDING_NEW] + counts[VT__STANDING_GROWN]);
}

static int tell_unreadable(struct vt__gate *gate)
{
	const size_t count = gate->analysis->unreadable;

	return count ? vt__gate_reason(gate, "%zu recording%s cannot be read", count,
				       vt__plural(count))
		     : 0;
}

static enum vt__verdict verdict_of(const struct vt__gate *gate, bool findings, bool uncovered)
{
	if (findings)
		return VT__VERDICT_FINDINGS;
	if (gate->analysis->unreadable)
		return VT__VERDICT_UNREADABLE;
	return uncovered ? VT__VERDICT_UNCOVERED : VT__VERDICT_CLEAN;
}

/* Where only recordings are at hand any of their processes may be the one that counts. */
static bool has_failed(const struct vt__gate *gate)
{
	bool failed = gate->program_status > 0;

	for (size_t i = 0; i < gate->analysis->process_count && gate->program_status < 0; i++)
		failed |= vt__exit_code(&gate->analysis->processes[i]) > 0;
	return failed;
}

int vt__gate_decide(const struct vt__gate_request *request, struct vt__gate *gate)
{
	bool findings = false, uncovered = false;
	int error = tell_findings(request->policy, gate, &findings);

	if (!error)
		error = tell_releases(request, gate, &findings, &uncovered);
	if (!error)
		error = tell_unreadable(gate);
	if (!error)
		error = vt__gate_unseen(request, gate, &uncovered);
	gate->incomplete = uncovered || request->analysis->unreadable;
	gate->gone_unsure = gate->incomplete || has_failed(gate);
	gate->verdict = verdict_of(gate, findings, uncovered);
	if (!error && gate->verdict == VT__VERDICT_CLEAN)
		error = tell_clean(gate);
	if (!error && gate->verdict == VT__VERDICT_CLEAN)
		error = vt__gate_untold(request, gate);
	if (!error && gate->program_status > 0)
		error = vt__gate_reason(gate, "the program itself failed with exit code %d",
					gate->program_status);
	return error;
}
