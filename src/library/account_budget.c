/*
 * The budget of an account: bytes are reserved before memory is taken.
 */
#include "config.h"

#include "library/account_private.h"

#include <stdio.h>

#include "library/error.h"
#include "library/size_words.h"

/* A callback that says it made room and made none is asked no more often. */
#define ASKED_MOST 100

#define WORDS_BYTES 256

enum outcome {
	RESERVED,
	OVER_BUDGET,
	TOO_LARGE, /* sums would wrap */
};

/* With the lock held. `in_use`: what there is without the record that is replaced. */
static enum outcome try_reserve(struct vt__account *account, const void *address, size_t bytes,
				uint64_t *in_use)
{
	const struct vt__record *replaced = address ? vt__index_find(account, (uintptr_t)address)
						    : NULL;
	uint64_t all = account->totals.live.bytes + account->reserved_bytes;

	if (bytes > VT__ACCOUNT_BYTES_MOST || all > VT__ACCOUNT_BYTES_MOST - bytes)
		return TOO_LARGE;
	*in_use = all - (replaced ? replaced->bytes : 0);
	if (account->budget_bytes &&
	    (*in_use > account->budget_bytes || bytes > account->budget_bytes - *in_use))
		return OVER_BUDGET;
	account->reserved_bytes += bytes;
	return RESERVED;
}

static vt_status fail_over_budget(struct vt__account *account, size_t bytes, uint64_t in_use,
				  uint64_t budget)
{
	char requested[VT__SIZE_WORDS_BYTES], available[VT__SIZE_WORDS_BYTES];
	char limit[VT__SIZE_WORDS_BYTES], breakdown[WORDS_BYTES];

	vt__account_words(account, breakdown, sizeof(breakdown));
	(void)vt__fail(VT_ERROR_BUDGET,
		       "%s%srequested: %s, available: %s within the tracker's budget of %s",
		       breakdown, *breakdown ? ", " : "", vt__size_words(bytes, requested),
		       vt__size_words(budget > in_use ? budget - in_use : 0, available),
		       vt__size_words(budget, limit));
	vt__fail_with_memory(-1, bytes, 0, 0);
	return VT_ERROR_BUDGET;
}

vt_status vt__account_reserve_for(struct vt__account *account, const void *address, size_t bytes)
{
	unsigned asked = 0;

	for (;;) {
		uint64_t in_use = 0, budget;
		vt_over_budget over_budget;
		enum outcome outcome;
		vt_tracker *tracker;
		void *closure;

		vt__lock_hold(&account->lock);
		outcome = try_reserve(account, address, bytes, &in_use);
		budget = account->budget_bytes;
		over_budget = account->over_budget;
		closure = account->budget_closure;
		tracker = account->tracker;
		vt__lock_let_go(&account->lock);
		if (outcome == RESERVED)
			return VT_OK;
		if (outcome == TOO_LARGE)
			return vt__fail(VT_ERROR_INVALID_ARGUMENT,
					"%zu bytes more would pass what an account can hold",
					bytes);
		if (!over_budget || asked++ == ASKED_MOST ||
		    !over_budget(closure, tracker, bytes, budget))
			return fail_over_budget(account, bytes, in_use, budget);
	}
}

/* Without a budget the record itself looks whether one was set meanwhile: no visit here. */
vt_status vt__account_reserve(struct vt__account *account, size_t bytes, size_t *reserved)
{
	vt_status status = VT_OK;

	*reserved = __atomic_load_n(&account->budget_bytes, __ATOMIC_RELAXED) ? bytes : 0;
	if (*reserved)
		status = vt__account_reserve_for(account, NULL, bytes);
	return status;
}

void vt__account_words(struct vt__account *account, char *out, size_t room)
{
	struct vt__totals totals;
	size_t length = 0;

	if (!room)
		return;
	vt__lock_hold(&account->lock);
	totals = account->totals;
	vt__lock_let_go(&account->lock);
	out[0] = '\0';
	for (vt_purpose purpose = 0; purpose < VT_PURPOSE_COUNT && length < room; purpose++) {
		const struct vt__sum *sum = &totals.purposes[purpose].live;
		char size[VT__SIZE_WORDS_BYTES];

		if (sum->count)
			length += (size_t)snprintf(out + length, room - length, "%s%s: %s",
						   length ? ", " : "", vt_purpose_name(purpose),
						   vt__size_words(sum->bytes, size));
	}
}
