/* VRAMTRACK_OPTIONS: what is said is used, what is wrong is named and replaced. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "preload/base/options.h"

static struct vt__options options;
static char problems[1024];

static void parse(const char *text)
{
	vt__options_parse(text, &options, problems, sizeof(problems));
}

static void nothing_said_gives_the_defaults(void **state)
{
	(void)state;
	parse(NULL);
	assert_string_equal(options.output, ".");
	assert_int_equal(options.depth, 64);
	assert_int_equal(options.report, 1);
	assert_string_equal(problems, "");
}

static void every_pair_is_used(void **state)
{
	(void)state;
	parse("depth=8:output=/a/b:report=0:keep=0");
	assert_int_equal(options.depth, 8);
	assert_string_equal(options.output, "/a/b");
	assert_int_equal(options.report, 0);
	assert_int_equal(options.keep, 0);
	assert_string_equal(problems, "");
}

static void the_last_of_a_key_wins(void **state)
{
	(void)state;
	parse("depth=8:depth=9");
	assert_int_equal(options.depth, 9);
}

static void a_colon_in_a_value_is_escaped(void **state)
{
	(void)state;
	parse("output=/a\\:b\\\\c:depth=3");
	assert_string_equal(options.output, "/a:b\\c");
	assert_int_equal(options.depth, 3);
}

static void an_unknown_key_is_named_with_the_known_ones(void **state)
{
	(void)state;
	parse("dept=8");
	assert_int_equal(options.depth, 64);
	assert_non_null(strstr(problems, "unknown key 'dept'"));
	assert_non_null(strstr(problems, "depth"));
}

static void a_bad_number_leaves_the_default(void **state)
{
	static const char *const bad[] = {
		"depth=0",  "depth=257", "depth=",   "depth",
		"depth=-1", "depth=1x",  "depth= 1", "depth=99999999999999999999"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parse(bad[i]);
		assert_int_equal(options.depth, 64);
		assert_non_null(strstr(problems, "from 1 to 256; 64 is used"));
	}
}

static void a_folder_too_long_leaves_the_default(void **state)
{
	char text[VT__FOLDER_BYTES + 100];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "output=", 7);
	text[sizeof(text) - 1] = '\0';
	parse(text);
	/* what does not fit a folder's room cannot be used */
	assert_true(strlen(options.output) < VT__FOLDER_BYTES);
	assert_string_equal(options.output, ".");
	assert_non_null(strstr(problems, "output needs a folder"));
}

static void growth_keeps_its_colons_up_to_the_next_key(void **state)
{
	(void)state;
	parse("growth=nvtx:train: step:depth=8");
	assert_string_equal(options.growth, "nvtx:train: step");
	assert_int_equal(options.depth, 8);
	parse("growth=every:0.5");
	assert_string_equal(options.growth, "every:0.5");
	assert_string_equal(problems, "");
}

static void a_growth_that_is_none_is_left_out(void **state)
{
	static const char *const bad[] = {"growth=step",     "growth=mark:",    "growth=every:0",
					  "growth=every:-1", "growth=every:1s", "growth=every:"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parse(bad[i]);
		assert_string_equal(options.growth, "");
		assert_non_null(
			strstr(problems, "mark:NAME, nvtx:NAME, call:FUNCTION or every:SECONDS"));
	}
}

static void what_is_quoted_is_harmless(void **state)
{
	static const char *const odd[] = {"a\nvramtrack forged", "depth=\033[31m8", "fail=\x7f\b",
					  "\xc2\x9b=1", "cup\r=x"};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		parse(odd[i]);
		assert_memory_equal(problems, "vramtrack: ", 11);
		assert_ptr_equal(strchr(problems, '\n'), problems + strlen(problems) - 1);
		for (const char *at = problems; at[1]; at++)
			assert_in_range((unsigned char)*at, ' ', '~');
	}
}

static void many_mistakes_never_leave_half_a_line(void **state)
{
	char text[4000] = "";
	size_t length;

	(void)state;
	while (strlen(text) < sizeof(text) - 20)
		strcat(text, "nonsense=1:");
	parse(text);
	length = strlen(problems);
	assert_true(length > 0 && length < sizeof(problems));
	assert_int_equal(problems[length - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_gives_the_defaults),
		cmocka_unit_test(every_pair_is_used),
		cmocka_unit_test(the_last_of_a_key_wins),
		cmocka_unit_test(a_colon_in_a_value_is_escaped),
		cmocka_unit_test(an_unknown_key_is_named_with_the_known_ones),
		cmocka_unit_test(a_bad_number_leaves_the_default),
		cmocka_unit_test(a_folder_too_long_leaves_the_default),
		cmocka_unit_test(growth_keeps_its_colons_up_to_the_next_key),
		cmocka_unit_test(a_growth_that_is_none_is_left_out),
		cmocka_unit_test(what_is_quoted_is_harmless),
		cmocka_unit_test(many_mistakes_never_leave_half_a_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
