/* cuGetProcAddress: from a base name, a CUDA version and a stream mode to an entry point. */
#include "config.h"

#include <string.h>

#include "simulate/driver/state.h"
#include "simulate/driver/doors/proc_address.h"

/* Of a base name's rows the newest that the version may have, a per-thread one before any legacy
 * one; or NULL. */
static const struct vt__proc_address *choose(const char *base, int version, bool per_thread,
					     bool *known)
{
	const struct vt__proc_address *best = NULL;

	*known = false;
	for (size_t i = 0; i < vt__proc_address_count; i++) {
		const struct vt__proc_address *row = &vt__proc_addresses[i];

		if (strcmp(row->base, base))
			continue;
		*known = true;
		if (row->version > version || (row->per_thread && !per_thread))
			continue;
		if (!best || (row->per_thread && !best->per_thread) ||
		    (row->per_thread == best->per_thread && row->version > best->version))
			best = row;
	}
	return best;
}

CUresult cuGetProcAddress_v2(const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags,
			     CUdriverProcAddressQueryResult *symbolStatus)
{
	const cuuint64_t known = CU_GET_PROC_ADDRESS_LEGACY_STREAM |
				 CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM;
	CUdriverProcAddressQueryResult status = CU_GET_PROC_ADDRESS_SUCCESS;
	const struct vt__proc_address *found;
	bool known_name;

	if (!symbol || !pfn || flags & ~known || flags == known || cudaVersion > VT_DRIVER_VERSION)
		return CUDA_ERROR_INVALID_VALUE;
	found = choose(symbol, cudaVersion, flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM,
		       &known_name);
	if (!found)
		status = known_name ? CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT
				    : CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
	/* Success with no address is how "there is none" is said. */
	*pfn = NULL;
	if (found)
		memcpy(pfn, &found->address, sizeof(*pfn));
	if (symbolStatus)
		*symbolStatus = status;
	return CUDA_SUCCESS;
}

CUresult cuGetProcAddress(const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags)
{
	return cuGetProcAddress_v2(symbol, pfn, cudaVersion, flags, NULL);
}
