/* Memory pools shared between processes: the pool by descriptor or by the bytes of a fabric, its
 * pointers by export data. */
#include "config.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "simulate/driver/memory/fabric.h"
#include "simulate/driver/memory/import.h"
#include "simulate/driver/memory/pool.h"

_Static_assert(sizeof(struct vt__memory_name) <= sizeof(CUmemPoolPtrExportData), "export data");

/* What the file of an exported pool holds. */
struct pool_card {
	int32_t process;
	unsigned long long id;
};

/* `types`: one of them is enough. */
static bool can_be_exported(CUmemoryPool pool, unsigned int types)
{
	return vt__object_live(pool, VT_POOL) && !pool->destroyed && !pool->exporter &&
	       pool->properties.handleTypes & types;
}

/* One file per pool, made at its first export. */
static CUresult make_file(CUmemoryPool pool)
{
	const struct pool_card card = {.process = (int32_t)getpid(), .id = pool->id};
	int file;

	if (pool->file >= 0)
		return CUDA_SUCCESS;
	file = vt__memory_file_create(VT_FILE_POOL, pool->properties.location.id, sizeof(card));
	if (file < 0)
		return CUDA_ERROR_OUT_OF_MEMORY;
	if (pwrite(file, &card, sizeof(card), 0) != (ssize_t)sizeof(card)) {
		close(file);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	pool->file = file;
	return CUDA_SUCCESS;
}

static CUresult export_file(CUmemoryPool pool, void *handle)
{
	int file;

	if (vt__memory_file_duplicate(pool->file, &file))
		return CUDA_ERROR_OUT_OF_MEMORY;
	memcpy(handle, &file, sizeof(file));
	return CUDA_SUCCESS;
}

CUresult cuMemPoolExportToShareableHandle(void *handle_out, CUmemoryPool pool,
					  CUmemAllocationHandleType handleType,
					  unsigned long long flags)
{
	const bool fabric = handleType == CU_MEM_HANDLE_TYPE_FABRIC;
	CUresult result;

	if (!handle_out || flags ||
	    (!fabric && handleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__handle_types_possible(handleType);
	if (result == CUDA_SUCCESS)
		result = can_be_exported(pool, handleType) ? make_file(pool)
							   : CUDA_ERROR_INVALID_VALUE;
	if (result == CUDA_SUCCESS)
		result = fabric ? vt__fabric_export(VT_NAME_FABRIC_POOL, pool->file, handle_out)
				: export_file(pool, handle_out);
	vt__leave();
	return result;
}

/* A pool without memory of its own. */
static CUresult import(int file, CUmemoryPool *pool)
{
	CUmemPoolProps properties = {
		.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
	};
	struct vt__file_facts facts;
	struct pool_card card;
	CUmemoryPool made;

	if (vt__memory_file_facts(file, &facts) || facts.kind != VT_FILE_POOL ||
	    !vt__device(facts.device) ||
	    pread(file, &card, sizeof(card), 0) != (ssize_t)sizeof(card) || card.process <= 0)
		return CUDA_ERROR_INVALID_VALUE;
	properties.location.id = facts.device;
	made = vt__pool_create(&properties);
	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	made->exporter = card.process;
	made->id = card.id;
	*pool = made;
	return CUDA_SUCCESS;
}

/* A descriptor stays the program's. */
CUresult cuMemPoolImportFromShareableHandle(CUmemoryPool *pool_out, void *handle,
					    CUmemAllocationHandleType handleType,
					    unsigned long long flags)
{
	const bool fabric = handleType == CU_MEM_HANDLE_TYPE_FABRIC;
	int file = (int)(intptr_t)handle;
	CUresult result;

	if (!pool_out || flags || (fabric && !handle) ||
	    (!fabric && handleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__handle_types_possible(handleType);
	if (result == CUDA_SUCCESS && fabric)
		file = vt__fabric_open(VT_NAME_FABRIC_POOL, handle);
	if (result == CUDA_SUCCESS)
		result = import(file, pool_out);
	if (fabric && file >= 0)
		close(file);
	vt__leave();
	return result;
}

CUresult cuMemPoolExportPointer(CUmemPoolPtrExportData *shareData_out, CUdeviceptr ptr)
{
	const struct vt__region *region;
	struct vt__memory_name name;
	CUresult result = shareData_out ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_starting((uintptr_t)ptr);
	if (region && region->kind == VT_REGION_POOL && can_be_exported(region->pool, ~0u))
		result = vt__region_name(region, VT_NAME_POOL, region->pool->id, &name);
	else
		result = CUDA_ERROR_INVALID_VALUE;
	if (result == CUDA_SUCCESS) {
		memset(shareData_out, 0, sizeof(*shareData_out));
		memcpy(shareData_out, &name, sizeof(name));
	}
	vt__leave();
	return result;
}

static CUresult import_pointer(CUmemoryPool pool, const CUmemPoolPtrExportData *data,
			       CUdeviceptr *address)
{
	struct vt__memory_name name;
	struct vt__region *region;
	int file = vt__memory_name_open(data, VT_NAME_POOL, &name);
	CUresult result = CUDA_ERROR_INVALID_VALUE;

	if (file < 0)
		return result;
	if (name.process == pool->exporter && name.id == pool->id &&
	    name.device == pool->properties.location.id) {
		const struct vt__region wanted = {
			.kind = VT_REGION_POOL_IMPORT,
			.size = name.size,
			.device = name.device,
			.pool = pool,
		};

		result = vt__import_map(&wanted, file, name.offset, &region);
	}
	close(file);
	if (result != CUDA_SUCCESS)
		return result;
	pool->allocations++;
	*address = region->node.key;
	return CUDA_SUCCESS;
}

CUresult cuMemPoolImportPointer(CUdeviceptr *ptr_out, CUmemoryPool pool,
				CUmemPoolPtrExportData *shareData)
{
	CUresult result = ptr_out && shareData ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(pool, VT_POOL) && pool->exporter && !pool->destroyed)
		result = import_pointer(pool, shareData, ptr_out);
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}
