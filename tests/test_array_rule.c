/* Whether arrays are computed is asked of each device's driver, once. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "preload/driver/array_bytes.h"
#include "preload/recorder/array_rule.h"
#include "preload/recorder/measures.h"
#include "recording/format.h"

static struct {
	CUdevice device;
	bool measures, simulated;
	int can_map_later;
	uint64_t more; /* than the rule has */
	CUresult created, told;
	int creations, live, questions;
	CUDA_ARRAY3D_DESCRIPTOR shape;
} fake;

struct vt__measures *vt__measures(void)
{
	static struct vt__measures measures;

	return fake.measures ? &measures : NULL;
}

bool vt__driver_is_simulated(void)
{
	return fake.simulated;
}

static CUresult get_attribute(int *value, CUdevice_attribute attribute, CUdevice device)
{
	assert_int_equal(attribute, CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED);
	assert_int_equal(device, fake.device);
	*value = fake.can_map_later;
	return CUDA_SUCCESS;
}

static CUresult get_device(CUdevice *device)
{
	*device = fake.device;
	return CUDA_SUCCESS;
}

static CUresult create(CUarray *array, const CUDA_ARRAY3D_DESCRIPTOR *shape)
{
	errno = EIO; /* which nobody may see */
	fake.creations++;
	if (fake.created != CUDA_SUCCESS)
		return fake.created;
	assert_true(shape->Flags & CUDA_ARRAY3D_DEFERRED_MAPPING);
	fake.shape = *shape;
	fake.live++;
	*array = (CUarray)&fake;
	return CUDA_SUCCESS;
}

static CUresult destroy(CUarray array)
{
	assert_ptr_equal(array, &fake);
	fake.live--;
	return CUDA_SUCCESS;
}

static CUresult get_requirements(CUDA_ARRAY_MEMORY_REQUIREMENTS *told, CUarray array,
				 CUdevice device)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = fake.shape;

	assert_ptr_equal(array, &fake);
	assert_int_equal(device, fake.device);
	shape.Flags = 0;
	told->alignment = 65536;
	told->size = (vt__array_on_device(&shape, 1) + 65535) / 65536 * 65536 + fake.more;
	fake.questions++;
	return fake.told;
}

static struct vt__driver driver;

static const CUDA_ARRAY3D_DESCRIPTOR wanted = {
	.Width = 700, .Height = 700, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};

/* On a device that was not asked yet. */
static uint64_t takes_on_new_device(void)
{
	fake.device++;
	fake.creations = fake.questions = 0;
	errno = 0;
	return vt__array_takes(&driver, &wanted, 1);
}

static int set_up(void **state)
{
	(void)state;
	fake.measures = true;
	fake.simulated = false;
	fake.can_map_later = 1;
	unsetenv("CUDA_INJECTION64_PATH");
	fake.more = 0;
	fake.created = fake.told = CUDA_SUCCESS;
	driver = (struct vt__driver){
		.cuCtxGetDevice = get_device,
		.cuDeviceGetAttribute = get_attribute,
		.cuArray3DCreate_v2 = create,
		.cuArrayDestroy = destroy,
		.cuArrayGetMemoryRequirements = get_requirements,
	};
	return 0;
}

static void a_driver_that_agrees_is_asked_once(void **state)
{
	(void)state;
	assert_int_equal(takes_on_new_device(), 2816 * 768);
	assert_int_equal(errno, 0);
	assert_int_equal(fake.questions, 4);
	assert_int_equal(vt__array_takes(&driver, &wanted, 2), 2816 * 768 + 1408 * 384);
	assert_int_equal(fake.questions, 4);
	assert_int_equal(fake.live, 0);
}

static void a_driver_that_takes_more_is_not_computed_for(void **state)
{
	(void)state;
	fake.more = 65536;
	assert_true(takes_on_new_device() == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.questions, 1);
	fake.more = 0; /* it is not asked again */
	assert_true(vt__array_takes(&driver, &wanted, 1) == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.live, 0);
	assert_int_equal(takes_on_new_device(), 2816 * 768);
}

static void nor_for_one_that_does_not_tell(void **state)
{
	(void)state;
	fake.created = CUDA_ERROR_NOT_SUPPORTED;
	assert_true(takes_on_new_device() == VT_FORMAT_UNKNOWN);
	assert_int_equal(errno, 0);
	fake.created = CUDA_SUCCESS;
	fake.told = CUDA_ERROR_INVALID_VALUE;
	assert_true(takes_on_new_device() == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.live, 0);
	fake.can_map_later = 0;
	assert_true(takes_on_new_device() == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.creations, 0);
	driver.cuArrayGetMemoryRequirements = NULL;
	assert_true(takes_on_new_device() == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.creations, 0);
}

static void where_nothing_is_measured_nobody_is_asked(void **state)
{
	(void)state;
	fake.measures = false;
	assert_true(takes_on_new_device() == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.creations, 0);
	fake.measures = true;
	fake.device = 1000;
	assert_true(vt__array_takes(&driver, &wanted, 1) == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.creations, 0);
}

static void a_tool_that_listens_hears_of_no_array_of_ours(void **state)
{
	(void)state;
	setenv("CUDA_INJECTION64_PATH", "/opt/tool.so", 1);
	assert_true(takes_on_new_device() == VT_FORMAT_UNKNOWN);
	assert_int_equal(fake.creations, 0);
	unsetenv("CUDA_INJECTION64_PATH"); /* the variable is not read again */
	assert_true(vt__array_takes(&driver, &wanted, 1) == VT_FORMAT_UNKNOWN);
	assert_int_equal(takes_on_new_device(), 2816 * 768);
	setenv("CUDA_INJECTION64_PATH", "/opt/tool.so", 1);
	assert_int_equal(vt__array_takes(&driver, &wanted, 1), 2816 * 768);
	assert_int_equal(fake.questions, 4);
	fake.simulated = true;
	assert_int_equal(takes_on_new_device(), 2816 * 768);
	assert_int_equal(fake.creations, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_driver_that_agrees_is_asked_once, set_up),
		cmocka_unit_test_setup(a_driver_that_takes_more_is_not_computed_for, set_up),
		cmocka_unit_test_setup(nor_for_one_that_does_not_tell, set_up),
		cmocka_unit_test_setup(a_tool_that_listens_hears_of_no_array_of_ours, set_up),
		cmocka_unit_test_setup(where_nothing_is_measured_nobody_is_asked, set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
