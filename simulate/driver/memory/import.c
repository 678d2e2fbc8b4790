/* Memory of other processes and interfaces in this one's address space. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "simulate/driver/memory/import.h"
#include "simulate/driver/memory/pool.h"

CUresult vt__import_map(const struct vt__region *wanted, int file, unsigned long long offset,
			struct vt__region **region)
{
	struct vt__region filled = *wanted;
	struct vt__region *made;
	uintptr_t address;

	filled.readable = true;
	filled.writable = true;
	if (vt__memory_file_map(file, (off_t)offset, wanted->size, &address))
		return CUDA_ERROR_MAP_FAILED;
	made = vt__region_enter(&filled, address);
	if (!made) {
		vt__memory_file_unmap(address, wanted->size);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	*region = made;
	return CUDA_SUCCESS;
}

void vt__import_drop(struct vt__region *region)
{
	vt__memory_file_unmap(region->node.key, region->size);
	if (region->ipc)
		close(region->ipc->file);
	free(region->ipc);
	if (region->pool)
		vt__pool_release_import(region->pool);
}
