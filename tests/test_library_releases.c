/* Releases of a library: each its number, each function of it a place, and neither given twice. */
#include "config.h"

#include <dlfcn.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "preload/doors/library_releases.h"

#define LIBRARY "libresolv.so.2" /* of libc, and this program is not linked with it */

static int here(void)
{
	return 0;
}

/* `place`: something in it. */
static void *open_library(void **place)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	struct link_map *map;

	assert_non_null(library);
	assert_int_equal(dlinfo(library, RTLD_DI_LINKMAP, &map), 0);
	*place = map->l_ld;
	return library;
}

static void an_object_has_one_number(void **state)
{
	const uint32_t of_libc = vt__release_at(
		(uintptr_t)dlsym(RTLD_DEFAULT, "gnu_get_libc_version"));
	const uint32_t of_program = vt__release_at((uintptr_t)here);

	(void)state;
	assert_int_not_equal(of_libc, 0);
	assert_int_not_equal(of_program, 0);
	assert_int_not_equal(of_libc, of_program);
	assert_int_equal(vt__release_at((uintptr_t)dlsym(RTLD_DEFAULT, "l64a")), of_libc);
	assert_int_equal(vt__release_at((uintptr_t)an_object_has_one_number), of_program);
	vt__releases_forget();
	assert_int_equal(vt__release_at((uintptr_t)here), of_program);
	assert_int_equal(vt__release_at(16), 0);
}

/* More often than there are rows. */
static void a_number_does_not_come_again(void **state)
{
	uint32_t last = 0;

	(void)state;
	for (int i = 0; i < 40; i++) {
		void *function, *library = open_library(&function);
		const uint32_t release = vt__release_at((uintptr_t)function);

		assert_true(release > last);
		assert_int_equal(vt__release_at((uintptr_t)function), release);
		last = release;
		dlclose(library);
		vt__releases_forget();
	}
}

static int place_of(void *function, uint32_t release)
{
	const struct vt__library_next next = {function, release};

	return vt__release_place(VT__OF_cufftDestroy, &next);
}

static void a_place_is_given_again_when_its_library_is_gone(void **state)
{
	void *const others[] = {dlsym(RTLD_DEFAULT, "l64a"), (void *)here,
				dlsym(RTLD_DEFAULT, "__tls_get_addr"),
				dlsym(RTLD_DEFAULT, "_cmocka_run_group_tests")};
	void *function, *library = open_library(&function);

	(void)state;
	assert_int_equal(place_of(function, 5), 0);
	for (int i = 0; i < VT__PLACES - 1; i++)
		assert_int_equal(place_of(others[i], 6), 1 + i);
	assert_int_equal(place_of(others[VT__PLACES - 1], 6), -1);
	assert_int_equal(place_of(function, 7), 0);
	assert_ptr_equal(vt__release_next(VT__OF_cufftDestroy, 0).function, function);
	assert_int_equal(vt__release_next(VT__OF_cufftDestroy, 0).release, 7);
	assert_null(vt__release_next(VT__OF_cufftCreate, 0).function);
	dlclose(library);
	assert_int_equal(place_of(others[VT__PLACES - 1], 6), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_has_one_number),
		cmocka_unit_test(a_number_does_not_come_again),
		cmocka_unit_test(a_place_is_given_again_when_its_library_is_gone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
