/* Physical memory: creating, counting references, passing it on as a file descriptor. */
#define _GNU_SOURCE
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulate/driver_physical.h"

#define FILE_NAME "vramtrack-simulated-memory"

static struct vt__physical *all;
static int common_file = -1; /* of everything that is not shared by descriptor */
static off_t common_end;

struct vt__physical *vt__physical_of(CUmemGenericAllocationHandle handle)
{
	struct vt__physical *physical = (struct vt__physical *)(uintptr_t)handle;

	return vt__object_live(physical, VT_PHYSICAL) ? physical : NULL;
}

CUmemGenericAllocationHandle vt__physical_handle(struct vt__physical *physical)
{
	return (CUmemGenericAllocationHandle)(uintptr_t)physical;
}

void vt__physical_retain(struct vt__physical *physical)
{
	if (!physical->references++)
		vt__object_add(&physical->object, VT_PHYSICAL, NULL);
}

static void free_if_done(struct vt__physical *physical)
{
	struct vt__physical **link = &all;

	if (physical->references || physical->mappings)
		return;
	while (*link != physical)
		link = &(*link)->next;
	*link = physical->next;
	if (physical->charged)
		vt__uncharge(physical->properties.location.id, physical->charged);
	if (physical->own_file)
		close(physical->file);
	else
		(void)fallocate(physical->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				physical->offset, (off_t)physical->size);
	free(physical);
}

void vt__physical_release(struct vt__physical *physical)
{
	if (!--physical->references)
		vt__object_withdraw(&physical->object);
	free_if_done(physical);
}

void vt__physical_unmapped(struct vt__physical *physical)
{
	physical->mappings--;
	free_if_done(physical);
}

/* A place in a memory file for the bytes; nothing is committed until it is touched. */
static bool place(struct vt__physical *physical)
{
	int file = physical->own_file ? -1 : common_file;
	off_t start = physical->own_file ? 0 : common_end;

	if (file < 0)
		file = memfd_create(FILE_NAME, MFD_CLOEXEC);
	if (file < 0)
		return false;
	if (!physical->own_file)
		common_file = file;
	if (ftruncate(file, start + (off_t)physical->size)) {
		if (physical->own_file)
			close(file);
		return false;
	}
	if (!physical->own_file)
		common_end = start + (off_t)physical->size;
	physical->file = file;
	physical->offset = start;
	return true;
}

static struct vt__physical *add_physical(void)
{
	struct vt__physical *physical = calloc(1, sizeof(*physical));

	if (physical) {
		physical->next = all;
		all = physical;
	}
	return physical;
}

static void drop_unplaced(struct vt__physical *physical)
{
	all = physical->next;
	free(physical);
}

static CUresult create(const CUmemAllocationProp *properties, size_t size,
		       struct vt__physical **made)
{
	bool device = properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
	struct vt__physical *physical;

	if (vt__allocation_refused() ||
	    (device && vt__charge(properties->location.id, size) != CUDA_SUCCESS))
		return CUDA_ERROR_OUT_OF_MEMORY;
	physical = add_physical();
	if (physical) {
		physical->properties = *properties;
		physical->size = size;
		physical->charged = device ? size : 0;
		physical->own_file = properties->requestedHandleTypes != CU_MEM_HANDLE_TYPE_NONE;
		if (place(physical)) {
			vt__physical_retain(physical);
			*made = physical;
			return CUDA_SUCCESS;
		}
		drop_unplaced(physical);
	}
	if (device)
		vt__uncharge(properties->location.id, size);
	return CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult check_properties(const CUmemAllocationProp *prop)
{
	bool on_device = prop->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
	bool on_host = prop->location.type == CU_MEM_LOCATION_TYPE_HOST ||
		       prop->location.type == CU_MEM_LOCATION_TYPE_HOST_NUMA ||
		       prop->location.type == CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT;

	if (prop->type != CU_MEM_ALLOCATION_TYPE_PINNED || (!on_device && !on_host))
		return CUDA_ERROR_INVALID_VALUE;
	if (on_device && !vt__device(prop->location.id))
		return CUDA_ERROR_INVALID_DEVICE;
	if (prop->requestedHandleTypes & ~CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
		return CUDA_ERROR_NOT_SUPPORTED;
	return CUDA_SUCCESS;
}

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t size,
		     const CUmemAllocationProp *prop, unsigned long long flags)
{
	struct vt__physical *physical;
	CUresult result;

	if (!handle || !prop || !size || size % VT_GRANULARITY || flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = check_properties(prop);
	if (result == CUDA_SUCCESS)
		result = create(prop, size, &physical);
	if (result == CUDA_SUCCESS) {
		*handle = vt__physical_handle(physical);
		vt__allocation_done(physical->charged ? prop->location.id : 0);
	}
	vt__leave();
	return result;
}

CUresult cuMemRelease(CUmemGenericAllocationHandle handle)
{
	struct vt__physical *physical;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	if (physical)
		vt__physical_release(physical);
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuMemGetAllocationGranularity(size_t *granularity, const CUmemAllocationProp *prop,
				       CUmemAllocationGranularity_flags option)
{
	CUresult result;

	if (!granularity || !prop || (unsigned int)option > CU_MEM_ALLOC_GRANULARITY_RECOMMENDED)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = check_properties(prop);
	if (result == CUDA_SUCCESS)
		*granularity = VT_GRANULARITY;
	vt__leave();
	return result;
}

CUresult cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *prop,
						CUmemGenericAllocationHandle handle)
{
	const struct vt__physical *physical;
	CUresult result;

	if (!prop)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	if (physical)
		*prop = physical->properties;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuMemExportToShareableHandle(void *shareableHandle, CUmemGenericAllocationHandle handle,
				      CUmemAllocationHandleType handleType,
				      unsigned long long flags)
{
	const struct vt__physical *physical;
	CUresult result;
	int file = -1;

	if (!shareableHandle || flags)
		return CUDA_ERROR_INVALID_VALUE;
	if (handleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
		return CUDA_ERROR_NOT_SUPPORTED;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	if (physical && physical->own_file)
		file = fcntl(physical->file, F_DUPFD_CLOEXEC, 0);
	vt__leave();
	if (file < 0)
		return physical && physical->own_file ? CUDA_ERROR_OUT_OF_MEMORY
						      : CUDA_ERROR_INVALID_VALUE;
	memcpy(shareableHandle, &file, sizeof(file));
	return CUDA_SUCCESS;
}

static bool same_file(const struct vt__physical *physical, const struct stat *wanted)
{
	struct stat own;

	return physical->own_file && !fstat(physical->file, &own) && own.st_ino == wanted->st_ino &&
	       own.st_dev == wanted->st_dev;
}

/* Memory of another process: mapped, but not charged to this one. */
static struct vt__physical *adopt(int file, const struct stat *about)
{
	char path[64], name[64] = "";
	struct vt__physical *physical;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (readlink(path, name, sizeof(name) - 1) < 0 ||
	    strncmp(name, "/memfd:" FILE_NAME, sizeof("/memfd:" FILE_NAME) - 1))
		return NULL;
	physical = add_physical();
	if (!physical)
		return NULL;
	physical->file = fcntl(file, F_DUPFD_CLOEXEC, 0);
	if (physical->file < 0) {
		drop_unplaced(physical);
		return NULL;
	}
	physical->own_file = true;
	physical->size = (size_t)about->st_size;
	physical->properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
	physical->properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	physical->properties.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
	return physical;
}

CUresult cuMemImportFromShareableHandle(CUmemGenericAllocationHandle *handle, void *osHandle,
					CUmemAllocationHandleType shHandleType)
{
	int file = (int)(intptr_t)osHandle;
	struct vt__physical *physical;
	struct stat about;
	CUresult result;

	if (shHandleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (!handle || fstat(file, &about))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	physical = all;
	while (physical && !same_file(physical, &about))
		physical = physical->next;
	if (!physical)
		physical = adopt(file, &about);
	if (physical) {
		vt__physical_retain(physical);
		*handle = vt__physical_handle(physical);
	} else {
		result = CUDA_ERROR_INVALID_VALUE;
	}
	vt__leave();
	return result;
}
