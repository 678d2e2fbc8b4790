/* The simulated NVML: devices by index and UUID, their memory and their processes. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "simulate/common/device_identity.h"
#include "simulate/nvml/library.h"

#define MOST_DEVICES 16
#define UUID_ROOM 80
#define NO_INSTANCE 0xFFFFFFFFU

struct nvmlDevice_st {
	char place; /* the handle is its address */
};

static struct nvmlDevice_st devices[MOST_DEVICES];

/* The library runs and the handle is one of the devices'. */
static nvmlReturn_t check(nvmlDevice_t device, int *ordinal)
{
	if (!vt__nvml_running())
		return NVML_ERROR_UNINITIALIZED;
	for (unsigned int i = 0; i < vt__nvml_devices(); i++) {
		if (device == &devices[i]) {
			*ordinal = (int)i;
			return NVML_SUCCESS;
		}
	}
	return NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *deviceCount)
{
	if (!vt__nvml_running())
		return NVML_ERROR_UNINITIALIZED;
	if (!deviceCount)
		return NVML_ERROR_INVALID_ARGUMENT;
	*deviceCount = vt__nvml_devices();
	return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device)
{
	if (!vt__nvml_running())
		return NVML_ERROR_UNINITIALIZED;
	if (!device || index >= vt__nvml_devices())
		return NVML_ERROR_INVALID_ARGUMENT;
	*device = &devices[index];
	return NVML_SUCCESS;
}

static void uuid_text(int ordinal, char text[UUID_ROOM])
{
	unsigned char bytes[VT_DEVICE_UUID_BYTES];
	size_t length = (size_t)snprintf(text, UUID_ROOM, "GPU");

	vt__device_uuid(ordinal, bytes);
	for (int i = 0; i < VT_DEVICE_UUID_BYTES; i++) {
		bool group = i == 0 || i == 4 || i == 6 || i == 8 || i == 10;

		length += (size_t)snprintf(text + length, UUID_ROOM - length, "%s%02x",
					   group ? "-" : "", bytes[i]);
	}
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device)
{
	char own[UUID_ROOM];

	if (!vt__nvml_running())
		return NVML_ERROR_UNINITIALIZED;
	if (!uuid || !device)
		return NVML_ERROR_INVALID_ARGUMENT;
	for (unsigned int i = 0; i < vt__nvml_devices(); i++) {
		uuid_text((int)i, own);
		if (!strcmp(own, uuid)) {
			*device = &devices[i];
			return NVML_SUCCESS;
		}
	}
	return NVML_ERROR_NOT_FOUND;
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length)
{
	char own[UUID_ROOM];
	int ordinal;
	nvmlReturn_t result = check(device, &ordinal);

	if (result != NVML_SUCCESS)
		return result;
	uuid_text(ordinal, own);
	return vt__nvml_text(own, uuid, length);
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length)
{
	int ordinal;
	nvmlReturn_t result = check(device, &ordinal);

	return result == NVML_SUCCESS ? vt__nvml_text(VT_DEVICE_NAME, name, length) : result;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory)
{
	struct vt__device_account account;
	int ordinal;
	nvmlReturn_t result = check(device, &ordinal);

	if (result != NVML_SUCCESS)
		return result;
	if (!memory)
		return NVML_ERROR_INVALID_ARGUMENT;
	if (memory->version != nvmlMemory_v2)
		return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
	account = vt__nvml_account(ordinal);
	memory->total = account.total;
	memory->reserved = 0;
	memory->used = account.own + account.managed + account.other;
	memory->free = memory->total - memory->used;
	return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory)
{
	nvmlMemory_v2_t wide = {.version = nvmlMemory_v2};
	nvmlReturn_t result = nvmlDeviceGetMemoryInfo_v2(device, memory ? &wide : NULL);

	if (result == NVML_SUCCESS) {
		memory->total = wide.total;
		memory->free = wide.free;
		memory->used = wide.used + wide.reserved;
	}
	return result;
}

/* The limit is one of the root. */
nvmlReturn_t nvmlDeviceGetMemoryLimits_v1(nvmlDevice_t device, nvmlGetMemoryLimits_v1_t *limits)
{
	struct vt__device_account account;
	int ordinal;
	nvmlReturn_t result = check(device, &ordinal);
	unsigned long long limit = vt__nvml_limit_of_cgroup();

	if (result != NVML_SUCCESS)
		return result;
	if (!limits || !limits->nameSpace)
		return NVML_ERROR_INVALID_ARGUMENT;
	account = vt__nvml_account(ordinal);
	limit = strcmp(limits->nameSpace, "/sys/fs/cgroup") ? 0 : limit;
	limits->softLimit = limit / 2;
	limits->hardLimit = limit ? limit : ~0ULL;
	limits->currentUsed = account.own + account.managed;
	return NVML_SUCCESS;
}

/* This process and the other one, as far as they use the device. */
static unsigned int list(int ordinal, nvmlProcessInfo_t found[2])
{
	struct vt__device_account account = vt__nvml_account(ordinal);
	unsigned int count = 0;

	if (account.in_use)
		found[count++] = (nvmlProcessInfo_t){(unsigned int)getpid(), account.own,
						     NO_INSTANCE, NO_INSTANCE};
	if (account.other)
		found[count++] = (nvmlProcessInfo_t){vt__nvml_other_process(), account.other,
						     NO_INSTANCE, NO_INSTANCE};
	return count;
}

/* Sets *count to the number of processes; found is filled if the room is enough. */
static nvmlReturn_t processes(nvmlDevice_t device, unsigned int *count, bool has_room,
			      nvmlProcessInfo_t found[2])
{
	unsigned int room;
	int ordinal;
	nvmlReturn_t result = check(device, &ordinal);

	if (result != NVML_SUCCESS)
		return result;
	if (!count || (*count && !has_room))
		return NVML_ERROR_INVALID_ARGUMENT;
	room = *count;
	*count = list(ordinal, found);
	return *count > room ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount,
						     nvmlProcessInfo_t *infos)
{
	nvmlProcessInfo_t found[2];
	nvmlReturn_t result = processes(device, infoCount, infos != NULL, found);

	if (result == NVML_SUCCESS && *infoCount)
		memcpy(infos, found, *infoCount * sizeof(*infos));
	return result;
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount,
						     nvmlProcessInfo_t *infos)
{
	return nvmlDeviceGetComputeRunningProcesses_v3(device, infoCount, infos);
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t device, unsigned int *infoCount,
						  nvmlProcessInfo_v1_t *infos)
{
	nvmlProcessInfo_t found[2];
	nvmlReturn_t result = processes(device, infoCount, infos != NULL, found);

	for (unsigned int i = 0; result == NVML_SUCCESS && i < *infoCount; i++)
		infos[i] = (nvmlProcessInfo_v1_t){found[i].pid, found[i].usedGpuMemory};
	return result;
}

/* Nothing draws on a simulated device. */
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount,
						      nvmlProcessInfo_t *infos)
{
	int ordinal;
	nvmlReturn_t result = check(device, &ordinal);

	if (result != NVML_SUCCESS)
		return result;
	if (!infoCount || (*infoCount && !infos))
		return NVML_ERROR_INVALID_ARGUMENT;
	*infoCount = 0;
	return NVML_SUCCESS;
}
