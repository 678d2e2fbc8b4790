/*
 * What one stack costs: ours, libunwind's unw_backtrace and glibc's
 * backtrace(), in the same run on the same stacks.
 *
 * The frames have no frame pointers. "one stack" takes the same stack again
 * and again; "512 stacks" takes as many different ones in turn (different call
 * sites on the way, so that their return addresses differ).
 */
#include "config.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unwind/unwind.h"

#define MOST 128
#define BATCHES 31
#define PATHS 512

static int (*unw_backtrace_entry)(void **buffer, int size);

static unsigned take_ours(void)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	uintptr_t ips[MOST];
	bool truncated;

	return vt__unwind(&start, ips, MOST, &truncated);
}

static unsigned take_libunwind(void)
{
	void *buffer[MOST];

	return (unsigned)unw_backtrace_entry(buffer, MOST);
}

static unsigned take_glibc(void)
{
	void *buffer[MOST];

	return (unsigned)backtrace(buffer, MOST);
}

static const struct taker {
	const char *name;
	unsigned (*take)(void);
	unsigned repeats; /* in a batch */
} takers[] = {
	{"vt__unwind", take_ours, 20000},
	{"unw_backtrace", take_libunwind, 20000},
	{"glibc backtrace", take_glibc, 500},
};

#define TAKERS (sizeof(takers) / sizeof(takers[0]))

static double now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

struct work {
	const struct taker *taker;
	unsigned repeats;
	unsigned frames; /* out: of the last stack */
	double ns;       /* out: of all stacks */
};

static __attribute__((noinline)) void measure(struct work *work)
{
	double begin = now_ns();

	for (unsigned i = 0; i < work->repeats; i++)
		work->frames = work->taker->take();
	work->ns += now_ns() - begin;
}

/* One bit of `path` for each of the first frames chooses the call site. */
static __attribute__((noinline)) void descend(struct work *work, unsigned depth, unsigned path)
{
	volatile char some[24];

	some[0] = (char)depth;
	if (depth == 0) {
		measure(work);
	} else if (path & 1) {
		descend(work, depth - 1, path >> 1);
		__asm__ volatile("nop"); /* keeps the two calls apart */
	} else {
		descend(work, depth - 1, path >> 1);
	}
	some[1] = some[0];
}

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

/* The depth of recursion that gives a stack of `frames`. */
static unsigned depth_for(unsigned frames)
{
	struct work work = {.taker = &takers[0], .repeats = 1};

	descend(&work, 1, 0);
	return frames + 1 - work.frames;
}

static double one_stack(const struct taker *taker, unsigned depth)
{
	struct work work = {.taker = taker, .repeats = taker->repeats};

	descend(&work, depth, 0);
	return work.ns / work.repeats;
}

/* The clock is read for every stack: its cost is taken off. */
static double many_stacks(const struct taker *taker, unsigned depth)
{
	struct work work = {.taker = taker, .repeats = 1};
	struct work empty = {.taker = taker, .repeats = 0};

	for (unsigned path = 0; path < PATHS; path++) {
		descend(&work, depth, path);
		descend(&empty, depth, path);
	}
	return (work.ns - empty.ns) / PATHS;
}

static void report(const char *what, double (*cost)(const struct taker *, unsigned),
		   unsigned frames)
{
	static double samples[TAKERS][BATCHES];
	unsigned depth = depth_for(frames);

	for (unsigned batch = 0; batch < BATCHES; batch++) {
		for (size_t i = 0; i < TAKERS; i++)
			samples[i][batch] = cost(&takers[i], depth);
	}
	for (size_t i = 0; i < TAKERS; i++) {
		qsort(samples[i], BATCHES, sizeof(double), ascending);
		printf("%-11s %3u frames  %-16s %9.1f ns median %9.1f ns least\n", what, frames,
		       takers[i].name, samples[i][BATCHES / 2], samples[i][0]);
	}
}

int main(void)
{
	void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
	void *symbol = library ? dlsym(library, "unw_backtrace") : NULL;

	if (!symbol || vt__unwind_init(NULL) != 0) {
		fprintf(stderr, "unwind_micro: libunwind.so.8 is needed to compare with\n");
		return 1;
	}
	memcpy(&unw_backtrace_entry, &symbol, sizeof(symbol));
	report("one stack", one_stack, 16);
	report("one stack", one_stack, 64);
	report("512 stacks", many_stacks, 16);
	report("512 stacks", many_stacks, 64);
	return 0;
}
