/*
 * Takes stacks for the unwinder's tests and compares them.
 */
#include "config.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unwind_observe.h"
#include "tests/unwind_second.h"

#define REPEATS 3

static void take(const struct vt__unwind_start *start, struct observation *out)
{
	bool truncated;

	out->count = vt__unwind(start, out->ips, OBSERVED_MOST, &out->truncated);
	out->repeats_agree = true;
	for (unsigned i = 0; i < REPEATS; i++) {
		uintptr_t again[OBSERVED_MOST];
		unsigned count = vt__unwind(start, again, OBSERVED_MOST, &truncated);

		if (count != out->count || memcmp(again, out->ips, count * sizeof(again[0])))
			out->repeats_agree = false;
	}
}

__attribute__((noinline)) void observe_alone(void *observation)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();

	take(&start, observation);
}

__attribute__((noinline)) void observe(void *observation)
{
	struct observation *out = observation;
	struct vt__unwind_start start = VT__UNWIND_HERE();
	bool truncated;

	take(&start, out);
	out->reference_count = unwind_second(&start, out->reference, OBSERVED_MOST, &truncated);
}

__attribute__((noinline)) void observe_frames(unwind_frames *frames, unsigned depth,
					      struct observation *out)
{
	frames(depth, observe, out);
	__asm__ volatile("" ::: "memory");
}

static void print_frames(const char *name, const uintptr_t *ips, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		Dl_info info = {0};

		dladdr((void *)(ips[i] - 1), &info);
		print_message("# %s %u: %#lx %s\n", name, i, (unsigned long)ips[i],
			      info.dli_sname ? info.dli_sname : "?");
	}
}

void assert_agrees(const struct observation *observation, unsigned least)
{
	if (observation->count != observation->reference_count ||
	    memcmp(observation->ips, observation->reference,
		   observation->count * sizeof(observation->ips[0]))) {
		print_frames("ours", observation->ips, observation->count);
		print_frames("reference", observation->reference, observation->reference_count);
	}
	assert_int_equal(observation->count, observation->reference_count);
	assert_memory_equal(observation->ips, observation->reference,
			    observation->count * sizeof(observation->ips[0]));
	assert_true(observation->count >= least);
	assert_false(observation->truncated);
	assert_true(observation->repeats_agree);
}

void assert_continues(const struct observation *observation, unsigned outer,
		      const struct observation *direct)
{
	unsigned left = observation->count - outer;

	if (observation->count <= outer || left != direct->count)
		print_frames("ours", observation->ips, observation->count);
	assert_true(observation->count > outer);
	assert_int_equal(left, direct->count);
	assert_memory_equal(&observation->ips[outer + 1], &direct->ips[1],
			    (left - 1) * sizeof(observation->ips[0]));
	assert_false(observation->truncated);
	assert_true(observation->repeats_agree);
}

void *module_open(const char *file)
{
	char path[4096];
	void *module;

	snprintf(path, sizeof(path), "%s/%s", UNWIND_MODULES, file);
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!module)
		fail_msg("%s", dlerror());
	return module;
}

unwind_frames *module_function(void *module, const char *name)
{
	void *symbol = dlsym(module, name);
	unwind_frames *frames;

	if (!symbol)
		fail_msg("%s", dlerror());
	memcpy(&frames, &symbol, sizeof(frames));
	return frames;
}
