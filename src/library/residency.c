/*
 * Whether what should be in VRAM is there: asks CUDA about addresses.
 */
#include "config.h"

#include <stdlib.h>

#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/live_copy.h"
#include "library/narrate.h"

/* Why it is not, NULL if it is. */
static const char *stray(const struct vt__cuda_pointer *facts)
{
	if (facts->is_managed)
		return "managed memory, which the driver may move to the host";
	if (!facts->is_device)
		return "not device memory";
	if (facts->host_pointer)
		return "device memory that the host reaches by a pointer";
	return NULL;
}

/* `device`: where it is, if it is resident. */
static vt_status check(const void *address, const char *label, int *device)
{
	struct vt__cuda_pointer facts;
	vt_status status = vt__cuda_pointer(address, &facts);
	const char *reason;

	if (status != VT_OK)
		return status;
	reason = stray(&facts);
	if (reason)
		return vt__fail(VT_ERROR_NOT_RESIDENT, "%p%s%s%s is %s", address,
				*label ? " (" : "", label, *label ? ")" : "", reason);
	*device = facts.device;
	return VT_OK;
}

vt_status vt_verify_residency(const void *address)
{
	int device;

	return check(address, "", &device);
}

static int by_value(const void *left, const void *right)
{
	int a = *(const int *)left, b = *(const int *)right;

	return a < b ? -1 : a > b;
}

/* One event a device. */
static void narrate_resident(int *devices, size_t count)
{
	size_t first = 0;

	if (count)
		qsort(devices, count, sizeof(*devices), by_value);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && devices[i] == devices[first])
			continue;
		vt__narrate_residency(devices[first], i - first, VT_OK);
		first = i;
	}
}

static vt_status check_all(const struct vt__live_copy *copy, int *devices)
{
	for (size_t i = 0; i < copy->count; i++) {
		const vt_live_allocation *live = &copy->all[i].allocation;
		vt_status status = check(live->address, live->label, &devices[i]);

		if (status != VT_OK) {
			vt__narrate_residency(live->device, copy->count, status);
			return status;
		}
	}
	narrate_resident(devices, copy->count);
	return VT_OK;
}

static vt_status fail_no_memory(void)
{
	return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY,
			"no host memory to look at the allocations of a tracker");
}

vt_status vt_tracker_verify_residency(const vt_tracker *tracker)
{
	struct vt__live_copy copy;
	vt_status status;
	int *devices;

	if (!tracker)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "there is no tracker to verify: NULL");
	if (vt__live_copy_take(&copy, tracker->account))
		return fail_no_memory();
	devices = malloc((copy.count + 1) * sizeof(*devices));
	status = devices ? check_all(&copy, devices) : fail_no_memory();
	free(devices);
	vt__live_copy_free(&copy);
	return status;
}
