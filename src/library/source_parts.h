/* What the sources and other takers of versioned structs share. */
#ifndef VT_SOURCE_PARTS_H
#define VT_SOURCE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include <vramtrack/status.h>

/*
 * Reads a caller's struct whose first member is its size_t struct_size over the
 * defaults in `out`. `known` is our size, `least` that of the first version. A
 * smaller struct leaves the rest of `out` as it is; of a larger one, what lies
 * beyond must be zero. VT_ERROR_STRUCT_SIZE, with its detail, for another;
 * VT_ERROR_INVALID_ARGUMENT for NULL. `name` is the struct's name in the detail.
 */
vt_status vt__struct_read(void *out, size_t known, size_t least, const void *given,
			  const char *name);

/* Adds `bytes` to an atomic sum of bytes unless it would pass `most`. */
static inline bool vt__sum_add(size_t *sum, size_t bytes, size_t most)
{
	size_t seen = __atomic_load_n(sum, __ATOMIC_RELAXED);

	do {
		if (seen > most || bytes > most - seen)
			return false;
	} while (!__atomic_compare_exchange_n(sum, &seen, seen + bytes, true, __ATOMIC_ACQ_REL,
					      __ATOMIC_RELAXED));
	return true;
}

static inline void vt__sum_subtract(size_t *sum, size_t bytes)
{
	__atomic_fetch_sub(sum, bytes, __ATOMIC_ACQ_REL);
}

static inline size_t vt__sum(const size_t *sum)
{
	return __atomic_load_n(sum, __ATOMIC_ACQUIRE);
}

#endif
