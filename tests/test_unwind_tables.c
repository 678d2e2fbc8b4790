/*
 * Call frame information: found in both ways, and damaged in every way.
 */
#include "config.h"

#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "unwind/loaded.h"
#include "unwind/unwind.h"
#include "unwind/unwind_cfi.h"
#include "unwind/unwind_object.h"
#include "unwind/unwind_rules.h"

static uint64_t random_number(void)
{
	static uint64_t seed = 88172645463325252u;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void both_ways_find_the_same_object(void **state)
{
	struct vt__object by_maps;
	struct vt__object by_look_up;

	(void)state;
	/* Before vt__loaded_init() the list of mappings is all there is. */
	assert_true(vt__object_find((uintptr_t)qsort, 0, &by_maps));
	memset(&by_maps, 0, sizeof(by_maps)); /* the second time from what was kept */
	assert_true(vt__object_find((uintptr_t)qsort, 0, &by_maps));
	assert_false(vt__object_find((uintptr_t)&by_maps, 0, &by_maps));
	vt__loaded_init();
	assert_true(vt__object_find((uintptr_t)qsort, 0, &by_look_up));
	assert_false(vt__object_find((uintptr_t)&by_maps, 0, &by_maps));
	assert_int_equal(by_maps.segment_count, by_look_up.segment_count);
	assert_true(by_maps.frame_header != 0);
	assert_true(by_maps.frame_header == by_look_up.frame_header);
	for (unsigned i = 0; i < by_maps.segment_count; i++) {
		assert_true(by_maps.segments[i].low == by_look_up.segments[i].low);
		assert_true(by_maps.segments[i].high == by_look_up.segments[i].high);
	}
}

/* One may be a link to the other. */
static void assert_same_file(const char *name, const char *path)
{
	char *real = realpath(name, NULL);

	assert_non_null(real);
	assert_string_equal(real, path);
	free(real);
}

static int compare_object(struct dl_phdr_info *info, size_t size, void *closure)
{
	static struct vt__loaded_path path;
	unsigned *compared = closure;
	struct vt__loaded by_maps;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		/* What is zero at first is anonymous memory behind the file's, and the kernel may
		 * have made it one mapping with a neighbour's: no code lies there. */
		assert_true(vt__loaded_in_maps(start + header->p_filesz - 1, &path, &by_maps));
		assert_int_equal(by_maps.bias, info->dlpi_addr);
		assert_int_equal(by_maps.header_count, info->dlpi_phnum);
		assert_true(vt__loaded_in_maps(start, NULL, &by_maps));
		assert_int_equal(by_maps.bias, info->dlpi_addr);
		if (info->dlpi_name[0] == '/')
			assert_same_file(info->dlpi_name, path.bytes);
		++*compared;
	}
	return 0;
}

static void mappings_tell_what_the_loader_does(void **state)
{
	unsigned compared = 0;

	(void)state;
	dl_iterate_phdr(compare_object, &compared);
	assert_true(compared > 8); /* the program, the C library, its loader */
}

/* A copy of the C library's tables, with a page behind it that cannot be read.
 * Code addresses are relative to the tables, and so move with them. */
struct copy {
	struct vt__object object;
	uint8_t *bytes;
	size_t size;
	uintptr_t shift;
	uintptr_t code;
};

static struct copy copy_tables(void)
{
	struct vt__object object;
	struct copy copy = {.code = (uintptr_t)qsort};
	uintptr_t end;
	size_t room;
	uint8_t *memory;

	assert_true(vt__object_find(copy.code, 0, &object));
	end = vt__object_end(&object, object.frame_header);
	copy.size = end - object.frame_header;
	room = (copy.size + 4095) & ~(size_t)4095;
	memory = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_int_equal(mprotect(memory + room, 4096, PROT_NONE), 0);
	copy.bytes = memory + room - copy.size;
	copy.shift = (uintptr_t)copy.bytes - object.frame_header;
	copy.object = (struct vt__object){
		.frame_header = (uintptr_t)copy.bytes,
		.segment_count = 1,
		.segments = {{(uintptr_t)copy.bytes, (uintptr_t)copy.bytes + copy.size}},
	};
	memcpy(copy.bytes, (const void *)object.frame_header, copy.size);
	return copy;
}

static uint64_t rule_at(const struct vt__object *object, uintptr_t pc)
{
	struct vt__fde fde;

	return vt__fde_find(object, pc, &fde) == 0 ? vt__cfi_rule(&fde, pc, pc + 1) : 0;
}

/* A copy's indirect pointers lead out of it: it is never plain. */
static uint64_t without_trust(uint64_t rule)
{
	rule &= ~VT__RULE_PLAIN;
	return rule == VT__RULE_BAD ? VT__RULE_COMPLEX : rule;
}

static void rules_do_not_depend_on_where_tables_are(void **state)
{
	struct copy copy = copy_tables();
	struct vt__object object;
	unsigned found = 0;

	(void)state;
	assert_true(vt__object_find(copy.code, 0, &object));
	for (unsigned i = 0; i < 20000; i++) {
		uintptr_t pc = copy.code + i * 13;
		uint64_t rule = rule_at(&object, pc);

		found += (rule & VT__RULE_KIND) == VT__RULE_FRAME;
		if (without_trust(rule) != without_trust(rule_at(&copy.object, pc + copy.shift)))
			fail_msg("rules differ at %#lx", (unsigned long)pc);
	}
	assert_true(found > 10000);
}

static void table_without_index_is_scanned(void **state)
{
	struct copy copy = copy_tables();
	uintptr_t pc = copy.code + copy.shift;
	uint64_t rule;

	(void)state;
	rule = rule_at(&copy.object, pc);
	assert_int_equal(rule & VT__RULE_KIND, VT__RULE_FRAME);
	copy.bytes[2] = VT__POINTER_OMITTED;
	copy.bytes[3] = VT__POINTER_OMITTED;
	assert_true(without_trust(rule_at(&copy.object, pc)) == without_trust(rule));
}

static void damaged_tables_are_survived(void **state)
{
	struct copy copy = copy_tables();
	uint8_t *whole = malloc(copy.size);
	unsigned refused = 0;

	(void)state;
	assert_non_null(whole);
	memcpy(whole, copy.bytes, copy.size);
	for (unsigned round = 0; round < 300; round++) {
		/* From a few wrong bytes to nothing but wrong ones. */
		unsigned damage = 1u << random_number() % 17;

		for (unsigned i = 0; i < damage; i++)
			copy.bytes[random_number() % copy.size] = (uint8_t)random_number();
		for (unsigned i = 0; i < 8; i++) /* length, count, encodings */
			copy.bytes[4 + random_number() % 8] ^= (uint8_t)(random_number() % 2);
		for (unsigned i = 0; i < 1000; i++) {
			uintptr_t pc = copy.code + copy.shift + random_number() % 400000;

			refused += !rule_at(&copy.object, pc);
		}
		memcpy(copy.bytes, whole, copy.size);
	}
	assert_true(refused > 0);
	free(whole);
}

static void cut_tables_are_survived(void **state)
{
	struct copy copy = copy_tables();
	uintptr_t start = (uintptr_t)copy.bytes;
	unsigned refused = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct vt__object object = copy.object;

		object.segments[0].high = start + random_number() % copy.size;
		refused += !rule_at(&object, copy.code + copy.shift + random_number() % 400000);
	}
	assert_true(refused > 0);
}

static uintptr_t handler_ips[64];
static unsigned handler_count;

static void on_signal(int number)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	bool truncated;

	(void)number;
	handler_count = vt__unwind(&start, handler_ips, 64, &truncated);
}

static void signal_frame_needs_no_libunwind(void **state)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	uintptr_t ips[64];
	bool truncated;
	unsigned count = vt__unwind(&start, ips, 64, &truncated);

	(void)state;
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	/* At least the restorer, raise() and this function come before. */
	assert_in_range(handler_count, count + 3, 64);
	assert_memory_equal(&handler_ips[handler_count - count], ips, count * sizeof(ips[0]));
}

/* Two words that do not belong together are no rule. */
static void torn_entry_is_a_miss(void **state)
{
	uint64_t key = vt__rule_key(0x401000, 7);
	uint64_t rule = vt__rule_frame(VT__RULE_SP, 32, 0, VT__RULE_SAVED, -16);
	struct vt__rule_entry *entry = &vt__rule_table[key >> 48];

	(void)state;
	vt__rule_clear();
	vt__rule_keep(key, rule);
	assert_true(vt__rule_find(key) == rule);
	assert_true(vt__rule_find_first(key) == rule);
	assert_true(vt__rule_find(vt__rule_key(0x401000, 8)) == 0);
	atomic_store(&entry->rule, rule + 8);
	assert_true(vt__rule_find(key) == 0);
	vt__rule_clear();
}

static void rule_gives_its_numbers_back(void **state)
{
	uint64_t rule = vt__rule_frame(VT__RULE_AT_FP, -123456, -8, VT__RULE_SAVED, -32768);

	(void)state;
	assert_int_equal((intptr_t)vt__rule_offset(rule), -123456);
	assert_int_equal((intptr_t)vt__rule_add(rule), -8);
	assert_int_equal((intptr_t)vt__rule_bp_offset(rule), -32768);
	assert_int_equal(rule & VT__RULE_KIND, VT__RULE_FRAME);
	assert_int_equal(rule & VT__RULE_BASE, VT__RULE_AT_FP);
	assert_int_equal(rule & VT__RULE_SAVING, VT__RULE_SAVED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_find_the_same_object),
		cmocka_unit_test(mappings_tell_what_the_loader_does),
		cmocka_unit_test(rules_do_not_depend_on_where_tables_are),
		cmocka_unit_test(table_without_index_is_scanned),
		cmocka_unit_test(damaged_tables_are_survived),
		cmocka_unit_test(cut_tables_are_survived),
		cmocka_unit_test(signal_frame_needs_no_libunwind),
		cmocka_unit_test(torn_entry_is_a_miss),
		cmocka_unit_test(rule_gives_its_numbers_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
