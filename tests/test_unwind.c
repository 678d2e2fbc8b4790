/*
 * Stacks through compiled code of every shape, against libunwind's.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unwind_observe.h"

static void *without_pointers;
static void *with_pointers;
static void *cxx;

/* Innermost frames up to observe_frames(), this one's caller and main(). */
#define AROUND 4

static void check_both(const char *name, unsigned depth, unsigned least)
{
	struct observation observation;

	observe_frames(module_function(without_pointers, name), depth, &observation);
	assert_agrees(&observation, least + AROUND);
	observe_frames(module_function(with_pointers, name), depth, &observation);
	assert_agrees(&observation, least + AROUND);
}

static void recursion_gives_one_frame_a_call(void **state)
{
	struct observation shallow;
	struct observation deep;
	unwind_frames *frames = module_function(without_pointers, "frames_recursion");

	(void)state;
	check_both("frames_recursion", 150, 150);
	observe_frames(frames, 10, &shallow);
	observe_frames(frames, 110, &deep);
	assert_int_equal(deep.count, shallow.count + 100);
}

static void frames_of_unknown_size_are_walked(void **state)
{
	(void)state;
	check_both("frames_alloca", 20, 20);
}

static void realigned_frames_are_walked(void **state)
{
	(void)state;
	check_both("frames_aligned", 20, 20);
}

static void callbacks_of_the_c_library_are_walked(void **state)
{
	(void)state;
	check_both("frames_qsort", 5, 3);
}

static void call_that_ends_its_function_belongs_to_it(void **state)
{
	(void)state;
	check_both("frames_no_return", 0, 3);
}

static void frames_that_save_every_register_are_walked(void **state)
{
	(void)state;
	check_both("frames_many_saved", 20, 20);
}

static void cxx_frames_are_walked(void **state)
{
	static const char *const names[] = {"frames_lambda", "frames_while_unwinding",
					    "frames_in_catch"};
	struct observation observation;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		observe_frames(module_function(cxx, names[i]), 6, &observation);
		assert_agrees(&observation, 1 + AROUND);
	}
}

static void code_without_tables_is_walked_by_frame_pointer(void **state)
{
	void *module = module_open("unwind_untabled.so");
	struct observation direct;
	struct observation observation;

	(void)state;
	observe_frames(module_function(without_pointers, "frames_recursion"), 0, &direct);
	observe_frames(module_function(module, "frames_untabled"), 4, &observation);
	assert_int_equal(observation.count, direct.count + 4);
	/* Alike outside this function, in which they were taken at two places. */
	assert_memory_equal(&observation.ips[7], &direct.ips[3],
			    (direct.count - 3) * sizeof(direct.ips[0]));
	assert_true(observation.repeats_agree);
	dlclose(module);
	vt__unwind_forget();
}

static void library_at_the_address_of_another_has_its_own_rules(void **state)
{
	struct observation first;
	struct observation second;
	void *module = module_open("unwind_swap_small.so");

	(void)state;
	observe_frames(module_function(module, "frames_swap"), 3, &first);
	vt__unwind_forget();
	dlclose(module);
	vt__unwind_forget();
	module = module_open("unwind_swap_large.so");
	observe_frames(module_function(module, "frames_swap"), 3, &second);
	/* The test is about equal addresses. */
	assert_ptr_equal((void *)first.ips[0], (void *)second.ips[0]);
	assert_int_equal(first.count, second.count);
	assert_memory_equal(first.ips, second.ips, 5 * sizeof(first.ips[0]));
	assert_memory_equal(&first.ips[6], &second.ips[6],
			    (first.count - 6) * sizeof(first.ips[0]));
	assert_true(second.repeats_agree);
	dlclose(module);
	vt__unwind_forget();
}

static void forgetting_changes_the_generation(void **state)
{
	uint32_t before = vt__unwind_generation();

	(void)state;
	vt__unwind_forget();
	assert_int_not_equal(vt__unwind_generation(), before);
}

static void rules_hold_while_generations_come_round(void **state)
{
	struct observation observation;

	(void)state;
	for (unsigned i = 0; i < 65537; i++)
		vt__unwind_forget();
	observe_frames(module_function(without_pointers, "frames_recursion"), 9, &observation);
	assert_agrees(&observation, 9 + AROUND);
}

struct cut {
	unsigned most;
	unsigned count;
	bool truncated;
	uintptr_t ips[OBSERVED_MOST];
};

static __attribute__((noinline)) void take_cut(void *closure)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	struct cut *cut = closure;

	cut->count = vt__unwind(&start, cut->ips, cut->most, &cut->truncated);
}

static void truncated_says_whether_frames_are_missing(void **state)
{
	unwind_frames *frames = module_function(without_pointers, "frames_recursion");
	struct cut whole = {.most = OBSERVED_MOST};
	unsigned lengths[] = {0, 1, 5, 0, 0};

	(void)state;
	frames(30, take_cut, &whole);
	assert_false(whole.truncated);
	lengths[3] = whole.count - 1;
	lengths[4] = whole.count;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct cut cut = {.most = lengths[i]};

		cut.ips[cut.most] = 0x5a;
		frames(30, take_cut, &cut);
		assert_int_equal(cut.count, cut.most);
		assert_int_equal(cut.truncated, cut.most < whole.count);
		assert_int_equal(cut.ips[cut.most], 0x5a);
	}
}

static size_t heap_bytes(void)
{
#if __GLIBC_PREREQ(2, 33)
	return mallinfo2().uordblks;
#else
	return (size_t)mallinfo().uordblks;
#endif
}

static void errno_and_heap_are_left_alone(void **state)
{
	unwind_frames *frames = module_function(with_pointers, "frames_aligned");
	struct cut cut = {.most = OBSERVED_MOST};
	size_t heap;

	(void)state;
	vt__unwind_forget(); /* so that every rule is made anew */
	heap = heap_bytes();
	errno = 4711;
	frames(40, take_cut, &cut);
	assert_int_equal(errno, 4711);
	assert_true(heap_bytes() == heap);
	assert_true(cut.count > 40);
}

static void *observe_in_thread(void *closure)
{
	observe_frames(module_function(without_pointers, "frames_recursion"), 5, closure);
	return NULL;
}

static void stack_of_a_thread_ends_where_it_began(void **state)
{
	struct observation observation;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, observe_in_thread, &observation), 0);
	pthread_join(thread, NULL);
	assert_agrees(&observation, 5 + 3);
}

static _Atomic bool stop;

/* Returns how many of its stacks had a wrong number of frames. */
static void *walk_many(void *closure)
{
	unwind_frames *frames = module_function(without_pointers, "frames_many_saved");
	uintptr_t wrong = 0;
	struct cut first = {.most = OBSERVED_MOST};

	(void)closure;
	frames(0, take_cut, &first);
	for (unsigned i = 0; i < 5000; i++) {
		struct cut cut = {.most = OBSERVED_MOST};

		frames(i % 60, take_cut, &cut);
		wrong += cut.count != first.count + i % 60;
	}
	return (void *)wrong;
}

static void *forget_always(void *closure)
{
	while (!stop)
		vt__unwind_forget();
	return closure;
}

static void walks_are_right_while_rules_are_forgotten(void **state)
{
	pthread_t walkers[6];
	pthread_t forgetter;
	size_t count = sizeof(walkers) / sizeof(walkers[0]);

	(void)state;
	stop = false;
	assert_int_equal(pthread_create(&forgetter, NULL, forget_always, NULL), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pthread_create(&walkers[i], NULL, walk_many, NULL), 0);
	for (size_t i = 0; i < count; i++) {
		void *wrong;

		pthread_join(walkers[i], &wrong);
		assert_null(wrong);
	}
	stop = true;
	pthread_join(forgetter, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recursion_gives_one_frame_a_call),
		cmocka_unit_test(frames_of_unknown_size_are_walked),
		cmocka_unit_test(realigned_frames_are_walked),
		cmocka_unit_test(callbacks_of_the_c_library_are_walked),
		cmocka_unit_test(call_that_ends_its_function_belongs_to_it),
		cmocka_unit_test(frames_that_save_every_register_are_walked),
		cmocka_unit_test(cxx_frames_are_walked),
		cmocka_unit_test(code_without_tables_is_walked_by_frame_pointer),
		cmocka_unit_test(library_at_the_address_of_another_has_its_own_rules),
		cmocka_unit_test(forgetting_changes_the_generation),
		cmocka_unit_test(rules_hold_while_generations_come_round),
		cmocka_unit_test(truncated_says_whether_frames_are_missing),
		cmocka_unit_test(errno_and_heap_are_left_alone),
		cmocka_unit_test(stack_of_a_thread_ends_where_it_began),
		cmocka_unit_test(walks_are_right_while_rules_are_forgotten),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (vt__unwind_init(NULL) != 0) {
		print_error("libunwind.so.8 is needed to compare with\n");
		return 1;
	}
	without_pointers = module_open("unwind_frames.so");
	with_pointers = module_open("unwind_frames_pointer.so");
	cxx = module_open("unwind_cxx.so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
