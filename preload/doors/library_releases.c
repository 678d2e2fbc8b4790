/* Numbers the loaded releases of CUDA's libraries, and gives places to functions of theirs. */
#include "config.h"

#include "preload/doors/library_releases.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/lock.h"
#include "unwind/loaded.h"

/* Those whose functions are looked up, and as many that callers are linked with. */
#define ROWS (2 * VT__PLACES)

static struct row {
	uintptr_t start; /* of the loaded object; 0: free */
	uint32_t release;
} rows[ROWS];

static struct place {
	_Atomic(void *) function;
	_Atomic(uint32_t) release; /* written before it */
	uintptr_t start;           /* of the loaded object; 0: free */
} places[VT__LIBRARY_FUNCTIONS][VT__PLACES];

/* Of both. A forked child may find it held by nobody: then nothing new is followed there, which is
 * counted. */
static struct vt__lock lock;

/* Nothing of it is read: another thread may be about to unload it. */
static bool is_gone(uintptr_t start)
{
	return !start || !vt__loaded_still(start);
}

/* Numbers come again after 2^28 of them. */
static uint32_t next_number(void)
{
	static uint32_t last;

	last = (last + 1) % (1u << VT__RELEASE_BITS);
	last += last == 0;
	return last;
}

/* A free row, or one whose library was unloaded where no dlclose of the program's was seen. */
static uint32_t number_new(uintptr_t start)
{
	for (struct row *row = rows; row < rows + ROWS; row++) {
		if (!is_gone(row->start))
			continue;
		*row = (struct row){start, next_number()};
		return row->release;
	}
	return 0;
}

static uint32_t number_of(uintptr_t start)
{
	for (struct row *row = rows; row < rows + ROWS; row++)
		if (row->start == start)
			return row->release;
	return number_new(start);
}

uint32_t vt__release_at(uintptr_t address)
{
	struct vt__loaded library;
	uint32_t release;

	if (!vt__loaded_at(address, NULL, &library) || !vt__lock_take(&lock))
		return 0;
	release = number_of(library.start);
	vt__lock_give(&lock);
	return release;
}

/* The library's own place, or that of one which was loaded where it is; else a free one; else NULL.
 */
static struct place *place_for(struct place *all, uintptr_t start)
{
	for (struct place *place = all; place < all + VT__PLACES; place++)
		if (place->start == start)
			return place;
	for (struct place *place = all; place < all + VT__PLACES; place++)
		if (is_gone(place->start))
			return place;
	return NULL;
}

int vt__release_place(enum vt__library_function function, const struct vt__library_next *next)
{
	struct vt__loaded library;
	struct place *place;

	if (!vt__loaded_at((uintptr_t)next->function, NULL, &library) || !vt__lock_take(&lock))
		return -1;
	place = place_for(places[function], library.start);
	if (place) {
		place->start = library.start;
		atomic_store_explicit(&place->release, next->release, memory_order_relaxed);
		atomic_store_explicit(&place->function, next->function, memory_order_release);
	}
	vt__lock_give(&lock);
	return place ? (int)(place - places[function]) : -1;
}

struct vt__library_next vt__release_next(enum vt__library_function function, unsigned place)
{
	struct place *it = &places[function][place];
	void *found = atomic_load_explicit(&it->function, memory_order_acquire);

	return (struct vt__library_next){found,
					 atomic_load_explicit(&it->release, memory_order_relaxed)};
}

/* What another thread loads at the very place before this is asked is taken for what was there. */
void vt__releases_forget(void)
{
	if (!vt__lock_take(&lock))
		return;
	for (struct row *row = rows; row < rows + ROWS; row++)
		if (is_gone(row->start))
			row->start = 0;
	vt__lock_give(&lock);
}
