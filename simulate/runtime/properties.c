/* cudaGetDeviceProperties, filled in from the driver's attributes. */
#include "config.h"

#include <string.h>

#include "simulate/runtime/runtime.h"
#include "simulate/runtime/properties.h"

/* An attribute that the driver does not know counts as 0. */
static int attribute(CUdevice_attribute which, int device)
{
	int value = 0;

	vt__runtime_driver[VT_LEGACY].cuDeviceGetAttribute(&value, which, device);
	return value;
}

cudaError_t VT_DEVICE_PROPERTIES(struct vt__device_properties *prop, int device)
{
	const struct vt__runtime_driver *driver = &vt__runtime_driver[VT_LEGACY];
	cudaError_t error;
	CUuuid uuid;

	if (!prop)
		return vt__failed(cudaErrorInvalidValue);
	error = vt__runtime_init();
	if (error != cudaSuccess)
		return vt__failed(error);
	memset(prop, 0, sizeof(*prop));
	error = vt__result(driver->cuDeviceGetName(prop->name, sizeof(prop->name), device));
	if (error == cudaSuccess)
		error = vt__result(driver->cuDeviceGetUuid(&uuid, device));
	if (error == cudaSuccess)
		error = vt__result(driver->cuDeviceTotalMem(&prop->totalGlobalMem, device));
	if (error != cudaSuccess)
		return error;
	memcpy(&prop->uuid, &uuid, sizeof(prop->uuid));
#define VT_ROW(field, name)                                                                        \
	prop->field = (__typeof__(prop->field))attribute(CU_DEVICE_ATTRIBUTE_##name, device);
	VT_PROPERTIES(VT_ROW)
	VT_PROPERTIES_OF_RELEASE(VT_ROW)
#undef VT_ROW
	return cudaSuccess;
}
