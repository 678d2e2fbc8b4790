/*
 * Return addresses become modules and addresses in their files, through
 * loading, unloading and loading again. LEDGER_MODULES is the folder of the
 * objects that come and go.
 */
#include "config.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/private.h"
#include "tests/ledger_fixture.h"

static struct fixture fixture;
static uint32_t generation;

static int set_up(void **state)
{
	(void)state;
	generation = 0;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

/* Enters an allocation with a stack of one frame; returns its stack number. */
static uint32_t enter(struct view *view, uintptr_t ip, uint64_t address)
{
	const struct vt__stack stack = {.ips = &ip, .depth = 1, .generation = generation};
	const struct vt__allocation allocation = {
		.address = address, .bytes = 1, .api = "cuMemAlloc_v2"};
	const struct vt_format_allocation *record;
	const struct vt_format_site *site;

	vt__ledger_enter(fixture.ledger, &allocation, &stack);
	view_open(view, vt__ledger_path(fixture.ledger));
	record = view_allocation(view, address);
	assert_non_null(record);
	site = view_at(view, VT_FORMAT_SITE, record->site);
	return site->stack;
}

static uint64_t frame_of(const struct view *view, uint32_t number)
{
	const struct vt_format_stack *stack = view_at(view, VT_FORMAT_STACK, number);

	assert_non_null(stack);
	return *(const uint64_t *)view_at(view, VT_FORMAT_FRAME, stack->first_frame);
}

static const struct vt_format_module *module_of(const struct view *view, uint64_t frame)
{
	return view_at(view, VT_FORMAT_MODULE, VT_FORMAT_FRAME_MODULE(frame));
}

static void *open_library(uintptr_t *ip)
{
	void *library = dlopen(LEDGER_MODULES "/ledger_module.so", RTLD_NOW);

	assert_non_null(library);
	*ip = (uintptr_t)dlsym(library, "ledger_module_code") + 1;
	return library;
}

/* Before glibc 2.34 the file is libc-2.31.so. */
static bool is_libc(const char *path)
{
	return strstr(path, "/libc.so") || strstr(path, "/libc-2.");
}

static void the_program_is_named_by_its_path(void **state)
{
	const struct vt_format_module *module;
	char path[PATH_MAX] = "";
	struct view view;
	uint64_t frame;

	(void)state;
	assert_true(readlink("/proc/self/exe", path, sizeof(path) - 1) > 0);
	frame = frame_of(&view, enter(&view, (uintptr_t)&enter + 1, 0x1000));
	module = module_of(&view, frame);
	assert_non_null(module);
	assert_string_equal(view_string(&view, module->path), path);
	assert_int_equal(module->bias + VT_FORMAT_FRAME_ADDRESS(frame), (uintptr_t)&enter + 1);
	assert_in_range((uintptr_t)&enter, module->start, module->end - 1);
	assert_int_equal(module->is_shim, 0);
	assert_string_equal(view_string(&view, view.header->program), path);
	view_close(&view);
}

static void a_library_has_path_and_build_id(void **state)
{
	const struct vt_format_module *module;
	struct view view;
	Dl_info info;

	(void)state;
	assert_true(dladdr((void *)(uintptr_t)&getenv, &info) != 0);
	module = module_of(&view, frame_of(&view, enter(&view, (uintptr_t)&getenv + 1, 0x1000)));
	assert_non_null(module);
	assert_true(is_libc(view_string(&view, module->path)));
	assert_int_equal(module->bias, (uintptr_t)info.dli_fbase);
	assert_in_range(module->build_id_bytes, 8, 32);
	view_close(&view);
}

static void the_vdso_is_named(void **state)
{
	const struct vt_format_module *module;
	struct view view;

	(void)state;
	if (!getauxval(AT_SYSINFO_EHDR))
		return;
	module = module_of(&view,
			   frame_of(&view, enter(&view, getauxval(AT_SYSINFO_EHDR) + 64, 0x1000)));
	assert_non_null(module);
	assert_string_equal(view_string(&view, module->path), "[vdso]");
	view_close(&view);
}

static void code_of_no_object_keeps_its_address(void **state)
{
	struct view view;

	(void)state;
	assert_int_equal(frame_of(&view, enter(&view, 0x4242, 0x1000)),
			 VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 0x4242));
	view_close(&view);
}

static void a_library_loaded_later_is_found(void **state)
{
	const struct vt_format_module *module;
	struct view view;
	uintptr_t ip;
	void *library;

	(void)state;
	enter(&view, 0x4242, 0x1000);
	view_close(&view);
	library = open_library(&ip);
	module = module_of(&view, frame_of(&view, enter(&view, ip, 0x2000)));
	assert_non_null(module);
	assert_non_null(strstr(view_string(&view, module->path), "/ledger_module.so"));
	view_close(&view);
	dlclose(library);
}

static void a_stack_through_a_reopened_library_is_the_same(void **state)
{
	const struct vt_format_module *module;
	uint32_t first, second;
	struct view view;
	uint64_t frame;
	uintptr_t ip;
	void *library, *hole;

	(void)state;
	library = open_library(&ip);
	first = enter(&view, ip, 0x1000);
	frame = frame_of(&view, first);
	assert_int_equal(module_of(&view, frame)->unloaded, 0);
	view_close(&view);

	dlclose(library);
	generation += 2;
	enter(&view, (uintptr_t)&enter + 1, 0x2000);
	assert_int_equal(module_of(&view, frame)->unloaded, 1);
	view_close(&view);

	/* Something else takes the place, so that it comes back elsewhere. */
	hole = dlopen(LEDGER_MODULES "/ledger_module_other.so", RTLD_NOW);
	assert_non_null(hole);
	library = open_library(&ip);
	second = enter(&view, ip, 0x3000);
	assert_int_equal(second, first);
	module = module_of(&view, frame);
	assert_int_equal(module->unloaded, 0);
	assert_int_equal(module->bias + VT_FORMAT_FRAME_ADDRESS(frame), ip);
	view_close(&view);
	dlclose(library);
	dlclose(hole);
}

static void a_stack_taken_before_an_unloading_is_still_named(void **state)
{
	struct vt__stack stack = {.depth = 1};
	struct vt__allocation allocation = {.address = 0x3000, .bytes = 1, .api = "cuMemAlloc_v2"};
	uint64_t late;
	struct view view;
	uintptr_t ip, later_ip;
	void *library;

	(void)state;
	library = open_library(&ip);
	enter(&view, ip, 0x1000);
	view_close(&view);
	dlclose(library);
	generation = 2;
	enter(&view, (uintptr_t)&enter + 1, 0x2000);
	view_close(&view);
	later_ip = ip + 1;
	stack.ips = &later_ip;
	vt__ledger_enter(fixture.ledger, &allocation, &stack);
	view_open(&view, vt__ledger_path(fixture.ledger));
	late = frame_of(&view, (uint32_t)view_count(&view, VT_FORMAT_STACK) - 1);
	assert_non_null(
		strstr(view_string(&view, module_of(&view, late)->path), "/ledger_module.so"));
	view_close(&view);
}

static void what_took_the_place_of_unloaded_code_is_not_named_after_it(void **state)
{
	struct view view;
	uintptr_t ip;
	void *library = open_library(&ip);

	(void)state;
	enter(&view, ip, 0x1000);
	view_close(&view);
	dlclose(library);
	generation = 2;
	assert_int_equal(frame_of(&view, enter(&view, ip, 0x2000)),
			 VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, ip));
	view_close(&view);
}

static void the_shim_is_marked_by_its_path(void **state)
{
	struct vt__ledger_identity identity = fixture.identity;
	const struct vt_format_module *module;
	struct view view;
	uintptr_t ip;
	void *library = open_library(&ip);

	(void)state;
	identity.shim_path = LEDGER_MODULES "/ledger_module.so";
	assert_int_equal(vt__ledger_open(&identity, &fixture.ledger), 0);
	module = module_of(&view, frame_of(&view, enter(&view, ip, 0x1000)));
	assert_non_null(module);
	assert_int_equal(module->is_shim, 1);
	view_close(&view);
	module = module_of(&view, frame_of(&view, enter(&view, (uintptr_t)&getenv + 1, 0x2000)));
	assert_int_equal(module->is_shim, 0);
	view_close(&view);
	dlclose(library);
}

static void a_cut_stack_is_a_counted_loss(void **state)
{
	uintptr_t ips[3] = {0x10, 0x20, 0x30};
	const struct vt__stack stack = {.ips = ips, .depth = 3, .truncated = true};
	struct vt__allocation allocation = {.address = 1, .bytes = 1, .api = "cuMemAlloc_v2"};
	struct view view;

	(void)state;
	vt__ledger_enter(fixture.ledger, &allocation, &stack);
	view_open(&view, vt__ledger_path(fixture.ledger));
	assert_int_equal(
		((const struct vt_format_stack *)view_at(&view, VT_FORMAT_STACK, 0))->truncated, 1);
	assert_int_equal(view.header->losses[VT_LOSS_TRUNCATED], 1);
	view_close(&view);
}

#define CLOSINGS 200u

static int stop_loading;

/* New stacks all the time, so that the loader is asked all the time. */
static void *keep_entering(void *closure)
{
	uintptr_t number = (uintptr_t)closure, ips[2];
	struct vt__stack stack = {.ips = ips, .depth = 2};
	struct vt__allocation allocation = {.bytes = 1, .api = "cuMemAlloc_v2"};

	for (uintptr_t i = 1; !__atomic_load_n(&stop_loading, __ATOMIC_RELAXED); i++) {
		stack.generation = __atomic_load_n(&generation, __ATOMIC_RELAXED);
		ips[0] = (uintptr_t)&getenv + i % 100;
		ips[1] = 0x1000 + i;
		allocation.address = number << 32 | (i % 1000 + 1);
		vt__ledger_enter(fixture.ledger, &allocation, &stack);
	}
	return NULL;
}

static void loading_and_allocating_at_the_same_time_agree(void **state)
{
	pthread_t threads[3];
	struct view view;

	(void)state;
	for (uintptr_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, keep_entering, (void *)i), 0);
	for (unsigned i = 0; i < CLOSINGS; i++) {
		void *library = dlopen(LEDGER_MODULES "/ledger_module.so", RTLD_NOW);

		assert_non_null(library);
		__atomic_fetch_add(&generation, 1, __ATOMIC_RELAXED);
		dlclose(library);
		__atomic_fetch_add(&generation, 1, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&stop_loading, 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	view_open(&view, vt__ledger_path(fixture.ledger));
	for (uint64_t i = 0; i < view_count(&view, VT_FORMAT_STACK); i++) {
		const struct vt_format_module *module = module_of(&view,
								  frame_of(&view, (uint32_t)i));

		assert_non_null(module);
		assert_true(is_libc(view_string(&view, module->path)));
	}
	view_close(&view);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_program_is_named_by_its_path),
		TEST(a_library_has_path_and_build_id),
		TEST(the_vdso_is_named),
		TEST(code_of_no_object_keeps_its_address),
		TEST(a_library_loaded_later_is_found),
		TEST(a_stack_through_a_reopened_library_is_the_same),
		TEST(a_stack_taken_before_an_unloading_is_still_named),
		TEST(what_took_the_place_of_unloaded_code_is_not_named_after_it),
		TEST(the_shim_is_marked_by_its_path),
		TEST(a_cut_stack_is_a_counted_loss),
		TEST(loading_and_allocating_at_the_same_time_agree),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
