/*
 * Rows of the cuGetProcAddress table: initialisation, modules, libraries and the rest.
 *
 * LEGACY(base name, lowest CUDA version, suffix of the symbol) answers every request;
 * PER_THREAD, preferred to it, one with the per-thread default stream flag.
 */
#ifndef VT_SIMULATE_PROC_ADDRESS_PROGRAM_H
#define VT_SIMULATE_PROC_ADDRESS_PROGRAM_H

/* clang-format off */
#define VT_PROC_ADDRESS_PROGRAM(LEGACY, PER_THREAD) \
	LEGACY(cuCheckpointProcessCheckpoint, 12080, ) \
	LEGACY(cuCheckpointProcessGetRestoreThreadId, 12080, ) \
	LEGACY(cuCheckpointProcessGetState, 12080, ) \
	LEGACY(cuCheckpointProcessLock, 12080, ) \
	LEGACY(cuCheckpointProcessRestore, 12080, ) \
	LEGACY(cuCheckpointProcessUnlock, 12080, ) \
	LEGACY(cuCoredumpGetAttribute, 12010, ) \
	LEGACY(cuCoredumpGetAttributeGlobal, 12010, ) \
	LEGACY(cuCoredumpSetAttribute, 12010, ) \
	LEGACY(cuCoredumpSetAttributeGlobal, 12010, ) \
	LEGACY(cuDriverGetVersion, 2020, ) \
	LEGACY(cuFlushGPUDirectRDMAWrites, 11030, ) \
	LEGACY(cuFuncGetAttribute, 2020, ) \
	LEGACY(cuFuncGetModule, 11000, ) \
	LEGACY(cuFuncGetName, 12030, ) \
	LEGACY(cuFuncGetParamInfo, 12040, ) \
	LEGACY(cuFuncIsLoaded, 12040, ) \
	LEGACY(cuFuncLoad, 12040, ) \
	LEGACY(cuFuncSetAttribute, 9000, ) \
	LEGACY(cuFuncSetBlockShape, 2000, ) \
	LEGACY(cuFuncSetCacheConfig, 3000, ) \
	LEGACY(cuFuncSetSharedMemConfig, 4020, ) \
	LEGACY(cuFuncSetSharedSize, 2000, ) \
	LEGACY(cuGetErrorName, 6000, ) \
	LEGACY(cuGetErrorString, 6000, ) \
	LEGACY(cuGetExportTable, 3000, ) \
	LEGACY(cuGetProcAddress, 11030, ) LEGACY(cuGetProcAddress, 12000, _v2) \
	LEGACY(cuInit, 2000, ) \
	LEGACY(cuKernelGetAttribute, 12000, ) \
	LEGACY(cuKernelGetFunction, 12000, ) \
	LEGACY(cuKernelGetLibrary, 12050, ) \
	LEGACY(cuKernelGetName, 12030, ) \
	LEGACY(cuKernelGetParamInfo, 12040, ) \
	LEGACY(cuKernelSetAttribute, 12000, ) \
	LEGACY(cuKernelSetCacheConfig, 12000, ) \
	LEGACY(cuLibraryEnumerateKernels, 12040, ) \
	LEGACY(cuLibraryGetGlobal, 12000, ) \
	LEGACY(cuLibraryGetKernel, 12000, ) \
	LEGACY(cuLibraryGetKernelCount, 12040, ) \
	LEGACY(cuLibraryGetManaged, 12000, ) \
	LEGACY(cuLibraryGetModule, 12000, ) \
	LEGACY(cuLibraryGetUnifiedFunction, 12000, ) \
	LEGACY(cuLibraryLoadData, 12000, ) \
	LEGACY(cuLibraryLoadFromFile, 12000, ) \
	LEGACY(cuLibraryUnload, 12000, ) \
	LEGACY(cuLinkAddData, 5050, ) LEGACY(cuLinkAddData, 6050, _v2) \
	LEGACY(cuLinkAddFile, 5050, ) LEGACY(cuLinkAddFile, 6050, _v2) \
	LEGACY(cuLinkComplete, 5050, ) \
	LEGACY(cuLinkCreate, 5050, ) LEGACY(cuLinkCreate, 6050, _v2) \
	LEGACY(cuLinkDestroy, 5050, ) \
	LEGACY(cuLogsCurrent, 12090, ) \
	LEGACY(cuLogsDumpToFile, 12090, ) \
	LEGACY(cuLogsDumpToMemory, 12090, ) \
	LEGACY(cuLogsRegisterCallback, 12090, ) \
	LEGACY(cuLogsUnregisterCallback, 12090, ) \
	LEGACY(cuModuleEnumerateFunctions, 12040, ) \
	LEGACY(cuModuleGetFunction, 2000, ) \
	LEGACY(cuModuleGetFunctionCount, 12040, ) \
	LEGACY(cuModuleGetGlobal, 2000, ) LEGACY(cuModuleGetGlobal, 3020, _v2) \
	LEGACY(cuModuleGetLoadingMode, 11070, ) \
	LEGACY(cuModuleGetSurfRef, 3000, ) \
	LEGACY(cuModuleGetTexRef, 2000, ) \
	LEGACY(cuModuleLoad, 2000, ) \
	LEGACY(cuModuleLoadData, 2000, ) \
	LEGACY(cuModuleLoadDataEx, 2010, ) \
	LEGACY(cuModuleLoadFatBinary, 2000, ) \
	LEGACY(cuModuleUnload, 2000, ) \
	LEGACY(cuOccupancyAvailableDynamicSMemPerBlock, 10020, ) \
	LEGACY(cuOccupancyMaxActiveBlocksPerMultiprocessor, 6050, ) \
	LEGACY(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags, 7000, ) \
	LEGACY(cuOccupancyMaxActiveClusters, 11070, ) \
	LEGACY(cuOccupancyMaxPotentialBlockSize, 6050, ) \
	LEGACY(cuOccupancyMaxPotentialBlockSizeWithFlags, 7000, ) \
	LEGACY(cuOccupancyMaxPotentialClusterSize, 11070, ) \
	LEGACY(cuParamSetSize, 2000, ) \
	LEGACY(cuParamSetTexRef, 2000, ) \
	LEGACY(cuParamSetf, 2000, ) \
	LEGACY(cuParamSeti, 2000, ) \
	LEGACY(cuParamSetv, 2000, ) \
	LEGACY(cuProfilerInitialize, 4000, ) \
	LEGACY(cuProfilerStart, 4000, ) \
	LEGACY(cuProfilerStop, 4000, )
/* clang-format on */

#endif
