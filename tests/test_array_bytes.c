/* The bytes of arrays and mipmapped arrays by their shape. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "preload/driver/array_bytes.h"
#include "tests/array_sizes.h"

static void an_array_is_its_elements(void **state)
{
	(void)state;
	assert_int_equal(vt__array_bytes(CU_AD_FORMAT_FLOAT, 4, 64, 32, 0, 0), 64 * 32 * 16);
	assert_int_equal(vt__array_bytes(CU_AD_FORMAT_UNSIGNED_INT8, 1, 100, 0, 0, 0), 100);
	assert_int_equal(vt__array_bytes(CU_AD_FORMAT_HALF, 2, 8, 8, 8, 0), 8 * 8 * 8 * 4);
}

static void packed_formats_count_bits_of_a_texel(void **state)
{
	(void)state;
	assert_int_equal(vt__array_bytes(CU_AD_FORMAT_BC1_UNORM, 4, 64, 64, 0, 0), 64 * 64 / 2);
	assert_int_equal(vt__array_bytes(CU_AD_FORMAT_NV12, 3, 64, 64, 0, 0), 64 * 64 * 12 / 8);
}

static void arrays_without_memory_have_no_bytes(void **state)
{
	(void)state;
	assert_int_equal(vt__array_bytes(CU_AD_FORMAT_FLOAT, 4, 64, 64, 0, CUDA_ARRAY3D_SPARSE), 0);
	assert_int_equal(
		vt__array_bytes(CU_AD_FORMAT_FLOAT, 4, 64, 64, 0, CUDA_ARRAY3D_DEFERRED_MAPPING),
		0);
}

static void mipmap_levels_halve_and_add_up(void **state)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = {
		.Width = 8, .Height = 4, .Format = CU_AD_FORMAT_UNSIGNED_INT8, .NumChannels = 1};

	(void)state;
	/* 8x4, 4x2, 2x1, 1x1 */
	assert_int_equal(vt__mipmap_bytes(&shape, 4), 32 + 8 + 2 + 1);
}

static void layers_do_not_halve(void **state)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = 4,
					 .Height = 4,
					 .Depth = 3,
					 .Format = CU_AD_FORMAT_UNSIGNED_INT8,
					 .NumChannels = 1,
					 .Flags = CUDA_ARRAY3D_LAYERED};

	(void)state;
	assert_int_equal(vt__mipmap_bytes(&shape, 2), 3 * 16 + 3 * 4);
}

static void levels_are_no_more_than_there_can_be(void **state)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = {
		.Width = 4, .Height = 1, .Format = CU_AD_FORMAT_UNSIGNED_INT8, .NumChannels = 1};

	(void)state;
	assert_int_equal(vt__mipmap_bytes(&shape, UINT32_MAX), 4 + 2 + 1);
	assert_int_equal(vt__mipmap_bytes(&shape, 0), 4);
	assert_int_equal(vt__array_on_device(&shape, UINT32_MAX), 3 * 512);
	shape.Depth = 8;
	assert_int_equal(vt__array_on_device(&shape, 9), (8 + 4 + 2 + 1) * 512);
	shape.Flags = CUDA_ARRAY3D_LAYERED;
	assert_int_equal(vt__array_on_device(&shape, 9), 8 * 3 * 512);
}

#define GRANULE ((uint64_t)2 << 20)

static uint64_t up(uint64_t bytes, uint64_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

/* So many alike: each in whole granules, or as many in one as fit. */
static uint64_t taken(uint64_t bytes, uint64_t count)
{
	return bytes > GRANULE / 2 ? up(bytes, GRANULE) * count
				   : up(count, GRANULE / bytes) / (GRANULE / bytes) * GRANULE;
}

static void check_size(const struct array_size *row)
{
	const uint64_t one = vt__array_on_device(&row->shape, row->levels ? row->levels : 1);
	const uint64_t all = row->is_taken ? taken(one, row->count) : up(one, ARRAY_SIZE_STEP);

	if (all != row->bytes)
		fail_msg("computed %llu of: %s", (unsigned long long)all, row->line);
}

static void the_rule_is_what_a_device_was_measured_to_take(void **state)
{
	(void)state;
	assert_int_equal(array_sizes_each(check_size), 706);
}

static uint64_t flagged(unsigned flags)
{
	const CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = 64,
					       .Height = 64,
					       .Format = CU_AD_FORMAT_FLOAT,
					       .NumChannels = 1,
					       .Flags = flags};

	return vt__array_on_device(&shape, 1);
}

static uint64_t packed(CUarray_format format, size_t depth, unsigned levels)
{
	const CUDA_ARRAY3D_DESCRIPTOR shape = {
		.Width = 64, .Height = 64, .Depth = depth, .Format = format, .NumChannels = 4};

	return vt__array_on_device(&shape, levels);
}

static void what_no_device_was_asked_about_is_not_computed(void **state)
{
	(void)state;
	assert_int_equal(flagged(CUDA_ARRAY3D_SURFACE_LDST), 64 * 64 * 4);
	assert_int_equal(flagged(CUDA_ARRAY3D_SPARSE), 0);
	assert_int_equal(flagged(CUDA_ARRAY3D_DEFERRED_MAPPING), 0);
	assert_true(flagged(CUDA_ARRAY3D_DEPTH_TEXTURE) == VT__ARRAY_UNKNOWN);
	assert_true(flagged(CUDA_ARRAY3D_COLOR_ATTACHMENT) == VT__ARRAY_UNKNOWN);
	assert_true(flagged(1u << 30) == VT__ARRAY_UNKNOWN);
	assert_int_equal(packed(CU_AD_FORMAT_BC1_UNORM, 0, 1), 128 * 16);
	assert_true(packed(CU_AD_FORMAT_BC1_UNORM, 0, 2) == VT__ARRAY_UNKNOWN);
	assert_true(packed(CU_AD_FORMAT_BC1_UNORM, 4, 1) == VT__ARRAY_UNKNOWN);
	assert_true(packed(CU_AD_FORMAT_NV12, 0, 1) == VT__ARRAY_UNKNOWN);
	assert_true(packed((CUarray_format)0x7f, 0, 1) == VT__ARRAY_UNKNOWN);
}

static void more_than_64_bits_is_no_size(void **state)
{
	const CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = SIZE_MAX / 2,
					       .Height = SIZE_MAX / 2,
					       .Depth = SIZE_MAX,
					       .Format = CU_AD_FORMAT_FLOAT,
					       .NumChannels = 4};
	CUDA_ARRAY3D_DESCRIPTOR layers = shape;

	(void)state;
	layers.Flags = CUDA_ARRAY3D_LAYERED;
	assert_true(vt__array_on_device(&shape, 64) == VT__ARRAY_UNKNOWN);
	assert_true(vt__array_on_device(&layers, 1) == VT__ARRAY_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_is_its_elements),
		cmocka_unit_test(packed_formats_count_bits_of_a_texel),
		cmocka_unit_test(arrays_without_memory_have_no_bytes),
		cmocka_unit_test(mipmap_levels_halve_and_add_up),
		cmocka_unit_test(layers_do_not_halve),
		cmocka_unit_test(levels_are_no_more_than_there_can_be),
		cmocka_unit_test(the_rule_is_what_a_device_was_measured_to_take),
		cmocka_unit_test(what_no_device_was_asked_about_is_not_computed),
		cmocka_unit_test(more_than_64_bits_is_no_size),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
