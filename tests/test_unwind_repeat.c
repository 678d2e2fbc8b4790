/*
 * Many stacks of one thread: with much in common, of which the unwinder keeps
 * a record, and from random registers.
 */
#include "config.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unwind_observe.h"

static void *module;

#define SPACE 1024

/* With `bytes` of SPACE in one frame and the rest in the next, the inner frame
 * pointer differs and the stack pointer does not. Both are filled, so that
 * nothing remains of the stack before. */
static __attribute__((noinline)) void inner_part(size_t bytes, unwind_frames *frames,
						 struct observation *out)
{
	volatile char *space = __builtin_alloca(bytes);

	for (size_t i = 0; i < bytes; i++)
		space[i] = 0x11;
	frames(0, observe, out);
	space[0] = 0;
}

static __attribute__((noinline)) void outer_part(size_t bytes, unwind_frames *frames,
						 struct observation *out)
{
	volatile char *space = __builtin_alloca(bytes);

	for (size_t i = 0; i < bytes; i++)
		space[i] = 0x11;
	inner_part(SPACE - bytes, frames, out);
	space[0] = 0;
}

/* Two functions that save rbp at unlike places, called from frames that have
 * all but rbp in common: what was seen of one stack is wrong for the next. */
static void frame_pointers_of_the_last_stack_are_not_trusted(void **state)
{
	static const struct {
		size_t bytes;
		bool pointer;
	} steps[] = {{64, true},  {64, false}, {512, false}, {512, true},  {64, true},
		     {64, false}, {512, true}, {64, true},   {512, false}, {64, false}};
	unwind_frames *frames[2];

	(void)state;
	frames[0] = module_function(module, "frames_many_saved");
	frames[1] = module_function(module_open("unwind_frames_pointer.so"), "frames_recursion");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct observation observation;

		outer_part(steps[i].bytes, frames[steps[i].pointer], &observation);
		assert_agrees(&observation, 5);
	}
}

static uint64_t random_number(void)
{
	static uint64_t seed = 88172645463325252u;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* A word that looks like a register: an address of the stack, of code, of
 * nothing at all. */
static uintptr_t random_register(uintptr_t here)
{
	switch (random_number() % 5) {
	case 0:
		return here + random_number() % 8192 * 8;
	case 1:
		return here - random_number() % 8192 * 8;
	case 2:
		return here + random_number() % 65536 - 32768;
	case 3:
		return random_number() >> 17;
	default:
		return random_number();
	}
}

static void any_start_is_survived(void **state)
{
	uintptr_t code = (uintptr_t)qsort;
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t ips[64];
	bool truncated;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		struct vt__unwind_start start = {
			.ip = i % 8 ? code + random_number() % 400000 : random_number(),
			.sp = random_register(here),
			.bp = random_register(here),
		};
		unsigned count = vt__unwind(&start, ips, 64, &truncated);

		assert_in_range(count, 1, 64);
		assert_true(ips[0] == start.ip);
	}
}

static const char *const wander_names[] = {"frames_recursion", "frames_alloca", "frames_aligned",
					   "frames_qsort", "frames_many_saved"};

struct wander {
	unsigned left;
	unsigned observed;
	unsigned wrong;
};

/* Goes on into frames at random, and takes the stack on the way in and out. */
static void wander(void *closure)
{
	size_t kinds = sizeof(wander_names) / sizeof(wander_names[0]);
	struct wander *at = closure;
	struct observation seen;

	observe(&seen);
	at->observed++;
	at->wrong += !seen.repeats_agree || seen.count != seen.reference_count ||
		     memcmp(seen.ips, seen.reference, seen.count * sizeof(seen.ips[0])) != 0;
	for (unsigned times = random_number() % 3; times > 0 && at->left > 0; times--) {
		at->left--;
		module_function(module, wander_names[random_number() % kinds])(random_number() % 4,
									       wander, at);
	}
	__asm__ volatile("" ::: "memory");
}

static void stacks_that_change_step_by_step_are_right(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		struct wander at = {.left = 12};

		wander(&at);
		assert_int_equal(at.wrong, 0);
	}
}

#if !defined(__SANITIZE_THREAD__)

static void take_many(void *closure)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	uintptr_t ips[64];
	bool truncated;

	for (unsigned i = 0; i < 100; i++)
		vt__unwind(&start, ips, 64, &truncated);
	*(unsigned *)closure += 100;
}

/* In the strict mode every system call but exit and three more ends it. The
 * same call takes the stacks in both rounds: another would be a new stack. */
static void take_with_system_calls_then_without(void)
{
	unwind_frames *frames = module_function(module, "frames_recursion");
	unsigned taken = 0;
	volatile unsigned round; /* keeps the loop from becoming two calls */

	for (round = 0; round < 2; round++) {
		for (unsigned depth = 0; depth < 20; depth++)
			frames(depth, take_many, &taken);
		if (round == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
			syscall(SYS_exit, errno == EINVAL ? 0 : 2);
	}
	syscall(SYS_exit, taken == 4000 ? 0 : 3);
}

static void known_stack_takes_no_system_call(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		take_with_system_calls_then_without();
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_pointers_of_the_last_stack_are_not_trusted),
		cmocka_unit_test(any_start_is_survived),
		cmocka_unit_test(stacks_that_change_step_by_step_are_right),
#if !defined(__SANITIZE_THREAD__) /* it has a thread that needs system calls */
		cmocka_unit_test(known_stack_takes_no_system_call),
#endif
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (vt__unwind_init(NULL) != 0) {
		print_error("libunwind.so.8 is needed to compare with\n");
		return 1;
	}
	module = module_open("unwind_frames.so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
