/*
 * The judge: holds findings against the suppressions, the baseline and the policy.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gate/baseline.h"
#include "reports/gate/gate_private.h"
#include "reports/gate/policy.h"
#include "reports/gate/suppressions.h"

static const struct {
	const char *json, *words;
} standings[VT__STANDING_COUNT] = {
#define VT__STANDING(id, json_name, text) [VT__STANDING_##id] = {json_name, text},
	VT__STANDINGS(VT__STANDING)
#undef VT__STANDING
};

const char *vt__standing_words(enum vt__standing standing)
{
	return standings[standing].words;
}

const char *vt__standing_json(enum vt__standing standing)
{
	return standings[standing].json;
}

const char *vt__verdict_json(enum vt__verdict verdict)
{
	static const char *const names[] = {
		[VT__VERDICT_CLEAN] = "clean",
		[VT__VERDICT_FINDINGS] = "findings",
		[VT__VERDICT_UNCOVERED] = "uncovered",
		[VT__VERDICT_UNREADABLE] = "unreadable",
	};

	return names[verdict];
}

/* ---- How each finding stands ---------------------------------------------------- */

static void compare_with_baseline(const struct vt__gate_request *request, struct vt__judged *judged)
{
	struct vt__known known;

	judged->standing = VT__STANDING_NEW;
	if (!request->baseline || !vt__baseline_knows(request->baseline, judged, &known))
		return;
	judged->known = known.sum;
	judged->standing = vt__baseline_has_grown(&known, judged) ? VT__STANDING_GROWN
								  : VT__STANDING_KNOWN;
}

/* The buffers are for the stack, by all names and by the modules' own. */
static int stand(const struct vt__gate_request *request, struct vt__judged *judged,
		 struct vt__frames buffers[2])
{
	struct vt__stacks *stacks = judged->process->stacks;
	struct vt__rule_place place;
	int error = vt__stack_frames(stacks, judged->row->stack, &buffers[0]);

	if (!error)
		error = vt__stack_own_frames(stacks, judged->row->stack, &buffers[1]);
	if (error)
		return error;
	compare_with_baseline(request, judged);
	if (!vt__suppressions_match(request->suppressions, judged, &buffers[0], &buffers[1],
				    request->today, &place))
		return 0;
	judged->standing = VT__STANDING_SUPPRESSED;
	judged->suppressed_file = place.file;
	judged->suppressed_line = place.line;
	judged->suppressed_rule = place.text;
	return 0;
}

/* ---- Which of them fail ----------------------------------------------------------- */

static void apply_clause(const struct vt__clause *clause, struct vt__gate *gate)
{
	uint64_t total = 0;

	for (size_t i = 0; clause->total && i < gate->judged_count; i++)
		if (vt__clause_applies(clause, &gate->judged[i]))
			total += vt__judged_excess(&gate->judged[i]).bytes;
	if (clause->total && total <= clause->total)
		return;
	for (size_t i = 0; i < gate->judged_count; i++) {
		struct vt__judged *judged = &gate->judged[i];

		if (judged->fails || !vt__clause_applies(clause, judged))
			continue;
		judged->fails = true;
		judged->clause = clause->text;
	}
}

static int by_weight(const void *left, const void *right)
{
	const struct vt__judged *a = left, *b = right;

	if (a->fails != b->fails)
		return a->fails ? -1 : 1;
	if (a->standing != b->standing)
		return a->standing < b->standing ? -1 : 1;
	if (a->row->finding_class != b->row->finding_class)
		return a->row->finding_class < b->row->finding_class ? -1 : 1;
	if (a->sum.bytes != b->sum.bytes)
		return a->sum.bytes > b->sum.bytes ? -1 : 1;
	return strcmp(a->identity, b->identity);
}

/* ---- What is not there any more ------------------------------------------------------ */

static int by_identity(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void keep_gone(const struct vt__baseline *baseline, struct vt__gate *gate,
		      const char **found, size_t found_count)
{
	const struct vt__known *known;

	for (size_t i = 0; (known = vt__baseline_at(baseline, i)); i++) {
		const char *identity = known->identity;

		if (bsearch(&identity, found, found_count, sizeof(*found), by_identity))
			continue;
		gate->gone[gate->gone_count++] = (struct vt__gone){
			known->identity, known->class_name, known->kind, known->title, known->sum};
	}
}

/* The identities of all that was found, by every scheme; NULL if out of memory. */
static const char **list_found(const struct vt__gate *gate, size_t *count)
{
	const char **found;
	size_t room = gate->judged_count + 1;

	for (size_t i = 0; i < gate->judged_count; i++)
		room += gate->judged[i].former_count;
	found = calloc(room, sizeof(*found));
	*count = 0;
	for (size_t i = 0; found && i < gate->judged_count; i++) {
		found[(*count)++] = gate->judged[i].identity;
		for (size_t j = 0; j < gate->judged[i].former_count; j++)
			found[(*count)++] = gate->judged[i].former[j];
	}
	if (found)
		qsort(found, *count, sizeof(*found), by_identity);
	return found;
}

static int find_gone(const struct vt__baseline *baseline, struct vt__gate *gate)
{
	const char **found;
	size_t count = 0, found_count;

	while (baseline && vt__baseline_at(baseline, count))
		count++;
	if (!count)
		return 0;
	found = list_found(gate, &found_count);
	gate->gone = calloc(count, sizeof(*gate->gone));
	if (found && gate->gone)
		keep_gone(baseline, gate, found, found_count);
	free(found);
	return found && gate->gone ? 0 : -ENOMEM;
}

/* ---- The whole ------------------------------------------------------------------------- */

static int judge(const struct vt__gate_request *request, struct vt__gate *gate)
{
	struct vt__frames buffers[2] = {{.frames = NULL}, {.frames = NULL}};
	const bool with_former = request->baseline && vt__baseline_is_former(request->baseline);
	int error = vt__gate_collect(request, with_former, gate);

	for (size_t i = 0; i < gate->judged_count && !error; i++)
		error = stand(request, &gate->judged[i], buffers);
	vt__frames_release(&buffers[0]);
	vt__frames_release(&buffers[1]);
	if (error)
		return error;
	for (size_t i = 0; i < request->policy->clause_count; i++)
		apply_clause(&request->policy->clauses[i], gate);
	if (gate->judged_count)
		qsort(gate->judged, gate->judged_count, sizeof(*gate->judged), by_weight);
	error = find_gone(request->baseline, gate);
	if (!error)
		error = vt__suppressions_idle(request->suppressions, request->today, &gate->idle,
					      &gate->idle_count);
	return error ? error : vt__gate_decide(request, gate);
}

int vt__gate_judge(const struct vt__gate_request *request, struct vt__gate *out)
{
	struct vt__gate gate = {
		.analysis = request->analysis,
		.program = request->program,
		.program_status = request->program_status,
	};
	const int error = judge(request, &gate);

	if (error)
		vt__gate_release(&gate);
	else
		*out = gate;
	return error;
}

void vt__gate_release(struct vt__gate *gate)
{
	while (gate->reason_count)
		free(gate->reasons[--gate->reason_count]);
	free(gate->reasons);
	while (gate->judged_count)
		free(gate->judged[--gate->judged_count].former);
	free(gate->idle);
	free(gate->gone);
	free(gate->judged);
	*gate = (struct vt__gate){.judged = NULL};
}
