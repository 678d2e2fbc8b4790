/*
 * Copies the live allocations of an account.
 */
#include "config.h"

#include "library/live_copy.h"

#include <errno.h>
#include <stdlib.h>

/* Takes one record over, under the account's lock. */
static void copy_record(struct vt__live *live, const struct vt__record *record)
{
	*live = (struct vt__live){
		.allocation =
			{
				.address = (const void *)(uintptr_t)record->address,
				.bytes = record->bytes,
				.purpose = (vt_purpose)record->purpose,
				.device = record->device,
				.label = (const char *)record->label->key,
			},
		.sequence = record->sequence,
		.label = vt__intern_share(record->label),
	};
	if (!record->stack)
		return;
	live->stack = vt__intern_share(record->stack);
	live->allocation.frames = (const void *const *)record->stack->key;
	live->allocation.frame_count = record->stack->length / sizeof(uintptr_t);
}

static int by_age(const void *left, const void *right)
{
	const struct vt__live *a = left, *b = right;

	return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static int by_size(const void *left, const void *right)
{
	const struct vt__live *a = left, *b = right;

	if (a->allocation.bytes != b->allocation.bytes)
		return a->allocation.bytes > b->allocation.bytes ? -1 : 1;
	return by_age(left, right);
}

/* Takes the lock with room for all there is; 0 or -ENOMEM, then without it. */
static int lock_with_room(struct vt__live_copy *copy, struct vt__account *account)
{
	size_t room = 0, needed;

	for (;;) {
		struct vt__live *all;

		vt__lock_hold(&account->lock);
		needed = account->totals.live.count;
		if (needed <= room)
			return 0;
		vt__lock_let_go(&account->lock);
		room = needed + needed / 8 + 16;
		all = realloc(copy->all, room * sizeof(*all));
		if (!all)
			return -ENOMEM;
		copy->all = all;
	}
}

int vt__live_copy_take(struct vt__live_copy *copy, struct vt__account *account)
{
	const struct vt__record *record = NULL;

	*copy = (struct vt__live_copy){0};
	if (lock_with_room(copy, account)) {
		free(copy->all);
		return -ENOMEM;
	}
	while ((record = vt__index_next(account, record)))
		copy_record(&copy->all[copy->count++], record);
	copy->totals = account->totals;
	copy->budget_bytes = account->budget_bytes;
	account->references++;
	vt__lock_let_go(&account->lock);
	copy->account = account;
	/* A record that changed its address has a later place in the table than its age. */
	if (copy->count)
		qsort(copy->all, copy->count, sizeof(*copy->all), by_age);
	return 0;
}

void vt__live_copy_free(struct vt__live_copy *copy)
{
	struct vt__account *account = copy->account;

	vt__lock_hold(&account->lock);
	for (size_t i = 0; i < copy->count; i++) {
		vt__intern_drop(&account->labels, account->arena, copy->all[i].label);
		if (copy->all[i].stack)
			vt__intern_drop(&account->stacks, account->arena, copy->all[i].stack);
	}
	vt__account_leave(account);
	free(copy->all);
}

void vt__live_copy_sort_by_size(struct vt__live_copy *copy)
{
	if (copy->count)
		qsort(copy->all, copy->count, sizeof(*copy->all), by_size);
}
