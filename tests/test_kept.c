/*
 * The live allocations that formats show one by one: the largest, in the order of their making.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/findings/kept.h"
#include "tests/make_recording.h"

#define ALLOCATIONS 1000u

static char path[] = "/tmp/test_kept.XXXXXX";
static uint64_t sizes[ALLOCATIONS]; /* 0: freed */

/* Sizes that come more than once, in no order; one in seven is freed. */
static void write_recording(void)
{
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(0, 0x10);
	struct made *made = made_new();
	const uint32_t gpu = made_device(made, 0, "NVIDIA H200", 1ull << 37);
	uint32_t site, number;

	made_module(made, "/nonexistent/app", 0);
	site = made_site(made, made_stack(made, &frame, 1), gpu, made_string(made, "cuMemAlloc_v2"),
			 VT_KIND_LINEAR);
	for (uint32_t i = 0; i < ALLOCATIONS; i++) {
		sizes[i] = 1 + i * 7919ull % 389;
		number = made_allocation(made, site, 0x10000 + i * 4096ull, sizes[i]);
		if (i % 7)
			continue;
		made_freed(made, number);
		sizes[i] = 0;
	}
	assert_int_equal(made_write(made, path), 0);
	made_free(made);
}

/* How many are larger than that one, or as large and made before it. */
static size_t rank_of(size_t number)
{
	size_t before = 0;

	for (size_t i = 0; i < ALLOCATIONS; i++)
		before += sizes[i] > sizes[number] || (sizes[i] == sizes[number] && i < number);
	return before;
}

static void assert_kept(const struct vt__process *process, size_t most)
{
	struct vt__kept_list list;
	uint64_t rest = 0, rest_count = 0;
	size_t at = 0;

	assert_int_equal(vt__kept_of(process, most, &list), 0);
	for (size_t i = 0; i < ALLOCATIONS; i++) {
		if (!sizes[i])
			continue;
		if (rank_of(i) >= most) {
			rest += sizes[i];
			rest_count++;
			continue;
		}
		assert_true(at < list.count);
		assert_int_equal(list.items[at].allocation->address, 0x10000 + i * 4096ull);
		at++;
	}
	assert_int_equal(at, list.count);
	assert_int_equal(list.rest[VT_BUCKET_VRAM].bytes, rest);
	assert_int_equal(list.rest[VT_BUCKET_VRAM].count, rest_count);
	vt__kept_release(&list);
}

static void the_largest_stand_alone_and_the_rest_is_summed_up(void **state)
{
	static const size_t mosts[] = {0, 1, 2, 10, 300, 499, 500, 857, 858, 1000, 100000};
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;
	struct vt__analysis *analysis;
	const int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_recording();
	if (vt__recording_open(path, &recording, message))
		fail_msg("refused: %s", message);
	assert_int_equal(vt__analysis_new(&analysis), 0);
	assert_int_equal(vt__analysis_add(analysis, recording), 0);
	vt__analysis_finish(analysis);
	for (size_t i = 0; i < sizeof(mosts) / sizeof(*mosts); i++)
		assert_kept(&analysis->processes[0], mosts[i]);
	vt__analysis_free(analysis);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_stand_alone_and_the_rest_is_summed_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
