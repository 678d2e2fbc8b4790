/*
 * Walks that come again: each taken from its memo must be the walk that
 * a second unwinder makes.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "unwind/walker.h"
#include "tests/unwind_second.h"

#define MOST 64

struct taking {
	unsigned most;
	unsigned paths; /* digits left of the way down, to the base of WAYS */
	unsigned hits;
	unsigned known; /* without a walk */
	unsigned wrong;
	struct vt__stack last;
	uintptr_t ips[MOST];
};

static struct taking in_handler = {.most = MOST};

/* What is known of a stack without a walk is that stack. Where a signal handler
 * has put another in its place meanwhile, the key says so. */
static void compare_known(struct taking *taking, const struct vt__unwind_start *start,
			  const uintptr_t *reference, unsigned count, bool truncated)
{
	struct vt__hash128 key = vt__stack_hash(reference, count, truncated);
	uintptr_t ips[MOST];
	struct vt__stack known;

	/* Each member is said: none stays what was there before. */
	memset(&known, 0xff, sizeof(known));
	if (!vt__unwind_known(start, taking->most, &known))
		return;
	taking->known++;
	memcpy(ips, known.ips, known.depth * sizeof(ips[0]));
	if (!known.is_borrowed || !known.has_key || known.is_lost || known.depth != count ||
	    known.truncated != truncated || known.key.low != key.low || known.key.high != key.high)
		taking->wrong++;
	key = vt__stack_hash(ips, known.depth, known.truncated);
	if (key.low == known.key.low && memcmp(reference, ips, count * sizeof(ips[0])))
		taking->wrong++;
}

/* A second unwinder ends at the linker's stubs, where they have no tables, if a signal came there.
 */
static bool ends_early(const struct taking *taking, unsigned count)
{
#if defined(__aarch64__)
	return taking == &in_handler && count < taking->last.depth;
#else
	(void)taking, (void)count;
	return false;
#endif
}

/* Takes the stack of its caller, once, and compares it. */
static __attribute__((noinline)) void take(struct taking *taking)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	uintptr_t reference[MOST];
	struct vt__hash128 key;
	bool truncated;
	unsigned count;

	memset(&taking->last, 0xff, sizeof(taking->last));
	vt__unwind_stack(&start, taking->ips, taking->most, &taking->last);
	count = unwind_second(&start, reference, taking->most, &truncated);
	key = vt__stack_hash(taking->ips, taking->last.depth, taking->last.truncated);
	taking->hits += taking->last.has_key;
	if ((count != taking->last.depth && !ends_early(taking, count)) || taking->last.is_lost ||
	    truncated != taking->last.truncated ||
	    memcmp(reference, taking->ips, count * sizeof(reference[0])))
		taking->wrong++;
	if (taking->last.has_key &&
	    (key.low != taking->last.key.low || key.high != taking->last.key.high))
		taking->wrong++;
	if (!ends_early(taking, count))
		compare_known(taking, &start, reference, count, truncated);
}

/* ---- Ways down: frames of unlike and of equal size, with rbp as a frame
 * pointer (alloca), saved for other use, and untouched. */
typedef void step(struct taking *taking, unsigned depth);
static step go_on;

static __attribute__((noinline)) void by_small(struct taking *taking, unsigned depth)
{
	go_on(taking, depth);
	__asm__ volatile("nop");
}

/* The same frame as by_small(), with another return address. */
static __attribute__((noinline)) void by_twin(struct taking *taking, unsigned depth)
{
	go_on(taking, depth);
	__asm__ volatile("nop; nop");
}

static __attribute__((noinline)) void by_pointer(struct taking *taking, unsigned depth)
{
	volatile char *space = __builtin_alloca(16 + depth % 3 * 32);

	space[0] = 1;
	go_on(taking, depth);
	space[0] = 2;
}

#if defined(__x86_64__)
#define SAVED_REGISTERS "rbx", "rbp", "r12", "r13", "r14", "r15"
#else
#define SAVED_REGISTERS "x19", "x20", "x21", "x22", "x23", "x24", "x28", "d8", "d9"
#endif

static __attribute__((noinline)) void by_registers(struct taking *taking, unsigned depth)
{
	__asm__ volatile("" ::: SAVED_REGISTERS);
	go_on(taking, depth);
	__asm__ volatile("" ::: SAVED_REGISTERS);
}

static step *const steps[] = {by_small, by_twin, by_pointer, by_registers};
#define WAYS (sizeof(steps) / sizeof(steps[0]))

static __attribute__((noinline)) void go_on(struct taking *taking, unsigned depth)
{
	if (depth == 0) {
		take(taking);
	} else {
		unsigned way = taking->paths % WAYS;

		taking->paths /= WAYS;
		steps[way](taking, depth - 1);
	}
	__asm__ volatile("");
}

static unsigned random_below(unsigned limit)
{
	static uint64_t seed = 0x853c49e6748fea9bull;

	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(seed >> 33) % limit;
}

static void ten_thousand_random_paths_agree(void **state)
{
	struct taking taking = {.most = MOST};

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		taking.paths = random_below(256);
		go_on(&taking, 4);
	}
	assert_int_equal(taking.wrong, 0);
	assert_in_range(taking.hits, 2000, 10000);
	assert_in_range(taking.known, taking.hits, 10000);
}

/* More ways than there are memos. */
static void paths_that_seldom_come_again_agree(void **state)
{
	struct taking taking = {.most = MOST};

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		taking.paths = random_below(1u << 16);
		go_on(&taking, 1 + random_below(8));
	}
	assert_int_equal(taking.wrong, 0);
}

static void stacks_cut_short_agree(void **state)
{
	struct taking taking = {0};

	(void)state;
	vt__unwind_forget();
	for (unsigned i = 0; i < 4000; i++) {
		taking.most = 1 + i / 200;
		taking.paths = random_below(4) * 21;
		go_on(&taking, 3);
	}
	assert_int_equal(taking.wrong, 0);
	assert_in_range(taking.hits, 3000, 4000);
}

/* Same address, same stack pointer, another caller further out. */
static void alternating_callers_are_told_apart_and_remembered(void **state)
{
	static const unsigned paths[] = {0, 1, 4, 16, 64, 85, 21};
	struct taking taking = {.most = MOST};

	(void)state;
	vt__unwind_forget();
	/* Volatile: a loop that is split has two call sites. */
	for (volatile unsigned i = 0; i < 700; i++) {
		if (i == 600)
			taking.hits = 0;
		taking.paths = paths[i % 7];
		go_on(&taking, 4);
	}
	assert_int_equal(taking.wrong, 0);
	assert_int_equal(taking.hits, 100);
}

static __attribute__((noinline)) void go_by_pointers(struct taking *taking, unsigned depth)
{
	volatile char *space = __builtin_alloca(16);

	space[0] = 1;
	if (depth)
		go_by_pointers(taking, depth - 1);
	else
		take(taking);
	space[0] = 2;
}

static void as_many_frames_with_pointers_as_are_asked_for_are_remembered(void **state)
{
	struct taking taking = {.most = MOST};

	(void)state;
	for (volatile unsigned i = 0; i < 6; i++)
		go_by_pointers(&taking, MOST);
	assert_int_equal(taking.wrong, 0);
	assert_true(taking.last.truncated);
	assert_true(taking.last.has_key);
}

static void what_was_unloaded_is_forgotten(void **state)
{
	struct taking taking = {.most = MOST};

	(void)state;
	vt__unwind_forget();
	for (volatile unsigned i = 0; i < 6; i++) {
		if (i == 5) {
			assert_true(taking.last.has_key);
			vt__unwind_forget();
		}
		taking.paths = 27;
		go_on(&taking, 4);
	}
	assert_false(taking.last.has_key);
	assert_int_equal(taking.wrong, 0);
}

/* ---- A signal handler that walks while its thread walks ------------------- */

static volatile sig_atomic_t signals;

/* Once, so that the thread gets on where a handler takes longer than that. */
static const struct itimerval soon = {.it_value = {0, 200}}, never;

static void on_signal(int number)
{
	(void)number;
	in_handler.paths = (unsigned)signals % 64;
	go_on(&in_handler, 3);
	signals++;
	setitimer(ITIMER_REAL, &soon, NULL);
}

static void handlers_that_walk_disturb_no_walk(void **state)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct taking taking = {.most = MOST};

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	setitimer(ITIMER_REAL, &soon, NULL);
	while (signals < 500) {
		struct vt__unwind_start start = VT__UNWIND_HERE();
		uintptr_t ips[2][MOST];
		struct vt__stack stack;

		for (unsigned i = 0; i < 1000; i++) {
			vt__unwind_stack(&start, ips[i % 2], MOST, &stack);
			if (i && memcmp(ips[0], ips[1], stack.depth * sizeof(ips[0][0])))
				taking.wrong++;
		}
		taking.paths = random_below(64);
		go_on(&taking, 3);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	assert_int_equal(taking.wrong, 0);
	assert_int_equal(in_handler.wrong, 0);
}

static void a_walk_within_a_walk_does_without(void **state)
{
	struct taking taking = {.most = MOST};
	struct vt__walker *walker = NULL;

	(void)state;
	vt__unwind_forget();
	for (volatile unsigned i = 0; i < 6; i++) {
		if (i == 5) {
			assert_true(taking.last.has_key);
			assert_non_null(taking.last.note);
			walker = vt__walker_take(vt__unwind_generation());
			assert_non_null(walker);
			taking.known = 0;
		}
		taking.paths = 27;
		go_on(&taking, 4);
	}
	vt__walker_give(walker);
	assert_false(taking.last.has_key);
	assert_null(taking.last.note);
	assert_int_equal(taking.known, 0);
	assert_int_equal(taking.wrong, 0);
}

/* ---- Threads ---------------------------------------------------------------- */

static void *walk_much(void *closure)
{
	struct taking *taking = closure;

	for (unsigned i = 0; i < 300; i++) {
		taking->paths = i % 16;
		go_on(taking, 2);
	}
	return NULL;
}

/* More than have records of their own, and more than there are at all. */
static void any_number_of_threads_agrees(void **state)
{
	static struct taking takings[8];
	pthread_t threads[8];

	(void)state;
	for (unsigned round = 0; round < 30; round++) {
		for (unsigned i = 0; i < 8; i++) {
			takings[i].most = MOST;
			assert_int_equal(pthread_create(&threads[i], NULL, walk_much, &takings[i]),
					 0);
		}
		for (unsigned i = 0; i < 8; i++) {
			pthread_join(threads[i], NULL);
			assert_int_equal(takings[i].wrong, 0);
		}
	}
	assert_in_range(takings[0].hits, 3000, 9000);
	/* a record that others have too: nothing may be noted in it */
	assert_null(takings[0].last.note);
}

static void a_child_goes_on_with_them(void **state)
{
	struct taking taking = {.most = MOST};
	pid_t child = 1;
	int status;

	(void)state;
	vt__unwind_forget();
	for (volatile unsigned i = 0; i < 6; i++) {
		if (i == 5)
			child = fork();
		taking.paths = 27;
		go_on(&taking, 4);
	}
	if (child == 0)
		_exit(taking.wrong ? 1 : !taking.last.has_key);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static int open_libunwind(void **state)
{
	(void)state;
	return vt__unwind_init(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_random_paths_agree),
		cmocka_unit_test(paths_that_seldom_come_again_agree),
		cmocka_unit_test(stacks_cut_short_agree),
		cmocka_unit_test(alternating_callers_are_told_apart_and_remembered),
		cmocka_unit_test(as_many_frames_with_pointers_as_are_asked_for_are_remembered),
		cmocka_unit_test(what_was_unloaded_is_forgotten),
		cmocka_unit_test(handlers_that_walk_disturb_no_walk),
		cmocka_unit_test(a_walk_within_a_walk_does_without),
		cmocka_unit_test(any_number_of_threads_agrees),
		cmocka_unit_test(a_child_goes_on_with_them),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_libunwind, NULL);
}
