/* The driver's entry points for programs that ask the runtime for them. */
#include "config.h"

#include "simulate/runtime/runtime.h"

static cudaError_t entry_point(const char *symbol, void **funcPtr, unsigned int version,
			       unsigned long long flags,
			       enum cudaDriverEntryPointQueryResult *driverStatus)
{
	CUdriverProcAddressQueryResult status = CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
	cudaError_t error;

	if (!symbol || !*symbol || !funcPtr)
		return vt__failed(cudaErrorInvalidValue);
	error = vt__runtime_init();
	if (error != cudaSuccess)
		return vt__failed(error);
	error = vt__result(vt__driver_address(symbol, funcPtr, (int)version, flags, &status));
	/* Both results have one numbering. */
	if (error == cudaSuccess && driverStatus)
		*driverStatus = (enum cudaDriverEntryPointQueryResult)status;
	return error;
}

/* What flags of 0 mean to a program built with a per-thread default stream. */
static unsigned long long per_thread(unsigned long long flags)
{
	return flags == cudaEnableDefault ? cudaEnablePerThreadDefaultStream : flags;
}

cudaError_t cudaGetDriverEntryPoint(const char *symbol, void **funcPtr, unsigned long long flags,
				    enum cudaDriverEntryPointQueryResult *driverStatus)
{
	return entry_point(symbol, funcPtr, VT_RUNTIME_VERSION, flags, driverStatus);
}

cudaError_t cudaGetDriverEntryPoint_ptsz(const char *symbol, void **funcPtr,
					 unsigned long long flags,
					 enum cudaDriverEntryPointQueryResult *driverStatus)
{
	return entry_point(symbol, funcPtr, VT_RUNTIME_VERSION, per_thread(flags), driverStatus);
}

cudaError_t cudaGetDriverEntryPointByVersion(const char *symbol, void **funcPtr,
					     unsigned int cudaVersion, unsigned long long flags,
					     enum cudaDriverEntryPointQueryResult *driverStatus)
{
	return entry_point(symbol, funcPtr, cudaVersion, flags, driverStatus);
}

cudaError_t cudaGetDriverEntryPointByVersion_ptsz(const char *symbol, void **funcPtr,
						  unsigned int cudaVersion,
						  unsigned long long flags,
						  enum cudaDriverEntryPointQueryResult *status)
{
	return entry_point(symbol, funcPtr, cudaVersion, per_thread(flags), status);
}
