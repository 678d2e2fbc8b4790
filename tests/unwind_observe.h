/*
 * Takes a stack by the unwinder and by a second one (unwind_second.h) at once, for the unwinder's
 * tests.
 */
#ifndef VT_TESTS_UNWIND_OBSERVE_H
#define VT_TESTS_UNWIND_OBSERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/unwind.h"
#include "tests/unwind_frames.h"

#define OBSERVED_MOST 256

struct observation {
	uintptr_t ips[OBSERVED_MOST];
	unsigned count;
	bool truncated;
	bool repeats_agree; /* the same stack taken again was the same */
	uintptr_t reference[OBSERVED_MOST];
	unsigned reference_count;
};

/* Fills the observation in with the stack of its caller. */
void observe(void *observation);

/* The same without the second opinion, which does not survive every bad register. */
void observe_alone(void *observation);

/* Calls `frames` with observe(). */
void observe_frames(unwind_frames *frames, unsigned depth, struct observation *out);

/* Fails the test unless both stacks are equal and have at least so many
 * frames, and none was cut off. */
void assert_agrees(const struct observation *observation, unsigned least);

/* Fails the test unless the stack from `outer` on is that of `direct` (taken
 * in the function of that frame) but for this function's own address. */
void assert_continues(const struct observation *observation, unsigned outer,
		      const struct observation *direct);

/* A function of a test module; fails the test if it cannot be had. */
void *module_open(const char *file);
unwind_frames *module_function(void *module, const char *name);

#endif
