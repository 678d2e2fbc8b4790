/*
 * Numbers, names and commands as reports show them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/text/escape.h"
#include "reports/findings/result_names.h"
#include "reports/text/units.h"

static void numbers_are_shown_as_people_read_them(void **state)
{
	char text[VT__UNIT_BYTES];

	(void)state;
	assert_string_equal(vt__bytes(0, text), "0 B");
	assert_string_equal(vt__bytes(1023, text), "1023 B");
	assert_string_equal(vt__bytes(1024, text), "1.0 KiB");
	assert_string_equal(vt__bytes(4097, text), "4097 B");
	assert_string_equal(vt__bytes(10241, text), "10.0 KiB");
	assert_string_equal(vt__bytes((1 << 20) - 1, text), "1.0 MiB");
	assert_string_equal(vt__bytes(UINT64_MAX, text), "16.0 EiB");
	assert_string_equal(vt__duration(999, text), "0 us");
	assert_string_equal(vt__duration(61ull * 1000000000, text), "1 min 01 s");
	assert_string_equal(vt__duration(7500ull * 1000000000, text), "2 h 05 min");
	assert_string_equal(vt__percent(1, 1000, text), "<1 %");
	assert_string_equal(vt__percent(1, 0, text), "-");
	assert_string_equal(vt__result_name(2), "CUDA_ERROR_OUT_OF_MEMORY");
	assert_string_equal(vt__result_name(999), "CUDA_ERROR_UNKNOWN");
	assert_string_equal(vt__result_name(-5), "unknown");
}

static void a_command_is_quoted_for_a_shell(void **state)
{
	static const char *const commands[][2] = {
		{"", ""},
		{"./a", "./a"},
		{"./a\x1f\x1f"
		 "b",
		 "./a '' b"},
		{"./a\x1f", "./a ''"},
		{"sh\x1f-c\x1f"
		 "it's $HOME",
		 "sh -c 'it'\\''s $HOME'"},
		{"./le\xff", "$'./le\\xff'"},
		{"a\\b'\n\xc3\xa9", "$'a\\\\b\\'\\x0a\xc3\xa9'"},
		{"./\xc3\xa9", "'./\xc3\xa9'"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		char *line = vt__shell_command((struct vt__raw){commands[i][0]});

		assert_string_equal(line, commands[i][1]);
		free(line);
	}
}

static void words_go_with_their_count(void **state)
{
	char text[VT__WORDS_BYTES];

	(void)state;
	assert_string_equal(vt__words_for(1, "look-up(s) by name", text), "look-up by name");
	assert_string_equal(vt__words_for(0, "look-up(s) by name", text), "look-ups by name");
	assert_string_equal(vt__words_for(2, "look-up(s) by name", text), "look-ups by name");
	assert_string_equal(vt__words_for(1, "of the look-ups answered", text),
			    "of the look-ups answered");
	assert_string_equal(vt__plural(1), "");
	assert_string_equal(vt__plural(2), "s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_go_with_their_count),
		cmocka_unit_test(numbers_are_shown_as_people_read_them),
		cmocka_unit_test(a_command_is_quoted_for_a_shell),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
