/*
 * Reports what is still live as leaks: at a tracker's end and for the whole process.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "library/live_copy.h"
#include "library/narrate.h"

/* Leaks that are told one by one. */
#define SINGLE_MOST 100

#define SUM_LABEL_BYTES 48

static void narrate_all(const struct vt__live_copy *copy, size_t *told)
{
	uint64_t rest_bytes = 0, rest = 0;
	char label[SUM_LABEL_BYTES];

	for (size_t i = 0; i < copy->count; i++, ++*told) {
		const vt_live_allocation *live = &copy->all[i].allocation;

		if (*told < SINGLE_MOST) {
			vt__narrate_leak(live->device, live->bytes, live->purpose, live->label);
		} else {
			rest_bytes += live->bytes;
			rest++;
		}
	}
	if (!rest)
		return;
	snprintf(label, sizeof(label), "%" PRIu64 " more allocations", rest);
	vt__narrate_leak(-1, rest_bytes, VT_PURPOSE_UNKNOWN, label);
}

/* Where there is no memory for a copy. */
static size_t narrate_sum(struct vt__account *account)
{
	struct vt__sum live;

	vt__lock_hold(&account->lock);
	live = account->totals.live;
	vt__lock_let_go(&account->lock);
	if (live.count)
		vt__narrate_leak(-1, live.bytes, VT_PURPOSE_UNKNOWN,
				 "all allocations of a tracker");
	return live.count;
}

size_t vt__account_narrate_leaks(struct vt__account *account, size_t *told)
{
	struct vt__live_copy copy;
	size_t count;

	if (vt__live_copy_take(&copy, account))
		return narrate_sum(account);
	narrate_all(&copy, told);
	count = copy.count;
	vt__live_copy_free(&copy);
	return count;
}

size_t vt_report_leaks(void)
{
	struct vt__account **all;
	size_t leaks = 0, told = 0;
	long count = vt__registry_all(&all);

	if (count < 0)
		return vt__registry_count();
	for (long i = 0; i < count; i++) {
		leaks += vt__account_narrate_leaks(all[i], &told);
		vt__account_release(all[i]);
	}
	free(all);
	return leaks;
}
