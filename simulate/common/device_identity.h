/* By what a simulated device is known, to the driver and to NVML alike. */
#ifndef VT_SIMULATE_DEVICE_IDENTITY_H
#define VT_SIMULATE_DEVICE_IDENTITY_H

#include <string.h>

#define VT_DEVICE_NAME "vramtrack simulated device"
#define VT_DEVICE_UUID_BYTES 16

static inline void vt__device_uuid(int ordinal, void *bytes)
{
	char uuid[VT_DEVICE_UUID_BYTES] = "vramtrack-simu";

	uuid[VT_DEVICE_UUID_BYTES - 1] = (char)ordinal;
	memcpy(bytes, uuid, sizeof(uuid));
}

#endif
