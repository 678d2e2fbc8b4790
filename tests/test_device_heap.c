/* Whose file an image in memory is, where objects are found by the list of mappings. */
#define _GNU_SOURCE /* dladdr() */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/coverage.h"
#include "preload/recorder/process.h"
#include "preload/rules/device_heap.h"
#include "unwind/loaded.h"

static struct vt__process_state process;
_Atomic(struct vt__process_state *) vt__process_state = &process;

static enum vt_passage told;
static char path[PATH_MAX];
static char of_program[16] = "\1"; /* no image of a known form */

void vt__ledger_passage(struct vt__ledger *ledger, const struct vt__passage *passage)
{
	assert_ptr_equal(ledger, &process);
	told = passage->sort;
	strcpy(path, passage->path);
	errno = EIO; /* which nobody may see */
}

static const char *file_of(const void *image)
{
	static const struct vt__api api = {.name = "cuModuleLoadData"};
	const struct vt__call call = {.api = &api, .result = CUDA_SUCCESS};
	const char *slash;

	path[0] = '\0';
	errno = 0;
	vt__heap_look_at(&call, image);
	assert_int_equal(errno, 0);
	assert_true(VT_PASSAGE_IS_CODE(told) && told != VT_PASSAGE_DEVICE_HEAP);
	slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* glibc before 2.35 has no other way: vt__loaded_init() was not called. */
static void the_file_is_the_library_by_the_mappings(void **state)
{
	char real[PATH_MAX];
	Dl_info library;
	const char *wanted;

	(void)state;
	assert_false(vt__loaded_is_fast());
	assert_true(dladdr((void *)(uintptr_t)&qsort, &library));
	assert_non_null(realpath(library.dli_fname, real)); /* the mappings have no links */
	wanted = strrchr(real, '/');
	assert_non_null(wanted);
	/* of its header: a zero */
	assert_string_equal(file_of((const char *)library.dli_fbase + 8), wanted + 1);
}

static void that_of_the_program_is_its_own(void **state)
{
	(void)state;
	assert_string_equal(file_of(of_program), program_invocation_short_name);
}

static void memory_is_no_file(void **state)
{
	char image[16] = "\1";

	(void)state;
	assert_string_equal(file_of(image), "an image in memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_is_the_library_by_the_mappings),
		cmocka_unit_test(that_of_the_program_is_its_own),
		cmocka_unit_test(memory_is_no_file),
	};

	process.ledger = (struct vt__ledger *)&process;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
