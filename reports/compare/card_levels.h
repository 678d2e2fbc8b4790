/*
 * What one process held of a card at a moment.
 */
#ifndef VT_REPORTS_CARD_LEVELS_H
#define VT_REPORTS_CARD_LEVELS_H

#include "reports/compare/card.h"
#include "reports/findings/history.h"

/* What is looked up again and again. */
struct vt__card_levels {
	const struct vt__card_process *of;
	const struct vt_format_device *device;
	struct vt__history history;
	uint64_t start_ns;
	/* by account of the device, in the order of time: what is accounted for beside allocations
	 */
	struct vt__card_beside {
		uint64_t time_ns, bytes;
	} * beside;
	size_t beside_count;
};

/* 0 or -ENOMEM; to be released in any case. */
int vt__card_levels_make(const struct vt__card_process *of, struct vt__card_levels *out);
void vt__card_levels_release(struct vt__card_levels *levels);

/* Bytes at the moment, and at its end. */
uint64_t vt__card_level_at(const struct vt__card_levels *levels, uint64_t time_ns);
uint64_t vt__card_level_at_end(const struct vt__card_levels *levels);

#endif
