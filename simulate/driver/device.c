/* The devices: how many, what they are called, what they say they can do. */
#include "config.h"

#include <stdio.h>

#include "simulate/common/device_identity.h"
#include "simulate/driver/attributes.h"
#include "simulate/driver/state.h"

#define PCI_DOMAIN 0x7674 /* no real bus has it */

/* Enters and checks the ordinal. */
static CUresult enter_device(CUdevice ordinal, struct vt__device **device)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	*device = vt__device(ordinal);
	if (*device)
		return CUDA_SUCCESS;
	vt__leave();
	return CUDA_ERROR_INVALID_DEVICE;
}

/* For what is asked of a device and needs nothing of its state. */
static CUresult check_device(CUdevice ordinal)
{
	struct vt__device *device;
	CUresult result = enter_device(ordinal, &device);

	if (result == CUDA_SUCCESS)
		vt__leave();
	return result;
}

CUresult cuDeviceGetCount(int *count)
{
	CUresult result = count ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*count = vt__device_count;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
	struct vt__device *found;
	CUresult result = device ? enter_device(ordinal, &found) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*device = found->ordinal;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int len, CUdevice dev)
{
	CUresult result;

	if (!name || len <= 0)
		return CUDA_ERROR_INVALID_VALUE;
	result = check_device(dev);
	if (result != CUDA_SUCCESS)
		return result;
	snprintf(name, (size_t)len, "%s%s", VT_DEVICE_NAME,
		 vt__device_options.mig ? " MIG 1g.18gb" : "");
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev)
{
	CUresult result;

	if (!uuid)
		return CUDA_ERROR_INVALID_VALUE;
	result = check_device(dev);
	if (result != CUDA_SUCCESS)
		return result;
	vt__device_uuid(dev, uuid->bytes);
	if (vt__device_options.mig) /* an instance has one of its own */
		uuid->bytes[0] = (char)~uuid->bytes[0];
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice dev)
{
	return cuDeviceGetUuid_v2(uuid, dev);
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev)
{
	struct vt__device *device;
	CUresult result = bytes ? enter_device(dev, &device) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*bytes = device->total;
	vt__leave();
	return CUDA_SUCCESS;
}

static int attribute_value(CUdevice_attribute attribute, CUdevice device)
{
	switch (attribute) {
#define VT_ROW(name, value)                                                                        \
	case CU_DEVICE_ATTRIBUTE_##name:                                                           \
		return value;
		VT_DEVICE_ATTRIBUTES(VT_ROW)
#undef VT_ROW
	case CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_FABRIC_SUPPORTED:
		return vt__device_options.fabric != VT_FABRIC_NONE;
	case CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES:
		return CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR |
		       (vt__device_options.fabric != VT_FABRIC_NONE ? CU_MEM_HANDLE_TYPE_FABRIC
								    : 0);
	case CU_DEVICE_ATTRIBUTE_PCI_BUS_ID:
		return device + 1;
	case CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID:
		return PCI_DOMAIN;
	default:
		return 0;
	}
}

CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev)
{
	CUresult result;

	if (!pi || attrib < CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK ||
	    attrib >= CU_DEVICE_ATTRIBUTE_MAX)
		return CUDA_ERROR_INVALID_VALUE;
	result = check_device(dev);
	if (result != CUDA_SUCCESS)
		return result;
	*pi = attribute_value(attrib, dev);
	return CUDA_SUCCESS;
}

CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice dev)
{
	CUresult result = cuDeviceGetAttribute(major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
					       dev);

	if (result != CUDA_SUCCESS)
		return result;
	return cuDeviceGetAttribute(minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, dev);
}

CUresult cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev)
{
	CUresult result;

	if (!pciBusId || len < (int)sizeof("0000:00:00.0"))
		return CUDA_ERROR_INVALID_VALUE;
	result = check_device(dev);
	if (result != CUDA_SUCCESS)
		return result;
	snprintf(pciBusId, (size_t)len, "%04X:%02X:00.0", PCI_DOMAIN, (unsigned int)dev + 1);
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId)
{
	unsigned int domain = 0, bus = 0, slot = 0;
	struct vt__device *device;
	CUresult result;

	if (!dev || !pciBusId || sscanf(pciBusId, "%x:%x:%x", &domain, &bus, &slot) < 2)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_device(domain == PCI_DOMAIN && !slot ? (CUdevice)bus - 1 : -1, &device);
	if (result != CUDA_SUCCESS)
		return result;
	*dev = device->ordinal;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev)
{
	struct vt__device *device;
	CUresult result = canAccessPeer ? enter_device(dev, &device) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__device(peerDev))
		*canAccessPeer = dev != peerDev;
	else
		result = CUDA_ERROR_INVALID_DEVICE;
	vt__leave();
	return result;
}

CUresult cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib, CUdevice srcDevice,
				 CUdevice dstDevice)
{
	int access = 0;
	CUresult result = cuDeviceCanAccessPeer(&access, srcDevice, dstDevice);

	if (result != CUDA_SUCCESS)
		return result;
	if (!value || !access)
		return CUDA_ERROR_INVALID_VALUE;
	*value = attrib == CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED ||
		 attrib == CU_DEVICE_P2P_ATTRIBUTE_CUDA_ARRAY_ACCESS_SUPPORTED;
	return CUDA_SUCCESS;
}

/* Properties of the 1.x interface, from the attributes. */
CUresult cuDeviceGetProperties(CUdevprop *prop, CUdevice dev)
{
	CUresult result;

	if (!prop)
		return CUDA_ERROR_INVALID_VALUE;
	result = check_device(dev);
	if (result != CUDA_SUCCESS)
		return result;
	*prop = (CUdevprop){
		.maxThreadsPerBlock = 1024,
		.maxThreadsDim = {1024, 1024, 64},
		.maxGridSize = {2147483647, 65535, 65535},
	};
	prop->sharedMemPerBlock = attribute_value(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK,
						  dev);
	prop->totalConstantMemory = attribute_value(CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY, dev);
	prop->SIMDWidth = attribute_value(CU_DEVICE_ATTRIBUTE_WARP_SIZE, dev);
	prop->memPitch = attribute_value(CU_DEVICE_ATTRIBUTE_MAX_PITCH, dev);
	prop->regsPerBlock = attribute_value(CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK, dev);
	prop->clockRate = attribute_value(CU_DEVICE_ATTRIBUTE_CLOCK_RATE, dev);
	prop->textureAlign = attribute_value(CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT, dev);
	return CUDA_SUCCESS;
}
