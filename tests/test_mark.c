/* vt_mark: what the shim is told, if it is there. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vramtrack/mark.h>

/* Stands where the shim's function would be found. */
static unsigned calls;
static const char *told;

__attribute__((visibility("default"))) void vramtrack_preload_mark(const char *name);
void vramtrack_preload_mark(const char *name)
{
	calls++;
	told = name;
}

static void every_mark_is_told_by_its_name(void **state)
{
	(void)state;
	vt_mark("step"); /* the first looks for the shim */
	assert_int_equal(calls, 1);
	assert_string_equal(told, "step");
	vt_mark("request");
	assert_int_equal(calls, 2);
	assert_string_equal(told, "request");
	vt_mark(NULL);
	assert_int_equal(calls, 3);
	assert_null(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_mark_is_told_by_its_name)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
