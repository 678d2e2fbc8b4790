/*
 * Finds the bytes of objects and of arrays among the charges.
 */
#include "config.h"

#include "reports/findings/charged.h"

/* The charge that the making of one of that kind comes to; VT_CHARGE_COUNT: none. */
static enum vt_charge charge_of(uint32_t kind)
{
	switch (kind) {
	case VT_KIND_CONTEXT:
	case VT_KIND_GREEN_CONTEXT:
		return VT_CHARGE_CONTEXT;
	case VT_KIND_MODULE:
	case VT_KIND_LIBRARY:
		return VT_CHARGE_MODULE;
	case VT_KIND_GRAPH_EXEC:
		return VT_CHARGE_GRAPH_EXEC;
	case VT_KIND_STREAM:
		return VT_CHARGE_STREAM;
	case VT_KIND_ARRAY:
	case VT_KIND_MIPMAP:
		return VT_CHARGE_ARRAY;
	default:
		return VT_CHARGE_COUNT;
	}
}

uint64_t vt__charged_bytes(const struct vt__process *process, const struct vt_format_site *site)
{
	const struct vt__recording *recording = process->recording;
	const enum vt_charge what = charge_of(site->kind);
	const uint32_t count = what == VT_CHARGE_COUNT ? 0 : vt__recording_charges(recording);
	struct vt__sum sum = {0};

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_charge *charge = vt__recording_charge(recording, i);

		if (charge->what != (uint32_t)what || charge->stack != site->stack ||
		    charge->device != site->device)
			continue;
		vt__sum_add(&sum, (struct vt__sum){charge->computed_bytes, 0});
		vt__sum_add(&sum, (struct vt__sum){charge->measured_bytes, 0});
	}
	return sum.bytes;
}

uint64_t vt__bytes_on_card(const struct vt__process *process, const struct vt__finding_row *row)
{
	const uint64_t padding = row->site && (row->kind == VT_KIND_ARRAY ||
					       row->kind == VT_KIND_MIPMAP)
					 ? vt__charged_bytes(process, row->site)
					 : 0;
	struct vt__sum sum = row->sum;

	if (!padding || row->growth || row->sum.count != row->site->total.live_count)
		return 0;
	vt__sum_add(&sum, (struct vt__sum){padding, 0});
	return sum.bytes;
}
