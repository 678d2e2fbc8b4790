/*
 * The live allocations of a process in the order of their making: so many of the largest one by
 * one, the rest summed up. For formats that show each.
 */
#ifndef VT_REPORTS_KEPT_H
#define VT_REPORTS_KEPT_H

#include "reports/findings/analysis.h"

struct vt__kept {
	const struct vt_format_allocation *allocation;
	const struct vt_format_site *site; /* whose device and kind are there */
};

struct vt__kept_list {
	struct vt__kept *items;
	size_t count;
	struct vt__sum *rest; /* by device number * VT_BUCKET_COUNT + bucket */
};

/* At most `most` of them one by one. 0 or -ENOMEM. */
int vt__kept_of(const struct vt__process *process, size_t most, struct vt__kept_list *out);
void vt__kept_release(struct vt__kept_list *list);

#endif
