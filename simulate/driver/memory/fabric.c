/* Handles of a fabric: names of files in memory. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "simulate/driver/memory/fabric.h"

_Static_assert(sizeof(struct vt__memory_name) <= sizeof(CUmemFabricHandle), "a handle's bytes");

CUresult vt__handle_types_possible(unsigned long long types)
{
	if (types & ~(unsigned long long)(CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR |
					  CU_MEM_HANDLE_TYPE_FABRIC))
		return CUDA_ERROR_NOT_SUPPORTED;
	if (!(types & CU_MEM_HANDLE_TYPE_FABRIC) || vt__device_options.fabric == VT_FABRIC_OPEN)
		return CUDA_SUCCESS;
	return vt__device_options.fabric == VT_FABRIC_CLOSED ? CUDA_ERROR_NOT_PERMITTED
							     : CUDA_ERROR_NOT_SUPPORTED;
}

CUresult vt__fabric_export(enum vt__name_purpose purpose, int file, void *handle)
{
	struct vt__memory_name name = {.offset = 0};
	struct vt__file_facts facts;

	if (vt__memory_file_facts(file, &facts) || vt__memory_name_make(purpose, file, &name))
		return CUDA_ERROR_INVALID_VALUE;
	name.size = facts.size;
	name.device = facts.device;
	memset(handle, 0, sizeof(CUmemFabricHandle));
	memcpy(handle, &name, sizeof(name));
	return CUDA_SUCCESS;
}

int vt__fabric_open(enum vt__name_purpose purpose, const void *handle)
{
	struct vt__memory_name name;
	int file = vt__memory_name_open(handle, purpose, &name);

	if (file < 0 || !vt__memory_file_hold_all(file))
		return file;
	close(file);
	return -EINVAL;
}
