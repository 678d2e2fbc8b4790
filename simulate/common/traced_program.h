/*
 * Rows of the driver's traced calls: initialisation, modules, libraries and the rest.
 *
 * CALL(exported symbol, fields of NVIDIA's struct <symbol>_params in their order)
 * BARE(exported symbol that takes no argument)
 *
 * cuProfilerInitialize has no row: no header has its struct.
 */
#ifndef VT_SIMULATE_TRACED_PROGRAM_H
#define VT_SIMULATE_TRACED_PROGRAM_H

/* clang-format off */
#define VT_TRACED_PROGRAM(CALL, BARE) \
	CALL(cuCheckpointProcessCheckpoint, pid, args) \
	CALL(cuCheckpointProcessGetRestoreThreadId, pid, tid) \
	CALL(cuCheckpointProcessGetState, pid, state) CALL(cuCheckpointProcessLock, pid, args) \
	CALL(cuCheckpointProcessRestore, pid, args) CALL(cuCheckpointProcessUnlock, pid, args) \
	CALL(cuCoredumpGetAttribute, attrib, value, size) \
	CALL(cuCoredumpGetAttributeGlobal, attrib, value, size) \
	CALL(cuCoredumpSetAttribute, attrib, value, size) \
	CALL(cuCoredumpSetAttributeGlobal, attrib, value, size) \
	CALL(cuDriverGetVersion, driverVersion) CALL(cuFlushGPUDirectRDMAWrites, target, scope) \
	CALL(cuFuncGetAttribute, pi, attrib, hfunc) CALL(cuFuncGetModule, hmod, hfunc) \
	CALL(cuFuncGetName, name, hfunc) \
	CALL(cuFuncGetParamInfo, func, paramIndex, paramOffset, paramSize) \
	CALL(cuFuncIsLoaded, state, function) CALL(cuFuncLoad, function) \
	CALL(cuFuncSetAttribute, hfunc, attrib, value) CALL(cuFuncSetBlockShape, hfunc, x, y, z) \
	CALL(cuFuncSetCacheConfig, hfunc, config) CALL(cuFuncSetSharedMemConfig, hfunc, config) \
	CALL(cuFuncSetSharedSize, hfunc, bytes) CALL(cuGetErrorName, error, pStr) \
	CALL(cuGetErrorString, error, pStr) \
	CALL(cuGetProcAddress, symbol, pfn, cudaVersion, flags) \
	CALL(cuGetProcAddress_v2, symbol, pfn, cudaVersion, flags, symbolStatus) \
	CALL(cuInit, Flags) CALL(cuKernelGetAttribute, pi, attrib, kernel, dev) \
	CALL(cuKernelGetFunction, pFunc, kernel) CALL(cuKernelGetLibrary, pLib, kernel) \
	CALL(cuKernelGetName, name, hfunc) \
	CALL(cuKernelGetParamInfo, kernel, paramIndex, paramOffset, paramSize) \
	CALL(cuKernelSetAttribute, attrib, val, kernel, dev) \
	CALL(cuKernelSetCacheConfig, kernel, config, dev) \
	CALL(cuLibraryEnumerateKernels, kernels, numKernels, lib) \
	CALL(cuLibraryGetGlobal, dptr, bytes, library, name) \
	CALL(cuLibraryGetKernel, pKernel, library, name) \
	CALL(cuLibraryGetKernelCount, count, lib) \
	CALL(cuLibraryGetManaged, dptr, bytes, library, name) \
	CALL(cuLibraryGetModule, pMod, library) \
	CALL(cuLibraryGetUnifiedFunction, fptr, library, symbol) \
	CALL(cuLibraryLoadData, library, code, jitOptions, jitOptionsValues, numJitOptions, \
		libraryOptions, libraryOptionValues, numLibraryOptions) \
	CALL(cuLibraryLoadFromFile, library, fileName, jitOptions, jitOptionsValues, \
		numJitOptions, libraryOptions, libraryOptionValues, numLibraryOptions) \
	CALL(cuLibraryUnload, library) \
	CALL(cuLinkAddData, state, type, data, size, name, numOptions, options, optionValues) \
	CALL(cuLinkAddData_v2, state, type, data, size, name, numOptions, options, optionValues) \
	CALL(cuLinkAddFile, state, type, path, numOptions, options, optionValues) \
	CALL(cuLinkAddFile_v2, state, type, path, numOptions, options, optionValues) \
	CALL(cuLinkComplete, state, cubinOut, sizeOut) \
	CALL(cuLinkCreate, numOptions, options, optionValues, stateOut) \
	CALL(cuLinkCreate_v2, numOptions, options, optionValues, stateOut) \
	CALL(cuLinkDestroy, state) CALL(cuLogsCurrent, iterator_out, flags) \
	CALL(cuLogsDumpToFile, iterator, pathToFile, flags) \
	CALL(cuLogsDumpToMemory, iterator, buffer, size, flags) \
	CALL(cuLogsRegisterCallback, callbackFunc, userData, callback_out) \
	CALL(cuLogsUnregisterCallback, callback) \
	CALL(cuModuleEnumerateFunctions, functions, numFunctions, mod) \
	CALL(cuModuleGetFunction, hfunc, hmod, name) CALL(cuModuleGetFunctionCount, count, mod) \
	CALL(cuModuleGetGlobal, dptr, bytes, hmod, name) \
	CALL(cuModuleGetGlobal_v2, dptr, bytes, hmod, name) CALL(cuModuleGetLoadingMode, mode) \
	CALL(cuModuleGetSurfRef, pSurfRef, hmod, name) \
	CALL(cuModuleGetTexRef, pTexRef, hmod, name) CALL(cuModuleLoad, module, fname) \
	CALL(cuModuleLoadData, module, image) \
	CALL(cuModuleLoadDataEx, module, image, numOptions, options, optionValues) \
	CALL(cuModuleLoadFatBinary, module, fatCubin) CALL(cuModuleUnload, hmod) \
	CALL(cuOccupancyAvailableDynamicSMemPerBlock, dynamicSmemSize, func, numBlocks, \
		blockSize) \
	CALL(cuOccupancyMaxActiveBlocksPerMultiprocessor, numBlocks, func, blockSize, \
		dynamicSMemSize) \
	CALL(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags, numBlocks, func, \
		blockSize, dynamicSMemSize, flags) \
	CALL(cuOccupancyMaxActiveClusters, numClusters, func, config) \
	CALL(cuOccupancyMaxPotentialBlockSize, minGridSize, blockSize, func, \
		blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit) \
	CALL(cuOccupancyMaxPotentialBlockSizeWithFlags, minGridSize, blockSize, func, \
		blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit, flags) \
	CALL(cuOccupancyMaxPotentialClusterSize, clusterSize, func, config) \
	CALL(cuParamSetSize, hfunc, numbytes) CALL(cuParamSetTexRef, hfunc, texunit, hTexRef) \
	CALL(cuParamSetf, hfunc, offset, value) CALL(cuParamSeti, hfunc, offset, value) \
	CALL(cuParamSetv, hfunc, offset, ptr, numbytes) \
	BARE(cuProfilerStart) BARE(cuProfilerStop)

#endif
