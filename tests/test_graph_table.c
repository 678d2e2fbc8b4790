/* A launch leaves what its graph allocates and does not free, told by who defined it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "preload/rules/graph_table.h"
#include "preload/recorder/process.h"

enum {
	HANDLE = 0x1000,
	ADDRESS = 0x7000000,
	CONTEXT = 0x2000,
	CHUNK = 1 << 21
};

static void *part;

/* Stands for the process: one fresh table a test. */
bool vt__process_lock(struct vt__lock *lock)
{
	return vt__lock_take(lock);
}

void *vt__process_part(enum vt__part which)
{
	assert_int_equal(which, VT__PART_GRAPHS);
	return part;
}

static int fresh_table(void **state)
{
	(void)state;
	part = vt__arena_map(VT__PART_BYTES);
	return part ? 0 : -1;
}

static void define(uint64_t address, uintptr_t caller, const char *purpose)
{
	uintptr_t ips[2] = {caller, 0x400000};
	char words[16] = "";
	const struct vt__graph_origin origin = {
		.api = "cuGraphAddMemAllocNode",
		.stack = {.ips = ips, .depth = 2},
		.purpose = purpose ? strcpy(words, purpose) : NULL,
	};

	assert_true(vt__graph_define(address, &origin));
	memset(ips, 0, sizeof(ips));
	memset(words, 0, sizeof(words));
}

static struct vt__graph_exec *new_exec(void)
{
	struct vt__graph_exec *exec = vt__graph_exec_new(CONTEXT);

	assert_non_null(exec);
	return exec;
}

static unsigned count(const struct vt__graph_exec *exec)
{
	const struct vt__graph_memory *memory = NULL;
	unsigned number = 0;

	while ((memory = vt__graph_exec_next(exec, memory)) != NULL)
		number++;
	return number;
}

static void what_is_not_freed_is_left_with_its_definition(void **state)
{
	struct vt__graph_exec *exec = new_exec();
	const struct vt__graph_memory *memory;

	(void)state;
	define(ADDRESS, 0x1234, "weights");
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 3));
	vt__graph_exec_enter(HANDLE, exec);
	exec = vt__graph_exec_get(HANDLE);
	assert_non_null(exec);
	assert_int_equal(count(exec), 1);
	memory = vt__graph_exec_next(exec, NULL);
	assert_int_equal(memory->address, ADDRESS);
	assert_int_equal(memory->bytes, CHUNK);
	assert_int_equal(memory->device, 3);
	assert_false(memory->frees);
	assert_int_equal(memory->origin->stack.depth, 2);
	assert_int_equal(memory->origin->stack.ips[0], 0x1234);
	assert_string_equal(memory->origin->purpose, "weights");
	assert_null(memory->origin->label);
	vt__graph_exec_give(exec);
}

static void what_is_freed_in_the_graph_is_not_left(void **state)
{
	struct vt__graph_exec *exec = new_exec();

	(void)state;
	assert_true(vt__graph_exec_frees(exec, ADDRESS)); /* the order does not matter */
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 0));
	assert_true(vt__graph_exec_allocates(exec, ADDRESS + CHUNK, CHUNK, 0));
	assert_true(vt__graph_exec_frees(exec, ADDRESS + CHUNK));
	vt__graph_exec_enter(HANDLE, exec);
	exec = vt__graph_exec_get(HANDLE);
	assert_int_equal(count(exec), 0);
	assert_int_equal(vt__graph_exec_bytes(exec), 2 * CHUNK);
	vt__graph_exec_give(exec);
}

static void memory_of_another_graph_is_freed_by_the_launch(void **state)
{
	struct vt__graph_exec *exec = new_exec();

	(void)state;
	assert_true(vt__graph_exec_frees(exec, ADDRESS));
	vt__graph_exec_enter(HANDLE, exec);
	exec = vt__graph_exec_get(HANDLE);
	assert_int_equal(count(exec), 1);
	assert_true(vt__graph_exec_next(exec, NULL)->frees);
	vt__graph_exec_give(exec);
}

static void nothing_is_kept_of_an_executable_without_memory(void **state)
{
	(void)state;
	vt__graph_exec_enter(HANDLE, new_exec());
	assert_null(vt__graph_exec_get(HANDLE));
}

static void an_executable_outlives_its_graph(void **state)
{
	struct vt__graph_exec *exec = new_exec();

	(void)state;
	define(ADDRESS, 0x1234, NULL);
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 0));
	vt__graph_exec_enter(HANDLE, exec);
	vt__graph_forget(ADDRESS);
	define(ADDRESS, 0x9999, NULL); /* another graph has the address */
	exec = vt__graph_exec_get(HANDLE);
	assert_int_equal(vt__graph_exec_next(exec, NULL)->origin->stack.ips[0], 0x1234);
	vt__graph_exec_give(exec);
}

static void an_allocation_that_nobody_defined_has_no_origin(void **state)
{
	struct vt__graph_exec *exec = new_exec();

	(void)state;
	define(ADDRESS, 0x1234, NULL);
	vt__graph_forget(ADDRESS);
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 0));
	assert_null(vt__graph_exec_next(exec, NULL)->origin);
	vt__graph_exec_give(exec);
}

static void a_description_in_use_survives_the_end_of_its_executable(void **state)
{
	struct vt__graph_exec *exec = new_exec(), *in_use;

	(void)state;
	define(ADDRESS, 0x1234, NULL);
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 0));
	vt__graph_exec_enter(HANDLE, exec);
	in_use = vt__graph_exec_get(HANDLE);
	vt__graph_exec_give(vt__graph_exec_take(HANDLE));
	assert_null(vt__graph_exec_get(HANDLE));
	assert_int_equal(vt__graph_exec_next(in_use, NULL)->address, ADDRESS);
	vt__graph_exec_give(in_use);
}

static void a_refused_end_leaves_the_executable(void **state)
{
	struct vt__graph_exec *exec = new_exec();

	(void)state;
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 0));
	assert_true(vt__graph_exec_frees(exec, ADDRESS - CHUNK));
	vt__graph_exec_enter(HANDLE, exec);
	vt__graph_exec_enter(HANDLE, vt__graph_exec_take(HANDLE));
	exec = vt__graph_exec_get(HANDLE);
	assert_int_equal(count(exec), 2);
	vt__graph_exec_give(exec);
}

static void a_context_takes_its_executables_along(void **state)
{
	struct vt__graph_exec *exec = new_exec(), *in_use, *other = vt__graph_exec_new(CONTEXT + 1);

	(void)state;
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 0));
	assert_true(vt__graph_exec_allocates(other, ADDRESS + CHUNK, CHUNK, 0));
	vt__graph_exec_enter(HANDLE, exec);
	vt__graph_exec_enter(HANDLE + 1, other);
	in_use = vt__graph_exec_get(HANDLE);
	vt__graph_execs_drop_context(0);
	vt__graph_execs_drop_context(CONTEXT);
	assert_null(vt__graph_exec_get(HANDLE));
	assert_int_equal(vt__graph_exec_next(in_use, NULL)->address, ADDRESS);
	vt__graph_exec_give(in_use);
	other = vt__graph_exec_get(HANDLE + 1);
	assert_int_equal(vt__graph_exec_context(other), CONTEXT + 1);
	vt__graph_exec_give(other);
}

static void an_update_replaces_the_description(void **state)
{
	struct vt__graph_exec *exec = new_exec();

	(void)state;
	assert_true(vt__graph_exec_allocates(exec, ADDRESS, CHUNK, 0));
	vt__graph_exec_enter(HANDLE, exec);
	exec = new_exec();
	assert_true(vt__graph_exec_allocates(exec, ADDRESS + CHUNK, 2 * CHUNK, 0));
	vt__graph_exec_enter(HANDLE, exec);
	exec = vt__graph_exec_get(HANDLE);
	assert_int_equal(count(exec), 1);
	assert_int_equal(vt__graph_exec_next(exec, NULL)->address, ADDRESS + CHUNK);
	assert_int_equal(vt__graph_exec_bytes(exec), 2 * CHUNK);
	vt__graph_exec_give(exec);
}

/* A program that captures again and again does not make the table grow. */
static void graphs_that_come_and_go_take_no_more_memory(void **state)
{
	struct vt__arena *arena = (struct vt__arena *)((char *)part + 8); /* after the lock */
	size_t held = 0;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		struct vt__graph_exec *exec = new_exec();

		for (uint64_t i = 0; i < 20; i++) {
			define(ADDRESS + i * CHUNK, 0x1234, "round");
			assert_true(vt__graph_exec_allocates(exec, ADDRESS + i * CHUNK, CHUNK, 0));
		}
		vt__graph_exec_enter(HANDLE, exec);
		for (uint64_t i = 0; i < 20; i++)
			vt__graph_forget(ADDRESS + i * CHUNK);
		vt__graph_exec_give(vt__graph_exec_take(HANDLE));
		if (round == 0)
			held = arena->bytes_held;
	}
	assert_true(held > 0);
	assert_int_equal(arena->bytes_held, held);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh_table)
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_freed_is_left_with_its_definition),
		TEST(what_is_freed_in_the_graph_is_not_left),
		TEST(memory_of_another_graph_is_freed_by_the_launch),
		TEST(nothing_is_kept_of_an_executable_without_memory),
		TEST(an_executable_outlives_its_graph),
		TEST(an_allocation_that_nobody_defined_has_no_origin),
		TEST(a_description_in_use_survives_the_end_of_its_executable),
		TEST(a_refused_end_leaves_the_executable),
		TEST(a_context_takes_its_executables_along),
		TEST(an_update_replaces_the_description),
		TEST(graphs_that_come_and_go_take_no_more_memory),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
