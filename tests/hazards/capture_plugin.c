/* Code that allocates on a capturing stream, in a library that can be unloaded. */
#include <cuda.h>

#include "hazard.h"

CUdeviceptr captured_by_plugin(CUstream on);

CUdeviceptr captured_by_plugin(CUstream on)
{
	CUdeviceptr kept;

	CALL(cuMemAllocAsync(&kept, 3 * MIB, on));
	return kept;
}
