/*
 * The times of a recording.
 */
#ifndef VT_BASE_CLOCK_H
#define VT_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define VT__SECOND_NS 1000000000ull

/* 0 where the clock cannot be read. */
static inline uint64_t vt__clock_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now))
		return 0;
	return (uint64_t)now.tv_sec * VT__SECOND_NS + (uint64_t)now.tv_nsec;
}

/* CLOCK_MONOTONIC in steps of a tick (4 ms at most), which costs a few
 * nanoseconds even where the precise clock is slow. */
static inline uint64_t vt__now_ns(void)
{
	return vt__clock_ns(CLOCK_MONOTONIC_COARSE);
}

#endif
