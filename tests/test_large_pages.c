/*
 * A recording on a machine with pages of 64 KiB: this program's sysconf() says that it is one, and
 * its mmap() refuses what such a kernel refuses.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/ledger_fixture.h"

#ifdef __SANITIZE_THREAD__

int main(void)
{
	puts("1..0 # SKIP ThreadSanitizer maps memory before a program can stand in for mmap()");
	return 0;
}

#else

#define LARGE_PAGE 65536

static unsigned refused;

long sysconf(int name)
{
	static long (*real)(int);
	void *symbol = real ? NULL : dlsym(RTLD_NEXT, "sysconf");

	if (symbol)
		memcpy(&real, &symbol, sizeof(real));
	return name == _SC_PAGESIZE ? LARGE_PAGE : real(name);
}

void *mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset)
{
	if (file >= 0 && offset % LARGE_PAGE) {
		refused++;
		errno = EINVAL;
		return MAP_FAILED;
	}
	return (void *)syscall(SYS_mmap, at, bytes, protection, flags, file, offset);
}

static void a_recording_grows_by_whole_pages(void **state)
{
	const unsigned count = 50000;
	struct fixture fixture;
	struct view view;
	char path[PATH_MAX];

	(void)state;
	fixture_open(&fixture);
	for (unsigned i = 0; i < count; i++)
		fixture_enter(&fixture, 0x100000 + i * 16, 16, i % 1000);
	fixture_file(&fixture, path, sizeof(path));
	view_open(&view, path);
	assert_int_equal(refused, 0);
	assert_int_equal(view_live(&view), count);
	assert_int_equal(view.size % LARGE_PAGE, 0);
	view_close(&view);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_grows_by_whole_pages),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
