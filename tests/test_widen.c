/* Records that were written before there was a bucket for blocks keep what they say. */
#include "config.h"

#include "reports/recording/record_widen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "recording/format.h"

/* As they were. */
struct narrow_device {
	int32_t ordinal;
	uint32_t name;
	uint8_t uuid[16];
	uint64_t total_bytes;
	uint64_t peak_number[7];
	uint64_t peak_time_ns[7];
	struct vt_format_total buckets[7];
	struct vt_format_total kinds[37];
	uint64_t most[7], least[7], most_time_ns[3];
	uint32_t timeline_plus_1, reserved;
};

struct narrow_account {
	uint32_t device, moment, label, reserved;
	uint64_t times_and_sums[9];
	uint64_t live_bytes[7];
	uint64_t kind_bytes[40], kind_count[40];
};

static void sizes_are_those_of_then(void **state)
{
	(void)state;
	assert_int_equal(vt__narrow_bytes(VT_FORMAT_DEVICE), sizeof(struct narrow_device));
	assert_int_equal(vt__narrow_bytes(VT_FORMAT_DEVICE), 32 + 64 * 7 + 48 * 40);
	assert_int_equal(vt__narrow_bytes(VT_FORMAT_ACCOUNT), sizeof(struct narrow_account));
	assert_int_equal(vt__narrow_bytes(VT_FORMAT_SITE), 0);
}

static void devices_keep_what_they_say(void **state)
{
	static union {
		struct narrow_device narrow[3];
		struct vt_format_device wide[3];
	} records;
	const struct vt_format_device *wide = records.wide;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct narrow_device *narrow = &records.narrow[i];

		narrow->ordinal = i;
		narrow->peak_number[6] = 1;
		narrow->peak_time_ns[0] = 2;
		narrow->buckets[0].live_bytes = 100 + (uint64_t)i;
		narrow->buckets[6].frees = 3;
		narrow->kinds[0].peak_bytes = 4;
		narrow->kinds[36].frees = 5;
		narrow->most[6] = 6;
		narrow->least[0] = 7;
		narrow->most_time_ns[2] = 8;
		narrow->timeline_plus_1 = 9;
	}
	vt__widen(VT_FORMAT_DEVICE, (unsigned char *)&records, 3);
	for (int i = 0; i < 3; i++) {
		const struct vt_format_total none = {0};

		assert_int_equal(wide[i].ordinal, i);
		assert_int_equal(wide[i].peak_number[6], 1);
		assert_int_equal(wide[i].peak_time_ns[0], 2);
		assert_int_equal(wide[i].buckets[0].live_bytes, 100 + i);
		assert_int_equal(wide[i].buckets[6].frees, 3);
		assert_memory_equal(&wide[i].buckets[VT_BUCKET_BLOCKS], &none, sizeof(none));
		assert_int_equal(wide[i].kinds[0].peak_bytes, 4);
		assert_int_equal(wide[i].kinds[36].frees, 5);
		assert_int_equal(wide[i].open.most[6], 6);
		assert_int_equal(wide[i].open.most[VT_BUCKET_BLOCKS], 0);
		assert_int_equal(wide[i].open.least[0], 7);
		assert_int_equal(wide[i].open.most_time_ns[2], 8);
		assert_int_equal(wide[i].open.timeline_plus_1, 9);
	}
}

static void accounts_keep_what_they_say(void **state)
{
	static union {
		struct narrow_account narrow[2];
		struct vt_format_account wide[2];
	} records;

	(void)state;
	for (int i = 0; i < 2; i++) {
		records.narrow[i].device = (uint32_t)i;
		records.narrow[i].live_bytes[6] = 1;
		records.narrow[i].kind_bytes[0] = 2;
		records.narrow[i].kind_count[39] = 3;
	}
	vt__widen(VT_FORMAT_ACCOUNT, (unsigned char *)&records, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(records.wide[i].device, i);
		assert_int_equal(records.wide[i].live_bytes[6], 1);
		assert_int_equal(records.wide[i].live_bytes[VT_BUCKET_BLOCKS], 0);
		assert_int_equal(records.wide[i].kind_bytes[0], 2);
		assert_int_equal(records.wide[i].kind_count[39], 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_those_of_then),
		cmocka_unit_test(devices_keep_what_they_say),
		cmocka_unit_test(accounts_keep_what_they_say),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
