/*
 * Makes one finding of what the processes found by the same identity.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gate/baseline.h"
#include "reports/gate/gate_private.h"
#include "reports/gate/policy.h"
#include "reports/text/hash.h"
#include "reports/findings/identity.h"

/* Where an identity is among the judgements. */
struct place {
	UT_hash_handle hh;
	uint8_t identity[VT__IDENTITY_BYTES];
	size_t number;
	size_t last_process;  /* that had it */
	struct vt__sum there; /* in that one */
};

struct collection {
	struct vt__gate *gate;
	bool with_former;
	bool with_objects;
	struct place *places;
	size_t capacity;
};

static struct place *add_place(struct collection *collection,
			       const uint8_t identity[VT__IDENTITY_BYTES])
{
	struct vt__gate *gate = collection->gate;
	struct place *place;

	if (gate->judged_count == collection->capacity) {
		const size_t more = collection->capacity ? collection->capacity * 2 : 256;
		struct vt__judged *grown = reallocarray(gate->judged, more, sizeof(*grown));

		if (!grown)
			return NULL;
		gate->judged = grown;
		collection->capacity = more;
	}
	place = calloc(1, sizeof(*place));
	if (!place)
		return NULL;
	memcpy(place->identity, identity, VT__IDENTITY_BYTES);
	place->number = gate->judged_count;
	place->last_process = SIZE_MAX;
	HASH_ADD(hh, collection->places, identity, VT__IDENTITY_BYTES, place);
	if (!place->hh.tbl) {
		free(place);
		return NULL;
	}
	gate->judged[gate->judged_count] = (struct vt__judged){.row = NULL};
	vt__identity_text(identity, gate->judged[gate->judged_count++].identity);
	return place;
}

/* Bytes of what happened are those of one time. */
static void add_sum(struct vt__sum *sum, const struct vt__finding_row *row)
{
	if (!row->record)
		sum->bytes += row->sum.bytes;
	else if (row->sum.bytes > sum->bytes)
		sum->bytes = row->sum.bytes;
	sum->count += row->sum.count;
}

static void add_row(struct vt__judged *judged, struct place *place,
		    const struct vt__process *process, size_t number,
		    const struct vt__finding_row *row)
{
	const int32_t ordinal = row->device < process->device_count
					? process->devices[row->device].record->ordinal
					: -1;

	if (!judged->row) {
		judged->process = process;
		judged->row = row;
	}
	if (place->last_process != number) {
		place->last_process = number;
		place->there = (struct vt__sum){0};
		judged->processes++;
	}
	add_sum(&judged->sum, row);
	add_sum(&place->there, row);
	if (place->there.bytes > judged->largest.bytes)
		judged->largest.bytes = place->there.bytes;
	if (place->there.count > judged->largest.count)
		judged->largest.count = place->there.count;
	if (ordinal >= 0 && ordinal < 64)
		judged->devices |= 1ull << ordinal;
}

static int add_former(struct vt__judged *judged, const char identity[VT__IDENTITY_DIGITS + 1])
{
	char(*grown)[33];

	for (size_t i = 0; i < judged->former_count; i++)
		if (!strcmp(judged->former[i], identity))
			return 0;
	grown = reallocarray(judged->former, judged->former_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	judged->former = grown;
	memcpy(grown[judged->former_count++], identity, VT__IDENTITY_DIGITS + 1);
	return 0;
}

static int add_finding(struct collection *collection, struct vt__identities *const *schemes,
		       const struct vt__process *process, size_t number,
		       const struct vt__finding_row *row)
{
	uint8_t identity[VT__IDENTITY_BYTES];
	int error = vt__identity_of(schemes[VT__IDENTITY_NOW], row, identity);
	struct vt__judged *judged;
	struct place *place;

	if (error)
		return error;
	HASH_FIND(hh, collection->places, identity, VT__IDENTITY_BYTES, place);
	if (!place)
		place = add_place(collection, identity);
	if (!place)
		return -ENOMEM;
	judged = &collection->gate->judged[place->number];
	add_row(judged, place, process, number, row);
	for (int scheme = VT__IDENTITY_NOW + 1; schemes[scheme] && !error; scheme++) {
		char text[VT__IDENTITY_DIGITS + 1];

		error = vt__identity_of(schemes[scheme], row, identity);
		if (error)
			break;
		vt__identity_text(identity, text);
		error = add_former(judged, text);
	}
	return error;
}

static int add_process(struct collection *collection, struct vt__identities *const *schemes,
		       const struct vt__process *process, size_t number)
{
	int error = 0;

	for (int scheme = 0; schemes[scheme]; scheme++)
		vt__identities_go_on(schemes[scheme], process);
	for (size_t i = 0; i < process->finding_count && !error; i++)
		error = add_finding(collection, schemes, process, number, &process->findings[i]);
	for (size_t i = 0; collection->with_objects && i < process->held_count && !error; i++)
		if (process->held[i].finding_class == VT__CLASS_HELD_OBJECT)
			error = add_finding(collection, schemes, process, number,
					    &process->held[i]);
	return error;
}

static int add_processes(struct collection *collection, const struct vt__analysis *analysis)
{
	/* and a NULL after the last */
	struct vt__identities *schemes[VT__IDENTITY_SCHEMES + 1] = {NULL};
	const int count = collection->with_former ? VT__IDENTITY_SCHEMES : VT__IDENTITY_NOW + 1;
	int error = 0;

	for (int scheme = 0; scheme < count && !error; scheme++) {
		schemes[scheme] = vt__identities_new(NULL, (enum vt__identity_scheme)scheme);
		error = schemes[scheme] ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < analysis->process_count && !error; i++)
		error = add_process(collection, schemes, &analysis->processes[i], i);
	for (int scheme = 0; scheme < count; scheme++)
		vt__identities_free(schemes[scheme]);
	return error;
}

/* Whether the policy or the baseline names the class of objects. */
static bool wants_objects(const struct vt__gate_request *request)
{
	const char *class_name = vt__class_words[VT__CLASS_HELD_OBJECT].json;
	const struct vt__known *known;

	for (size_t i = 0; i < request->policy->clause_count; i++)
		if (request->policy->clauses[i].classes & 1u << VT__CLASS_HELD_OBJECT)
			return true;
	for (size_t i = 0;
	     request->baseline && (known = vt__baseline_at(request->baseline, i)) != NULL; i++)
		if (!strcmp(known->class_name, class_name))
			return true;
	return false;
}

int vt__gate_collect(const struct vt__gate_request *request, bool with_former,
		     struct vt__gate *gate)
{
	const struct vt__analysis *analysis = request->analysis;
	struct collection collection = {
		.gate = gate, .with_former = with_former, .with_objects = wants_objects(request)};
	struct place *place, *next;
	const int error = add_processes(&collection, analysis);

	HASH_ITER(hh, collection.places, place, next) {
		HASH_DEL(collection.places, place);
		free(place);
	}
	return error;
}
