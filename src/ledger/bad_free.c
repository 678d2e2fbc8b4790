/*
 * Bad frees: the same address in the books of its family, then in those of the
 * others, then inside an allocation.
 */
#include "config.h"

#include "ledger/bad_free.h"

/* Looking inside every live allocation takes a while: not in a loop of bad frees. */
#define INTERIOR_SEARCHES_MOST 64

static bool explain_by_history(struct vt__ledger *ledger, enum vt__space space,
			       struct vt_format_finding *record)
{
	static const uint32_t reasons[] = {
		[VT__FREED] = VT_BAD_FREE_DOUBLE,
		[VT__FREED_BY_RESET] = VT_BAD_FREE_AFTER_RESET,
		[VT__FREED_NEVER] = VT_BAD_FREE_GRAPH,
	};
	const struct vt__freed *freed = vt__history_find(&ledger->history, space, record->address);

	const struct vt_format_site *site;

	if (!freed)
		return false;
	if (freed->how == VT__FREED_NEVER) {
		record->allocation_stack = freed->site;
		record->kind = VT_KIND_GRAPH;
		record->device = VT_FORMAT_NONE;
	} else {
		site = vt__store_at(&ledger->store, VT_FORMAT_SITE, freed->site);
		record->allocation_stack = site->stack;
		record->kind = site->kind;
		record->device = site->device;
	}
	record->free_stack = freed->free_stack;
	record->bytes = freed->bytes;
	record->allocation_address = freed->address;
	record->reason = reasons[freed->how];
	return true;
}

void vt__explain_late_free(struct vt__ledger *ledger, const struct vt__finding *finding,
			   struct vt_format_finding *record)
{
	if (explain_by_history(ledger, finding->space, record)) {
		record->reason = 0;
		record->free_stack = VT_FORMAT_NONE; /* this one */
	}
}

void vt__describe_freed(struct vt__ledger *ledger, const struct vt_format_allocation *allocation,
			struct vt_format_finding *record)
{
	const struct vt_format_site *site = vt__store_at(&ledger->store, VT_FORMAT_SITE,
							 allocation->site);

	record->allocation_stack = site->stack;
	record->kind = site->kind;
	record->device = site->device;
	record->bytes = allocation->bytes;
	record->allocation_address = allocation->address;
}

static bool explain_by_live(struct vt__ledger *ledger, enum vt__space space,
			    struct vt_format_finding *record)
{
	const struct vt_format_allocation *live = vt__live_find(&ledger->live, &ledger->store,
								space, record->address);

	if (!live)
		return false;
	vt__describe_freed(ledger, live, record);
	return true;
}

struct interior {
	uint64_t address;
	const struct vt_format_allocation *found;
};

static void look_inside(enum vt__space space, const struct vt_format_allocation *allocation,
			void *closure)
{
	struct interior *interior = closure;

	if (space != VT__SPACE_RANGE && vt__space_has_places(space) &&
	    interior->address > allocation->address &&
	    interior->address - allocation->address < allocation->bytes)
		interior->found = allocation;
}

static bool explain_by_interior(struct vt__ledger *ledger, struct vt_format_finding *record)
{
	struct interior interior = {record->address, NULL};

	if (ledger->interior_searches >= INTERIOR_SEARCHES_MOST)
		return false;
	ledger->interior_searches++;
	vt__live_each(&ledger->live, &ledger->store, look_inside, &interior);
	if (!interior.found)
		return false;
	vt__describe_freed(ledger, interior.found, record);
	record->reason = VT_BAD_FREE_INTERIOR;
	return true;
}

/* Something live that another family of functions frees. A range of addresses
 * and what is mapped at its start are both right where they are. */
static bool explain_by_other_families(struct vt__ledger *ledger, enum vt__space own,
				      struct vt_format_finding *record)
{
	for (unsigned space = 0; space < VT__SPACE_COUNT; space++) {
		if (space == own || vt__space_has_places(space) != vt__space_has_places(own) ||
		    !explain_by_live(ledger, space, record))
			continue;
		record->reason = VT_BAD_FREE_WRONG_FAMILY;
		return true;
	}
	return false;
}

/* Addresses cannot go while something is mapped there. */
static bool explain_by_mapping(struct vt__ledger *ledger, enum vt__space space,
			       struct vt_format_finding *record)
{
	uint32_t number = space == VT__SPACE_RANGE
				  ? vt__reference_mapped(&ledger->store, record->address,
							 record->bytes, 0)
				  : VT_FORMAT_NONE;
	const struct vt_format_reference *mapping;

	if (number == VT_FORMAT_NONE)
		return false;
	mapping = vt__store_at(&ledger->store, VT_FORMAT_REFERENCE, number);
	record->reason = VT_BAD_FREE_MAPPED;
	record->free_stack = mapping->stack;
	return true;
}

/* Whether the allocation lies on another device than the one it was freed on. */
static bool is_elsewhere(struct vt__ledger *ledger, const struct vt__finding *finding,
			 const struct vt_format_finding *record)
{
	const struct vt_format_device *device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE,
							     record->device);

	return finding->freed_on >= 0 && device->ordinal >= 0 &&
	       device->ordinal != finding->freed_on;
}

void vt__explain_intent(struct vt__ledger *ledger, const struct vt__finding *finding,
			struct vt_format_finding *record)
{
	if (!explain_by_history(ledger, finding->space, record) &&
	    !explain_by_other_families(ledger, finding->space, record))
		record->reason = finding->reason;
}

void vt__explain_bad_free(struct vt__ledger *ledger, const struct vt__finding *finding,
			  struct vt_format_finding *record)
{
	if (explain_by_live(ledger, finding->space, record)) {
		if (explain_by_mapping(ledger, finding->space, record))
			return;
		record->reason = is_elsewhere(ledger, finding, record) ? VT_BAD_FREE_OTHER_DEVICE
								       : VT_BAD_FREE_REFUSED;
		return;
	}
	if (explain_by_history(ledger, finding->space, record) ||
	    explain_by_other_families(ledger, finding->space, record))
		return;
	if (vt__space_has_places(finding->space) && explain_by_interior(ledger, record))
		return;
	record->reason = finding->reason;
}
