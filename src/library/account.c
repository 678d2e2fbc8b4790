/* The life of an account. */
#include "config.h"

#include "library/account_private.h"

#include <stdlib.h>
#include <string.h>

#include "library/error.h"

struct vt__account *vt__account_create(vt_tracker *tracker)
{
	struct vt__account *account = aligned_alloc(VT__ACCOUNT_LINE, sizeof(*account));

	if (!account)
		return NULL;
	memset(account, 0, sizeof(*account));
	account->references = 1;
	account->tracker = tracker;
	account->has_stacks = tracker != NULL;
	if (account->has_stacks)
		(void)vt__unwind_init(NULL);
	if (vt__registry_add(account) == 0)
		return account;
	free(account);
	return NULL;
}

struct vt__account *vt__account_share(struct vt__account *account)
{
	vt__brief_lock_take(&account->lock);
	account->references++;
	vt__brief_lock_give(&account->lock);
	return account;
}

struct vt__account *vt__account_find(vt_tracker *tracker)
{
	struct vt__account *account = tracker ? tracker->account : vt__registry_process();

	if (!account)
		(void)vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
			       "no host memory for the account of buffers");
	return account;
}

struct vt__account *vt__account_retain(vt_tracker *tracker)
{
	struct vt__account *account = vt__account_find(tracker);

	return account ? vt__account_share(account) : NULL;
}

void vt__account_close(struct vt__account *account)
{
	vt__index_close(account);
	vt__marks_clear(&account->marks);
	vt__registry_remove(account);
	free(account);
}

void vt__account_release(struct vt__account *account)
{
	if (!account)
		return;
	vt__brief_lock_take(&account->lock);
	vt__account_leave(account);
}

void vt__account_orphan(struct vt__account *account)
{
	struct vt__record *record, *next;

	vt__brief_lock_take(&account->lock);
	account->tracker = NULL;
	__atomic_store_n(&account->budget_bytes, 0, __ATOMIC_RELAXED);
	account->over_budget = NULL;
	for (record = vt__index_next(account, NULL); record; record = next) {
		next = vt__index_next(account, record);
		if (record->is_raw)
			vt__account_end_record(account, record);
	}
	vt__brief_lock_give(&account->lock);
}
