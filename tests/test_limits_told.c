/*
 * Limits of a device by the environment, as users write them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "reports/findings/refused_by.h"

#define MIB (UINT64_C(1) << 20)
#define NONE 0

static void a_limiter_of_containers_takes_a_size(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} rows[] = {
		{"2048m", 2048 * MIB},
		{"2g", 2048 * MIB},
		{"2GB", 2048 * MIB},
		{"1T", MIB << 20},
		{"4096", 4096},
		{"1k", 1024},
		{"", NONE},
		{"m", NONE},
		{"-1g", NONE},
		{"0", NONE},
		{"1g ", NONE},
		{"1gg", NONE},
		{"1.5g", NONE},
		{"16777216T", NONE},
		{"18446744073709551616", NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t bytes = NONE;
		const bool is_limit = vt__limit_of_container(rows[i].text, &bytes);

		if (is_limit != (rows[i].bytes != NONE) || (is_limit && bytes != rows[i].bytes))
			fail_msg("'%s' is %d, %llu", rows[i].text, is_limit,
				 (unsigned long long)bytes);
	}
}

static void mps_has_a_limit_for_each_device(void **state)
{
	static const struct {
		const char *text;
		int32_t ordinal;
		uint64_t bytes;
	} rows[] = {
		{"0=1G", 0, 1024 * MIB},
		{"0=1G,1=512M", 0, 1024 * MIB},
		{"0=1G,1=512M", 1, 512 * MIB},
		{"0=1G,1=512M", 2, NONE},
		{"10=1G", 0, NONE},
		{"10=1G,0=2MB", 0, 2 * MIB},
		{"10=1G", 10, 1024 * MIB},
		{"0=1G;1=2G", 0, NONE},
		{"0=", 0, NONE},
		{"0", 0, NONE},
		{",,0=4k", 0, 4096},
		{",", 0, NONE},
		{"", 0, NONE},
		{NULL, 0, NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t bytes = NONE;
		const bool is_limit = vt__limit_of_mps(rows[i].text, rows[i].ordinal, &bytes);

		if (is_limit != (rows[i].bytes != NONE) || (is_limit && bytes != rows[i].bytes))
			fail_msg("'%s' of device %d is %d, %llu", rows[i].text, rows[i].ordinal,
				 is_limit, (unsigned long long)bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limiter_of_containers_takes_a_size),
		cmocka_unit_test(mps_has_a_limit_for_each_device),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
