/*
 * All accounts that live, and the arenas that they use in turn.
 *
 * A forked child inherits none of an arena's memory: there every account
 * begins anew, empty. (CUDA does not work in such a child either.)
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "library/account_private.h"

/* An arena is never unmapped: one whose account is gone waits for the next. */
struct waiting_arena {
	struct vt__arena arena; /* first: an account knows only this */
	struct waiting_arena *next_waiting;
	struct waiting_arena *next; /* of all there are */
};

static struct {
	pthread_mutex_t lock;
	struct vt__account *accounts;
	size_t count;
	uint64_t last_id;
	struct waiting_arena *waiting;
	struct waiting_arena *arenas;
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t fork_once = PTHREAD_ONCE_INIT;

/* ---- Forks ---------------------------------------------------------------------- */

static void before_fork(void)
{
	pthread_mutex_lock(&registry.lock);
}

static void in_parent(void)
{
	pthread_mutex_unlock(&registry.lock);
}

/* Another thread may have been changing the account: nothing of it is used. */
static void begin_anew(struct vt__account *account)
{
	account->lock = (struct vt__lock){0};
	account->records = NULL;
	account->spare = NULL;
	account->last = NULL;
	memset(account->idle, 0, sizeof(account->idle));
	account->labels = (struct vt__intern){0};
	account->stacks = (struct vt__intern){0};
	account->totals = (struct vt__totals){0};
	account->devices = NULL;
	account->device_room = 0;
	account->marks = (struct vt__marks){0};
	account->reserved_bytes = 0;
}

static void in_child(void)
{
	for (struct waiting_arena *arena = registry.arenas; arena; arena = arena->next)
		arena->arena = (struct vt__arena){0};
	for (struct vt__account *account = registry.accounts; account; account = account->next)
		begin_anew(account);
	pthread_mutex_unlock(&registry.lock);
}

static void watch_forks(void)
{
	pthread_atfork(before_fork, in_parent, in_child);
}

/* ---- Accounts ---------------------------------------------------------------------- */

static struct vt__arena *take_arena(void)
{
	struct waiting_arena *arena = registry.waiting;

	if (arena) {
		registry.waiting = arena->next_waiting;
		return &arena->arena;
	}
	arena = calloc(1, sizeof(*arena));
	if (!arena)
		return NULL;
	arena->next = registry.arenas;
	registry.arenas = arena;
	return &arena->arena;
}

static void give_arena(struct vt__arena *given)
{
	struct waiting_arena *arena = (struct waiting_arena *)given;

	arena->next_waiting = registry.waiting;
	registry.waiting = arena;
}

/* With the registry's lock held. */
static int add(struct vt__account *account)
{
	account->arena = take_arena();
	if (!account->arena)
		return -ENOMEM;
	account->id = ++registry.last_id;
	account->previous = NULL;
	account->next = registry.accounts;
	if (account->next)
		account->next->previous = account;
	registry.accounts = account;
	registry.count++;
	return 0;
}

int vt__registry_add(struct vt__account *account)
{
	int error;

	pthread_once(&fork_once, watch_forks);
	pthread_mutex_lock(&registry.lock);
	error = add(account);
	pthread_mutex_unlock(&registry.lock);
	return error;
}

void vt__registry_remove(struct vt__account *account)
{
	pthread_mutex_lock(&registry.lock);
	if (account->next)
		account->next->previous = account->previous;
	if (account->previous)
		account->previous->next = account->next;
	else
		registry.accounts = account->next;
	registry.count--;
	give_arena(account->arena);
	pthread_mutex_unlock(&registry.lock);
}

/* Counts one up unless it is 0: then the account is about to go. */
static bool share_if_alive(struct vt__account *account)
{
	bool is_alive;

	vt__lock_hold(&account->lock);
	is_alive = account->references != 0;
	account->references += is_alive;
	vt__lock_let_go(&account->lock);
	return is_alive;
}

long vt__registry_all(struct vt__account ***out)
{
	struct vt__account **all, *account;
	long count = 0;

	pthread_mutex_lock(&registry.lock);
	all = malloc((registry.count + 1) * sizeof(*all));
	for (account = all ? registry.accounts : NULL; account; account = account->next)
		if (share_if_alive(account))
			all[count++] = account;
	pthread_mutex_unlock(&registry.lock);
	if (!all)
		return -1;
	*out = all;
	return count;
}

size_t vt__registry_count(void)
{
	size_t count = 0;

	pthread_mutex_lock(&registry.lock);
	for (struct vt__account *account = registry.accounts; account; account = account->next) {
		vt__lock_hold(&account->lock);
		count += account->totals.live.count;
		vt__lock_let_go(&account->lock);
	}
	pthread_mutex_unlock(&registry.lock);
	return count;
}
