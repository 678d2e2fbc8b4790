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
	vt__lock_hold(&account->lock);
	account->references++;
	vt__lock_let_go(&account->lock);
	return account;
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
	vt__lock_hold(&account->lock);
	vt__account_leave(account);
}

static struct vt__account *of_process; /* atomic; NULL: nobody asked for it yet */

/* The account of buffers without a tracker, made when it is first asked for; NULL when out of
 * memory. */
static struct vt__account *process_account(void)
{
	struct vt__account *account = __atomic_load_n(&of_process, __ATOMIC_ACQUIRE), *made;

	if (account)
		return account;
	made = vt__account_create(NULL);
	if (!made)
		return NULL;
	if (__atomic_compare_exchange_n(&of_process, &account, made, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return made;
	vt__account_release(made);
	return account;
}

struct vt__account *vt__account_find(vt_tracker *tracker)
{
	struct vt__account *account = tracker ? tracker->account : process_account();

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
