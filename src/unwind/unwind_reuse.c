/*
 * Records of the frames of recent walks, one for each thread while there are
 * no more threads than records.
 *
 * They are no thread-local storage: so much of it would keep the library from
 * being loaded by dlopen (initial-exec), or be allocated by malloc.
 */
#include "config.h"

#include <string.h>

#if defined(__x86_64__)

#include "unwind/unwind_reuse.h"

/* The first threads have a record each, for ever; others share. */
#define OWN 64u
#define SHARED 64u

static struct vt__reuse records[OWN + SHARED] __attribute__((aligned(64)));
static _Atomic uint32_t threads;

/* The thread's record; NULL: none chosen yet. */
static __thread struct vt__reuse *record __attribute__((tls_model("initial-exec")));

/* The same while it is the thread's alone. */
__thread struct vt__reuse *vt__reuse_own;

static struct vt__reuse *choose(void)
{
	uint32_t number = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed);

	if (number < OWN)
		return &records[number];
	/* Numbers never come round to the first again. */
	if (number >= UINT32_MAX / 2)
		atomic_store_explicit(&threads, OWN, memory_order_relaxed);
	return &records[OWN + number % SHARED];
}

static bool begin(struct vt__reuse *reuse)
{
	if (reuse >= &records[OWN]) {
		if (atomic_exchange_explicit(&reuse->busy, true, memory_order_acquire))
			return false;
		reuse->shared = true;
		return true;
	}
	if (atomic_load_explicit(&reuse->busy, memory_order_relaxed))
		return false;
	vt__reuse_begin(reuse);
	return true;
}

static void begin_generation(struct vt__reuse *reuse, uint32_t generation)
{
	reuse->generation = (uint64_t)generation + 1;
	reuse->first = VT__REUSE_FRAMES;
	reuse->ended = false;
	reuse->known[VT__REUSE_FRAMES].sp = UINTPTR_MAX;
	if (!reuse->has_memos) {
		reuse->has_memos = true;
		reuse->memos = vt__memos_make();
	} else if (reuse->memos) {
		vt__memos_clear(reuse->memos);
	}
}

struct vt__reuse *vt__reuse_take(uint32_t generation)
{
	struct vt__reuse *reuse = record;

	if (!reuse)
		record = reuse = choose();
	if (!begin(reuse))
		return NULL;
	if (reuse->generation != (uint64_t)generation + 1)
		begin_generation(reuse, generation);
	if (!reuse->shared && reuse->memos)
		vt__reuse_own = reuse;
	return reuse;
}

void vt__reuse_left(void)
{
	if (!record || record >= &records[OWN] ||
	    !atomic_load_explicit(&record->busy, memory_order_relaxed))
		return;
	record->generation = 0;
	vt__reuse_give(record);
}

void vt__reuse_keep(struct vt__reuse *reuse, unsigned count, unsigned rest, bool ended)
{
	unsigned room = rest;

	/* Too many: the outermost known frames go. */
	if (count > rest) {
		memmove(&reuse->known[count], &reuse->known[rest],
			(VT__REUSE_FRAMES - count) * sizeof(reuse->known[0]));
		room = count;
		ended = false;
	}
	reuse->first = room - count;
	reuse->ended = ended;
	if (count)
		memcpy(&reuse->known[reuse->first], reuse->fresh, count * sizeof(reuse->fresh[0]));
}

#endif
