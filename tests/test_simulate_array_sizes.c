/* The simulated device takes for arrays what a real one was measured to take. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/simulate_child.h"
#include "tests/array_sizes.h"

static unsigned looked_at;

static void same(const struct array_size *row, uint64_t bytes)
{
	if (bytes != row->bytes)
		fprintf(stderr, "%llu of: %s\n", (unsigned long long)bytes, row->line);
	MUST(bytes == row->bytes);
	looked_at++;
}

static void ask(const struct array_size *row)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = row->shape;
	CUDA_ARRAY_MEMORY_REQUIREMENTS needs;
	CUarray array;

	shape.Flags |= CUDA_ARRAY3D_DEFERRED_MAPPING;
	/* it has no packed formats, and no mipmapped arrays that are mapped later */
	if (row->levels || CU(cuArray3DCreate_v2)(&array, &shape) == CUDA_ERROR_NOT_SUPPORTED)
		return;
	IS(CU(cuArrayGetMemoryRequirements)(&needs, array, 0), CUDA_SUCCESS);
	MUST(needs.alignment == ARRAY_SIZE_STEP);
	same(row, needs.size);
	IS(CU(cuArrayDestroy)(array), CUDA_SUCCESS);
}

static void take(const struct array_size *row)
{
	static CUarray arrays[4096];
	static CUmipmappedArray mipmaps[4096];

	MUST(row->count <= 4096);
	for (unsigned i = 0; i < row->count; i++) {
		if (row->levels)
			IS(CU(cuMipmappedArrayCreate)(&mipmaps[i], &row->shape, row->levels),
			   CUDA_SUCCESS);
		else
			IS(CU(cuArray3DCreate_v2)(&arrays[i], &row->shape), CUDA_SUCCESS);
	}
	same(row, simulate_used());
	for (unsigned i = 0; i < row->count; i++) {
		if (row->levels)
			IS(CU(cuMipmappedArrayDestroy)(mipmaps[i]), CUDA_SUCCESS);
		else
			IS(CU(cuArrayDestroy)(arrays[i]), CUDA_SUCCESS);
	}
	MUST(simulate_used() == 0);
}

static void look(const struct array_size *row)
{
	if (row->is_taken)
		take(row);
	else
		ask(row);
}

static void looks_at_all(void)
{
	simulate_start();
	MUST(array_sizes_each(look) > 0);
	MUST(looked_at > 400);
}

static void arrays_take_what_was_measured(void **state)
{
	char said[4096] = "";
	int status = in_child(NULL, looks_at_all, said, sizeof(said));

	(void)state;
	if (status)
		print_message("# %s\n", said);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_take_what_was_measured),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
