/* Physical memory lives until its last handle reference and its last mapping are gone. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "preload/recorder/process.h"
#include "preload/rules/vmm_references.h"
#include "preload/rules/vmm_table.h"

enum {
	HANDLE = 0x1000,
	RANGE = 0x700000000000 / 2,
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
	assert_int_equal(which, VT__PART_VMM);
	return part;
}

/* Stands for the recording: the object of what is told, 0 where it was untold. */
static uint64_t told[16384], counts[16384];
static uint32_t told_count;

static uint32_t tell(uint64_t object, uint64_t count)
{
	assert_true(told_count + 1 < sizeof(told) / sizeof(told[0]));
	told[++told_count] = object;
	counts[told_count] = count;
	return told_count;
}

uint32_t vt__vmm_tell_handles(uint64_t object, uint64_t count)
{
	return tell(object, count);
}

uint32_t vt__vmm_tell_hold(uint64_t object, const struct vt__vmm_range *range,
			   const struct vt__stack *stack)
{
	(void)range;
	(void)stack;
	return tell(object, 1);
}

void vt__vmm_tell_count(uint32_t number, uint64_t count, const struct vt__stack *stack)
{
	(void)stack;
	assert_int_not_equal(told[number], 0);
	counts[number] = count;
}

void vt__vmm_untell(uint32_t number)
{
	assert_int_not_equal(told[number], 0);
	told[number] = 0;
}

/* What is told of the object: references of all kinds. */
static uint64_t references_told(uint64_t object)
{
	uint64_t sum = 0;

	for (uint32_t i = 1; i <= told_count; i++)
		sum += told[i] == object ? counts[i] : 0;
	return sum;
}

static uint32_t records_told(void)
{
	uint32_t count = 0;

	for (uint32_t i = 1; i <= told_count; i++)
		count += told[i] != 0;
	return count;
}

static int fresh_table(void **state)
{
	(void)state;
	part = vt__arena_map(VT__PART_BYTES);
	told_count = 0;
	return part ? 0 : -1;
}

static bool release(uint64_t handle)
{
	struct vt__vmm_release release = vt__vmm_release(handle);

	vt__vmm_released(&release);
	return release.ended;
}

static bool map(uint64_t handle, uint64_t address, uint64_t bytes)
{
	const struct vt__vmm_range range = vt__vmm_addresses(address, bytes);

	return vt__vmm_hold(handle, &range, NULL);
}

static uint64_t unmap(uint64_t address, uint64_t bytes)
{
	const struct vt__vmm_range range = vt__vmm_addresses(address, bytes);

	vt__vmm_mark(&range);
	return vt__vmm_take_ended(&range);
}

static uint64_t unmap_more(uint64_t address, uint64_t bytes)
{
	const struct vt__vmm_range range = vt__vmm_addresses(address, bytes);

	return vt__vmm_take_ended(&range);
}

enum {
	TEAM = 0x2000 /* the handle of a multicast object */
};

static bool bind(uint64_t handle, int device, uint64_t offset)
{
	const struct vt__vmm_range range = vt__vmm_bindings(TEAM, device, offset, CHUNK);

	return vt__vmm_hold(handle, &range, NULL);
}

static uint64_t unbind(int device, uint64_t offset, uint64_t bytes)
{
	const struct vt__vmm_range range = vt__vmm_bindings(TEAM, device, offset, bytes);

	vt__vmm_mark(&range);
	return vt__vmm_take_ended(&range);
}

static void release_ends_what_is_not_mapped(void **state)
{
	(void)state;
	assert_true(vt__vmm_add(HANDLE) != 0);
	assert_true(release(HANDLE));
}

static void release_while_mapped_leaves_the_end_to_the_unmap(void **state)
{
	uint64_t object = vt__vmm_add(HANDLE);

	(void)state;
	assert_true(map(HANDLE, RANGE, CHUNK));
	assert_false(release(HANDLE));
	assert_int_equal(unmap(RANGE, CHUNK), object);
	assert_int_equal(unmap_more(RANGE, CHUNK), 0);
}

static void a_handle_value_that_comes_again_names_another_object(void **state)
{
	uint64_t first = vt__vmm_add(HANDLE), second;

	(void)state;
	assert_true(map(HANDLE, RANGE, CHUNK));
	assert_false(release(HANDLE));
	second = vt__vmm_add(HANDLE);
	assert_int_not_equal(first, second);
	assert_true(release(HANDLE));
	assert_int_equal(unmap(RANGE, CHUNK), first);
}

static void one_unmap_takes_many_mappings(void **state)
{
	uint64_t objects[8], found[8];

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		objects[i] = vt__vmm_add(HANDLE + i);
		assert_true(map(HANDLE + i, RANGE + (uint64_t)i * CHUNK, CHUNK));
		assert_false(release(HANDLE + i));
	}
	found[0] = unmap(RANGE, 8ull * CHUNK);
	for (unsigned i = 1; i < 8; i++)
		found[i] = unmap_more(RANGE, 8ull * CHUNK);
	assert_memory_equal(objects, found, sizeof(objects));
	assert_int_equal(unmap_more(RANGE, 8ull * CHUNK), 0);
}

static void a_retained_handle_needs_one_more_release(void **state)
{
	(void)state;
	vt__vmm_add(HANDLE);
	assert_true(map(HANDLE, RANGE, CHUNK));
	vt__vmm_retain(HANDLE, RANGE + 100, NULL);
	assert_int_equal(unmap(RANGE, CHUNK), 0);
	assert_false(release(HANDLE));
	assert_true(release(HANDLE));
}

static void a_refused_release_changes_nothing(void **state)
{
	struct vt__vmm_release refused;

	(void)state;
	vt__vmm_add(HANDLE);
	refused = vt__vmm_release(HANDLE);
	assert_true(refused.ended);
	vt__vmm_unrelease(HANDLE, &refused);
	assert_true(release(HANDLE));
}

static void a_release_too_many_names_the_object_it_meant(void **state)
{
	uint64_t object = vt__vmm_add(HANDLE);
	struct vt__vmm_release again;

	(void)state;
	assert_true(release(HANDLE));
	again = vt__vmm_release(HANDLE);
	assert_true(again.refused);
	assert_false(again.ended);
	assert_int_equal(again.object, object);
}

static void a_refused_unmap_changes_nothing(void **state)
{
	const struct vt__vmm_range range = vt__vmm_addresses(RANGE, CHUNK);
	uint64_t object = vt__vmm_add(HANDLE);

	(void)state;
	assert_true(map(HANDLE, RANGE, CHUNK));
	assert_false(release(HANDLE));
	vt__vmm_mark(&range);
	vt__vmm_unmark(&range);
	assert_int_equal(unmap_more(RANGE, CHUNK), 0);
	assert_int_equal(unmap(RANGE, CHUNK), object);
}

static void a_mapping_made_during_an_unmap_stays(void **state)
{
	const struct vt__vmm_range range = vt__vmm_addresses(RANGE, CHUNK);
	uint64_t first = vt__vmm_add(HANDLE);

	(void)state;
	assert_true(map(HANDLE, RANGE, CHUNK));
	assert_false(release(HANDLE));
	vt__vmm_mark(&range);
	vt__vmm_add(HANDLE + 1);
	assert_true(map(HANDLE + 1, RANGE, CHUNK));
	assert_int_equal(unmap_more(RANGE, CHUNK), first);
	assert_int_equal(unmap_more(RANGE, CHUNK), 0);
	assert_false(release(HANDLE + 1));
}

static void thousands_of_mappings_are_kept(void **state)
{
	enum {
		MANY = 5000
	};
	unsigned ended = 0;

	(void)state;
	for (uint64_t i = 0; i < MANY; i++) {
		uint64_t at = (i * 2654435761u) % MANY; /* in no order */

		vt__vmm_add(HANDLE + at);
		assert_true(map(HANDLE + at, RANGE + at * CHUNK, CHUNK));
		assert_false(release(HANDLE + at));
	}
	for (uint64_t end = unmap(RANGE, (uint64_t)MANY * CHUNK); end;
	     end = unmap_more(RANGE, (uint64_t)MANY * CHUNK))
		ended++;
	assert_int_equal(ended, MANY);
}

static void an_import_of_a_handle_in_use_is_one_more_reference(void **state)
{
	(void)state;
	assert_false(vt__vmm_refer(HANDLE, NULL));
	vt__vmm_add(HANDLE);
	assert_true(vt__vmm_refer(HANDLE, NULL));
	assert_false(release(HANDLE));
	assert_true(release(HANDLE));
	assert_false(vt__vmm_refer(HANDLE, NULL));
}

static void what_is_bound_outlives_its_handle(void **state)
{
	uint64_t object = vt__vmm_add(HANDLE);

	(void)state;
	vt__vmm_add(TEAM);
	assert_true(bind(HANDLE, 0, 0));
	assert_false(release(HANDLE));
	assert_int_equal(unbind(1, 0, CHUNK), 0);
	assert_int_equal(unbind(0, CHUNK, CHUNK), 0);
	assert_int_equal(unbind(0, 0, CHUNK), object);
	assert_true(release(TEAM));
}

static void one_unbind_covers_many_bindings_of_one_device(void **state)
{
	uint64_t objects[3], found[3];

	(void)state;
	vt__vmm_add(TEAM);
	for (unsigned i = 0; i < 3; i++) {
		objects[i] = vt__vmm_add(HANDLE + i);
		assert_true(bind(HANDLE + i, i == 2, i == 2 ? 0 : (uint64_t)i * CHUNK));
		assert_false(release(HANDLE + i));
	}
	found[0] = unbind(0, 0, 4ull * CHUNK);
	found[1] = unbind(0, 0, 4ull * CHUNK);
	found[2] = unbind(0, 0, 4ull * CHUNK);
	assert_int_equal(found[2], 0);
	assert_int_equal(found[0], objects[0]);
	assert_int_equal(found[1], objects[1]);
	assert_int_equal(unbind(1, 0, CHUNK), objects[2]);
}

static void the_end_of_a_multicast_object_ends_its_bindings(void **state)
{
	uint64_t team = vt__vmm_add(TEAM), released = vt__vmm_add(HANDLE);

	(void)state;
	vt__vmm_add(HANDLE + 1);
	assert_true(bind(HANDLE, 0, 0));
	assert_true(bind(HANDLE + 1, 1, 0));
	assert_false(release(HANDLE));
	assert_true(release(TEAM));
	assert_int_equal(vt__vmm_take_owned(team), released);
	assert_int_equal(vt__vmm_take_owned(team), 0);
	assert_true(release(HANDLE + 1));
}

static void memory_can_be_bound_by_its_address(void **state)
{
	uint64_t object = vt__vmm_add(HANDLE);
	struct vt__vmm_range range;

	(void)state;
	vt__vmm_add(TEAM);
	range = vt__vmm_bindings(TEAM, 0, 0, CHUNK);
	assert_true(vt__vmm_hold_at(RANGE, &range, NULL)); /* nothing there */
	assert_true(map(HANDLE, RANGE, CHUNK));
	assert_false(release(HANDLE));
	assert_true(vt__vmm_hold_at(RANGE, &range, NULL));
	assert_int_equal(unmap(RANGE, CHUNK), 0);
	assert_int_equal(unbind(0, 0, CHUNK), object);
}

static void a_binding_to_an_unknown_handle_holds_nothing(void **state)
{
	(void)state;
	vt__vmm_add(HANDLE);
	assert_true(bind(HANDLE, 0, 0));
	assert_int_equal(unbind(0, 0, CHUNK), 0);
	assert_true(release(HANDLE));
}

static void every_reference_is_told_and_untold(void **state)
{
	uint64_t object = vt__vmm_add(HANDLE);
	struct vt__vmm_release refused;

	(void)state;
	assert_int_equal(references_told(object), 1);
	assert_true(map(HANDLE, RANGE, CHUNK));
	assert_true(map(HANDLE, RANGE + CHUNK, CHUNK));
	vt__vmm_retain(HANDLE, RANGE + 100, NULL);
	assert_int_equal(references_told(object), 4);
	assert_false(release(HANDLE));
	refused = vt__vmm_release(HANDLE);
	assert_int_equal(references_told(object), 2);
	vt__vmm_unrelease(HANDLE, &refused);
	assert_int_equal(references_told(object), 3);
	assert_false(release(HANDLE));
	assert_int_equal(unmap(RANGE, CHUNK), 0);
	assert_int_equal(references_told(object), 1);
	assert_int_equal(unmap(RANGE + CHUNK, CHUNK), object);
	assert_int_equal(records_told(), 0);
	vt__vmm_add(HANDLE);
	assert_true(release(HANDLE));
	assert_int_equal(records_told(), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh_table)
	const struct CMUnitTest tests[] = {
		TEST(release_ends_what_is_not_mapped),
		TEST(release_while_mapped_leaves_the_end_to_the_unmap),
		TEST(a_handle_value_that_comes_again_names_another_object),
		TEST(one_unmap_takes_many_mappings),
		TEST(a_retained_handle_needs_one_more_release),
		TEST(a_refused_release_changes_nothing),
		TEST(a_release_too_many_names_the_object_it_meant),
		TEST(a_refused_unmap_changes_nothing),
		TEST(a_mapping_made_during_an_unmap_stays),
		TEST(thousands_of_mappings_are_kept),
		TEST(an_import_of_a_handle_in_use_is_one_more_reference),
		TEST(what_is_bound_outlives_its_handle),
		TEST(one_unbind_covers_many_bindings_of_one_device),
		TEST(the_end_of_a_multicast_object_ends_its_bindings),
		TEST(memory_can_be_bound_by_its_address),
		TEST(a_binding_to_an_unknown_handle_holds_nothing),
		TEST(every_reference_is_told_and_untold),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
