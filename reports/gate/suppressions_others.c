/*
 * What a printed rule must leave alone: all that was recorded besides its finding.
 */
#include "config.h"

#include "reports/gate/suppressions_others.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/hash.h"
#include "reports/findings/identity.h"

/* A call site as a leak of it would be judged: one for each identity. */
struct other {
	UT_hash_handle hh;
	uint8_t identity[VT__IDENTITY_BYTES];
	const struct vt__process *process;
	struct vt__finding_row row;
};

struct vt__others {
	const struct vt__gate *gate;
	struct other *sites; /* in the order of the recordings */
};

static int add_site(struct vt__others *others, struct vt__identities *identities,
		    const struct vt__process *process, const struct vt_format_site *site)
{
	struct other *other = calloc(1, sizeof(*other)), *known = NULL;
	int error = other ? 0 : -ENOMEM;

	if (!error) {
		other->process = process;
		other->row = (struct vt__finding_row){
			.finding_class = VT__CLASS_LEAK,
			.kind = site->kind,
			.device = site->device,
			.stack = site->stack,
			.api = vt__recording_string(process->recording, site->api)};
		error = vt__identity_of(identities, &other->row, other->identity);
	}
	if (!error)
		HASH_FIND(hh, others->sites, other->identity, VT__IDENTITY_BYTES, known);
	if (error || known) {
		free(other);
		return error;
	}
	HASH_ADD(hh, others->sites, identity, VT__IDENTITY_BYTES, other);
	if (other->hh.tbl)
		return 0;
	free(other);
	return -ENOMEM;
}

static int add_process(struct vt__others *others, const struct vt__process *process)
{
	struct vt__identities *identities = vt__identities_new(process, VT__IDENTITY_NOW);
	int error = identities ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < vt__recording_sites(process->recording) && !error; i++)
		error = add_site(others, identities, process,
				 vt__recording_site(process->recording, i));
	vt__identities_free(identities);
	return error;
}

int vt__others_new(const struct vt__gate *gate, struct vt__others **out)
{
	struct vt__others *others = calloc(1, sizeof(*others));
	int error = others ? 0 : -ENOMEM;

	if (!error)
		others->gate = gate;
	for (size_t i = 0; !error && i < gate->analysis->process_count; i++)
		error = add_process(others, &gate->analysis->processes[i]);
	if (error)
		vt__others_free(others);
	else
		*out = others;
	return error;
}

void vt__others_free(struct vt__others *others)
{
	struct other *other, *next;

	if (!others)
		return;
	HASH_ITER(hh, others->sites, other, next) {
		HASH_DEL(others->sites, other);
		free(other);
	}
	free(others);
}

/* ---- Asking -------------------------------------------------------------------- */

int vt__rule_is_for(const struct vt__rule *rule, const struct vt__judged *judged,
		    struct vt__frames *frames)
{
	struct vt__stacks *stacks = judged->process->stacks;
	int error = vt__stack_frames(stacks, judged->row->stack, frames);

	if (!error && vt__rule_matches(rule, judged, frames))
		return 1;
	if (!error)
		error = vt__stack_own_frames(stacks, judged->row->stack, frames);
	return error ? error : vt__rule_matches(rule, judged, frames);
}

/* Whether a call site can become a finding of that class. */
static bool can_be(enum vt__class what, const struct vt__finding_row *site)
{
	const enum vt_bucket bucket = vt__bucket_of(site->kind);

	if (what == VT__CLASS_IMPORTED)
		return bucket == VT_BUCKET_IMPORTED;
	if (what == VT__CLASS_HELD_OBJECT)
		return bucket == VT_BUCKET_HELD;
	return what == VT__CLASS_GROWTH || vt__bucket_words[bucket].owned;
}

static int match_sites(struct vt__others *others, const struct vt__rule *rule,
		       const struct vt__judged *finding, struct vt__frames *frames,
		       struct vt__judged *found)
{
	struct vt__identities *identities = vt__identities_new(finding->process, VT__IDENTITY_NOW);
	struct vt__finding_row row = *finding->row;
	uint8_t own[VT__IDENTITY_BYTES];
	struct other *other;
	int status = -ENOMEM;

	row.finding_class = VT__CLASS_LEAK;
	if (identities)
		status = vt__identity_of(identities, &row, own);
	vt__identities_free(identities);
	for (other = others->sites; other && !status; other = other->hh.next) {
		if (!can_be(finding->row->finding_class, &other->row) ||
		    !memcmp(other->identity, own, sizeof(own)))
			continue;
		/* Its sums are none, so that no bound of the rule hides it. */
		other->row.finding_class = finding->row->finding_class;
		*found = (struct vt__judged){.process = other->process, .row = &other->row};
		status = vt__rule_is_for(rule, found, frames);
	}
	return status;
}

/* What happened has no call site of its own: it is compared with what else did. */
static int match_findings(struct vt__others *others, const struct vt__rule *rule,
			  const struct vt__judged *finding, struct vt__frames *frames,
			  struct vt__judged *found)
{
	const struct vt__gate *gate = others->gate;
	int status = 0;

	for (size_t i = 0; i < gate->judged_count && !status; i++) {
		const struct vt__judged *other = &gate->judged[i];

		if (other == finding || other->row->finding_class != finding->row->finding_class)
			continue;
		*found = (struct vt__judged){.process = other->process, .row = other->row};
		status = vt__rule_is_for(rule, found, frames);
	}
	return status;
}

int vt__others_match(struct vt__others *others, const struct vt__rule *rule,
		     const struct vt__judged *finding, struct vt__frames *frames,
		     struct vt__judged *found)
{
	return finding->row->record ? match_findings(others, rule, finding, frames, found)
				    : match_sites(others, rule, finding, frames, found);
}
