/* The bytes of arrays and mipmapped arrays by their shape. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "preload/driver/array_bytes.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_is_its_elements),
		cmocka_unit_test(packed_formats_count_bits_of_a_texel),
		cmocka_unit_test(arrays_without_memory_have_no_bytes),
		cmocka_unit_test(mipmap_levels_halve_and_add_up),
		cmocka_unit_test(layers_do_not_halve),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
