/*
 * Records of the frames of recent walks, one for each thread while there are
 * no more threads than records.
 *
 * They are no thread-local storage: so much of it would keep the library from
 * being loaded by dlopen (initial-exec), or be allocated by malloc.
 */
#include "config.h"

#include <string.h>

#include "ledger/unwind_reuse.h"

#define RECORDS 128

static struct vt__reuse records[RECORDS] __attribute__((aligned(64)));
static _Atomic uint32_t threads;

/* The thread's number, from 1 on; 0: none yet. */
static __thread uint32_t number __attribute__((tls_model("initial-exec")));

struct vt__reuse *vt__reuse_take(uint32_t generation)
{
	struct vt__reuse *reuse;

	if (!number)
		number = (atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) | 1u << 31);
	reuse = &records[number % RECORDS];
	if (atomic_exchange_explicit(&reuse->busy, true, memory_order_acquire))
		return NULL;
	if (reuse->generation != (uint64_t)generation + 1) {
		reuse->generation = (uint64_t)generation + 1;
		reuse->first = VT__REUSE_FRAMES;
		reuse->ended = false;
		reuse->known[VT__REUSE_FRAMES].sp = UINTPTR_MAX;
	}
	return reuse;
}

void vt__reuse_give(struct vt__reuse *reuse, unsigned count, unsigned rest, bool ended)
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
	atomic_store_explicit(&reuse->busy, false, memory_order_release);
}
