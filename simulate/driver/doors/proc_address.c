/* cuGetProcAddress: from a base name, a CUDA version and a stream mode to an entry point. */
#include "config.h"

#include <string.h>

#include "simulate/driver/state.h"
#include "simulate/driver/doors/proc_address.h"

/* The first row of the base name in the table, which keeps a base's rows together; or NULL. */
static const struct vt__proc_address *first_of(const char *base)
{
	for (size_t i = 0; i < vt__proc_address_count; i++) {
		if (!strcmp(vt__proc_addresses[i].base, base))
			return &vt__proc_addresses[i];
	}
	return NULL;
}

/* The newest that the version may have; a per-thread one before any legacy one. */
static const struct vt__proc_address *choose(const struct vt__proc_address *row, int version,
					     bool per_thread)
{
	const struct vt__proc_address *end = vt__proc_addresses + vt__proc_address_count;
	const struct vt__proc_address *best = NULL;
	const char *base = row->base;

	for (; row < end && !strcmp(row->base, base); row++) {
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
	CUdriverProcAddressQueryResult status = CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
	const struct vt__proc_address *first, *found = NULL;

	if (!symbol || !pfn || flags & ~known || flags == known || cudaVersion > VT_DRIVER_VERSION)
		return CUDA_ERROR_INVALID_VALUE;
	first = first_of(symbol);
	if (first) {
		found = choose(first, cudaVersion,
			       flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM);
		status = found ? CU_GET_PROC_ADDRESS_SUCCESS
			       : CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT;
	}
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
