/*
 * Walkers, one for each thread while there are no more threads than walkers.
 *
 * They are no thread-local storage: so much of it would keep the library from
 * being loaded by dlopen (initial-exec), or be allocated by malloc.
 */
#include "config.h"

#include "unwind/walker.h"

/* The first threads have a walker each, for ever; others share. */
#define OWN 64u
#define SHARED 64u

static struct vt__walker walkers[OWN + SHARED];
static _Atomic uint32_t threads;

/* The thread's walker; NULL: none chosen yet. */
static __thread struct vt__walker *mine __attribute__((tls_model("initial-exec")));

static struct vt__walker *choose(void)
{
	uint32_t number = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed);

	if (number < OWN)
		return &walkers[number];
	/* Numbers never come round to the first again. */
	if (number >= UINT32_MAX / 2)
		atomic_store_explicit(&threads, OWN, memory_order_relaxed);
	return &walkers[OWN + number % SHARED];
}

/* Shared ones are locks: acquire here, release where they are given back. One's own is asked by its
 * own thread alone, also in a handler: no order. */
static bool begin(struct vt__walker *walker)
{
	if (walker >= &walkers[OWN]) {
		if (atomic_exchange_explicit(&walker->busy, true, memory_order_acquire))
			return false;
		walker->shared = true;
		return true;
	}
	if (vt__walker_is_in_use(walker))
		return false;
	vt__walker_begin(walker);
	return true;
}

static void begin_generation(struct vt__walker *walker, uint32_t generation)
{
	walker->generation = (uint64_t)generation + 1;
	if (!walker->has_memos) {
		walker->has_memos = true;
		walker->memos = vt__memos_make(&walker->constants);
	} else if (walker->memos) {
		vt__memos_clear(walker->memos);
	}
}

struct vt__walker *vt__walker_take(uint32_t generation)
{
	struct vt__walker *walker = mine;

	if (!walker)
		mine = walker = choose();
	if (!begin(walker))
		return NULL;
	if (walker->generation != (uint64_t)generation + 1)
		begin_generation(walker, generation);
	if (!walker->shared && walker->memos)
		vt__visitor.walker = walker;
	return walker;
}

void vt__walker_left(void)
{
	if (!mine || mine >= &walkers[OWN] || !vt__walker_is_in_use(mine))
		return;
	mine->generation = 0;
	vt__walker_give(mine);
}
