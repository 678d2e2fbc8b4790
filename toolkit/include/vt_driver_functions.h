/* Written by scripts/declarations, which says what this is; not by hand. The driver's functions:
 * FUNCTION(name, CUPTI's number, (type, argument)...); PLAIN has none; NUMBER is of one that is
 * declared elsewhere. */
/* clang-format off */
FUNCTION(cuArray3DCreate, 90, (CUarray *, pHandle),
	(const CUDA_ARRAY3D_DESCRIPTOR_v1 *, pAllocateArray))
FUNCTION(cuArray3DCreate_v2, 274, (CUarray *, pHandle),
	(const CUDA_ARRAY3D_DESCRIPTOR *, pAllocateArray))
FUNCTION(cuArray3DGetDescriptor, 91, (CUDA_ARRAY3D_DESCRIPTOR_v1 *, pArrayDescriptor),
	(CUarray, hArray))
FUNCTION(cuArray3DGetDescriptor_v2, 275, (CUDA_ARRAY3D_DESCRIPTOR *, pArrayDescriptor),
	(CUarray, hArray))
FUNCTION(cuArrayCreate, 87, (CUarray *, pHandle),
	(const CUDA_ARRAY_DESCRIPTOR_v1 *, pAllocateArray))
FUNCTION(cuArrayCreate_v2, 272, (CUarray *, pHandle),
	(const CUDA_ARRAY_DESCRIPTOR *, pAllocateArray))
FUNCTION(cuArrayDestroy, 89, (CUarray, hArray))
FUNCTION(cuArrayGetDescriptor, 88, (CUDA_ARRAY_DESCRIPTOR_v1 *, pArrayDescriptor),
	(CUarray, hArray))
FUNCTION(cuArrayGetDescriptor_v2, 273, (CUDA_ARRAY_DESCRIPTOR *, pArrayDescriptor),
	(CUarray, hArray))
FUNCTION(cuArrayGetMemoryRequirements, 654,
	(CUDA_ARRAY_MEMORY_REQUIREMENTS *, memoryRequirements), (CUarray, array),
	(CUdevice, device))
FUNCTION(cuArrayGetPlane, 597, (CUarray *, pPlaneArray), (CUarray, hArray),
	(unsigned int, planeIdx))
FUNCTION(cuArrayGetSparseProperties, 582,
	(CUDA_ARRAY_SPARSE_PROPERTIES *, sparseProperties), (CUarray, array))
FUNCTION(cuCheckpointProcessCheckpoint, 771, (int, pid),
	(CUcheckpointCheckpointArgs *, args))
FUNCTION(cuCheckpointProcessGetRestoreThreadId, 768, (int, pid), (int *, tid))
FUNCTION(cuCheckpointProcessGetState, 769, (int, pid), (CUprocessState *, state))
FUNCTION(cuCheckpointProcessLock, 770, (int, pid), (CUcheckpointLockArgs *, args))
FUNCTION(cuCheckpointProcessRestore, 772, (int, pid), (CUcheckpointRestoreArgs *, args))
FUNCTION(cuCheckpointProcessUnlock, 773, (int, pid), (CUcheckpointUnlockArgs *, args))
FUNCTION(cuCoredumpGetAttribute, 701, (CUcoredumpSettings, attrib), (void *, value),
	(size_t *, size))
FUNCTION(cuCoredumpGetAttributeGlobal, 702, (CUcoredumpSettings, attrib), (void *, value),
	(size_t *, size))
FUNCTION(cuCoredumpSetAttribute, 703, (CUcoredumpSettings, attrib), (void *, value),
	(size_t *, size))
FUNCTION(cuCoredumpSetAttributeGlobal, 704, (CUcoredumpSettings, attrib), (void *, value),
	(size_t *, size))
FUNCTION(cuCtxAttach, 12, (CUcontext *, pctx), (unsigned int, flags))
FUNCTION(cuCtxCreate, 10, (CUcontext *, pctx), (unsigned int, flags), (CUdevice, dev))
FUNCTION(cuCtxCreate_v2, 235, (CUcontext *, pctx), (unsigned int, flags), (CUdevice, dev))
FUNCTION(cuCtxCreate_v3, 645, (CUcontext *, pctx), (CUexecAffinityParam *, paramsArray),
	(int, numParams), (unsigned int, flags), (CUdevice, dev))
FUNCTION(cuCtxCreate_v4, 757, (CUcontext *, pctx), (CUctxCreateParams *, ctxCreateParams),
	(unsigned int, flags), (CUdevice, dev))
FUNCTION(cuCtxDestroy, 11, (CUcontext, ctx))
FUNCTION(cuCtxDestroy_v2, 322, (CUcontext, ctx))
FUNCTION(cuCtxDetach, 13, (CUcontext, ctx))
FUNCTION(cuCtxDisablePeerAccess, 314, (CUcontext, peerContext))
FUNCTION(cuCtxEnablePeerAccess, 313, (CUcontext, peerContext), (unsigned int, Flags))
FUNCTION(cuCtxFromGreenCtx, 753, (CUcontext *, pContext), (CUgreenCtx, hCtx))
FUNCTION(cuCtxGetApiVersion, 296, (CUcontext, ctx), (unsigned int *, version))
FUNCTION(cuCtxGetCacheConfig, 299, (CUfunc_cache *, pconfig))
FUNCTION(cuCtxGetCurrent, 304, (CUcontext *, pctx))
FUNCTION(cuCtxGetDevResource, 746, (CUcontext, hCtx), (CUdevResource *, resource),
	(CUdevResourceType, type))
FUNCTION(cuCtxGetDevice, 16, (CUdevice *, device))
FUNCTION(cuCtxGetDevice_v2, 795, (CUdevice *, device), (CUcontext, ctx))
FUNCTION(cuCtxGetExecAffinity, 646, (CUexecAffinityParam *, pExecAffinity),
	(CUexecAffinityType, type))
FUNCTION(cuCtxGetFlags, 391, (unsigned int *, flags))
FUNCTION(cuCtxGetId, 695, (CUcontext, ctx), (unsigned long long *, ctxId))
FUNCTION(cuCtxGetLimit, 137, (size_t *, pvalue), (CUlimit, limit))
FUNCTION(cuCtxGetSharedMemConfig, 337, (CUsharedconfig *, pConfig))
FUNCTION(cuCtxGetStreamPriorityRange, 370, (int *, leastPriority),
	(int *, greatestPriority))
FUNCTION(cuCtxPopCurrent, 15, (CUcontext *, pctx))
FUNCTION(cuCtxPopCurrent_v2, 324, (CUcontext *, pctx))
FUNCTION(cuCtxPushCurrent, 14, (CUcontext, ctx))
FUNCTION(cuCtxPushCurrent_v2, 323, (CUcontext, ctx))
FUNCTION(cuCtxRecordEvent, 755, (CUcontext, hCtx), (CUevent, hEvent))
PLAIN(cuCtxResetPersistingL2Cache, 568)
FUNCTION(cuCtxSetCacheConfig, 300, (CUfunc_cache, config))
FUNCTION(cuCtxSetCurrent, 303, (CUcontext, ctx))
FUNCTION(cuCtxSetFlags, 705, (unsigned int, flags))
FUNCTION(cuCtxSetLimit, 136, (CUlimit, limit), (size_t, value))
FUNCTION(cuCtxSetSharedMemConfig, 336, (CUsharedconfig, config))
PLAIN(cuCtxSynchronize, 17)
FUNCTION(cuCtxSynchronize_v2, 800, (CUcontext, ctx))
FUNCTION(cuCtxWaitEvent, 756, (CUcontext, hCtx), (CUevent, hEvent))
FUNCTION(cuDestroyExternalMemory, 488, (CUexternalMemory, extMem))
FUNCTION(cuDestroyExternalSemaphore, 494, (CUexternalSemaphore, extSem))
FUNCTION(cuDevResourceGenerateDesc, 748, (CUdevResourceDesc *, phDesc),
	(CUdevResource *, resources), (unsigned int, nbResources))
FUNCTION(cuDevSmResourceSplitByCount, 751, (CUdevResource *, result),
	(unsigned int *, nbGroups), (const CUdevResource *, input), (CUdevResource *, remaining),
	(unsigned int, useFlags), (unsigned int, minCount))
FUNCTION(cuDeviceCanAccessPeer, 312, (int *, canAccessPeer), (CUdevice, dev),
	(CUdevice, peerDev))
FUNCTION(cuDeviceComputeCapability, 6, (int *, major), (int *, minor), (CUdevice, dev))
FUNCTION(cuDeviceGet, 3, (CUdevice *, device), (int, ordinal))
FUNCTION(cuDeviceGetAttribute, 9, (int *, pi), (CUdevice_attribute, attrib),
	(CUdevice, dev))
FUNCTION(cuDeviceGetByPCIBusId, 331, (CUdevice *, dev), (const char *, pciBusId))
FUNCTION(cuDeviceGetCount, 4, (int *, count))
FUNCTION(cuDeviceGetDefaultMemPool, 606, (CUmemoryPool *, pool_out), (CUdevice, dev))
FUNCTION(cuDeviceGetDevResource, 745, (CUdevice, device), (CUdevResource *, resource),
	(CUdevResourceType, type))
FUNCTION(cuDeviceGetExecAffinitySupport, 644, (int *, pi), (CUexecAffinityType, type),
	(CUdevice, dev))
FUNCTION(cuDeviceGetGraphMemAttribute, 641, (CUdevice, device),
	(CUgraphMem_attribute, attr), (void *, value))
FUNCTION(cuDeviceGetHostAtomicCapabilities, 805, (unsigned int *, capabilities),
	(const CUatomicOperation *, operations), (unsigned int, count), (CUdevice, dev))
FUNCTION(cuDeviceGetLuid, 532, (char *, luid), (unsigned int *, deviceNodeMask),
	(CUdevice, dev))
FUNCTION(cuDeviceGetMemPool, 610, (CUmemoryPool *, pool), (CUdevice, dev))
FUNCTION(cuDeviceGetName, 5, (char *, name), (int, len), (CUdevice, dev))
FUNCTION(cuDeviceGetNvSciSyncAttributes, 542, (void *, nvSciSyncAttrList),
	(CUdevice, dev), (int, flags))
FUNCTION(cuDeviceGetP2PAtomicCapabilities, 804, (unsigned int *, capabilities),
	(const CUatomicOperation *, operations), (unsigned int, count), (CUdevice, srcDevice),
	(CUdevice, dstDevice))
FUNCTION(cuDeviceGetP2PAttribute, 454, (int *, value), (CUdevice_P2PAttribute, attrib),
	(CUdevice, srcDevice), (CUdevice, dstDevice))
FUNCTION(cuDeviceGetPCIBusId, 332, (char *, pciBusId), (int, len), (CUdevice, dev))
FUNCTION(cuDeviceGetProperties, 8, (CUdevprop *, prop), (CUdevice, dev))
FUNCTION(cuDeviceGetTexture1DLinearMaxWidth, 579, (size_t *, maxWidthInElements),
	(CUarray_format, format), (unsigned int, numChannels), (CUdevice, dev))
FUNCTION(cuDeviceGetUuid, 482, (CUuuid *, uuid), (CUdevice, dev))
FUNCTION(cuDeviceGetUuid_v2, 647, (CUuuid *, uuid), (CUdevice, dev))
FUNCTION(cuDeviceGraphMemTrim, 640, (CUdevice, device))
FUNCTION(cuDevicePrimaryCtxGetState, 392, (CUdevice, dev), (unsigned int *, flags),
	(int *, active))
FUNCTION(cuDevicePrimaryCtxRelease, 387, (CUdevice, dev))
FUNCTION(cuDevicePrimaryCtxRelease_v2, 544, (CUdevice, dev))
FUNCTION(cuDevicePrimaryCtxReset, 389, (CUdevice, dev))
FUNCTION(cuDevicePrimaryCtxReset_v2, 545, (CUdevice, dev))
FUNCTION(cuDevicePrimaryCtxRetain, 386, (CUcontext *, pctx), (CUdevice, dev))
FUNCTION(cuDevicePrimaryCtxSetFlags, 388, (CUdevice, dev), (unsigned int, flags))
FUNCTION(cuDevicePrimaryCtxSetFlags_v2, 546, (CUdevice, dev), (unsigned int, flags))
FUNCTION(cuDeviceRegisterAsyncNotification, 735, (CUdevice, device),
	(CUasyncCallback, callbackFunc), (void *, userData), (CUasyncCallbackHandle *, callback))
FUNCTION(cuDeviceSetGraphMemAttribute, 642, (CUdevice, device),
	(CUgraphMem_attribute, attr), (void *, value))
FUNCTION(cuDeviceSetMemPool, 609, (CUdevice, dev), (CUmemoryPool, pool))
FUNCTION(cuDeviceTotalMem, 7, (unsigned int *, bytes), (CUdevice, dev))
FUNCTION(cuDeviceTotalMem_v2, 259, (size_t *, bytes), (CUdevice, dev))
FUNCTION(cuDeviceUnregisterAsyncNotification, 736, (CUdevice, device),
	(CUasyncCallbackHandle, callback))
FUNCTION(cuDriverGetVersion, 2, (int *, driverVersion))
FUNCTION(cuEventCreate, 118, (CUevent *, phEvent), (unsigned int, Flags))
FUNCTION(cuEventDestroy, 122, (CUevent, hEvent))
FUNCTION(cuEventDestroy_v2, 325, (CUevent, hEvent))
FUNCTION(cuEventElapsedTime, 123, (float *, pMilliseconds), (CUevent, hStart),
	(CUevent, hEnd))
FUNCTION(cuEventElapsedTime_v2, 780, (float *, pMilliseconds), (CUevent, hStart),
	(CUevent, hEnd))
FUNCTION(cuEventQuery, 120, (CUevent, hEvent))
FUNCTION(cuEventRecord, 119, (CUevent, hEvent), (CUstream, hStream))
FUNCTION(cuEventRecordWithFlags, 587, (CUevent, hEvent), (CUstream, hStream),
	(unsigned int, flags))
FUNCTION(cuEventRecordWithFlags_ptsz, 588, (CUevent, hEvent), (CUstream, hStream),
	(unsigned int, flags))
FUNCTION(cuEventRecord_ptsz, 441, (CUevent, hEvent), (CUstream, hStream))
FUNCTION(cuEventSynchronize, 121, (CUevent, hEvent))
FUNCTION(cuExternalMemoryGetMappedBuffer, 486, (CUdeviceptr *, devPtr),
	(CUexternalMemory, extMem), (const CUDA_EXTERNAL_MEMORY_BUFFER_DESC *, bufferDesc))
FUNCTION(cuExternalMemoryGetMappedMipmappedArray, 487, (CUmipmappedArray *, mipmap),
	(CUexternalMemory, extMem),
	(const CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC *, mipmapDesc))
FUNCTION(cuFlushGPUDirectRDMAWrites, 627, (CUflushGPUDirectRDMAWritesTarget, target),
	(CUflushGPUDirectRDMAWritesScope, scope))
FUNCTION(cuFuncGetAttribute, 85, (int *, pi), (CUfunction_attribute, attrib),
	(CUfunction, hfunc))
FUNCTION(cuFuncGetModule, 566, (CUmodule *, hmod), (CUfunction, hfunc))
FUNCTION(cuFuncGetName, 718, (const char **, name), (CUfunction, hfunc))
FUNCTION(cuFuncGetParamInfo, 733, (CUfunction, func), (size_t, paramIndex),
	(size_t *, paramOffset), (size_t *, paramSize))
FUNCTION(cuFuncIsLoaded, 741, (CUfunctionLoadingState *, state), (CUfunction, function))
FUNCTION(cuFuncLoad, 742, (CUfunction, function))
FUNCTION(cuFuncSetAttribute, 481, (CUfunction, hfunc), (CUfunction_attribute, attrib),
	(int, value))
FUNCTION(cuFuncSetBlockShape, 83, (CUfunction, hfunc), (int, x), (int, y), (int, z))
FUNCTION(cuFuncSetCacheConfig, 86, (CUfunction, hfunc), (CUfunc_cache, config))
FUNCTION(cuFuncSetSharedMemConfig, 338, (CUfunction, hfunc), (CUsharedconfig, config))
FUNCTION(cuFuncSetSharedSize, 84, (CUfunction, hfunc), (unsigned int, bytes))
FUNCTION(cuGetErrorName, 373, (CUresult, error), (const char **, pStr))
FUNCTION(cuGetErrorString, 372, (CUresult, error), (const char **, pStr))
FUNCTION(cuGetExportTable, 135, (const void **, ppExportTable),
	(const CUuuid *, pExportTableId))
FUNCTION(cuGetProcAddress, 626, (const char *, symbol), (void **, pfn),
	(int, cudaVersion), (cuuint64_t, flags))
FUNCTION(cuGetProcAddress_v2, 677, (const char *, symbol), (void **, pfn),
	(int, cudaVersion), (cuuint64_t, flags), (CUdriverProcAddressQueryResult *, symbolStatus))
FUNCTION(cuGraphAddBatchMemOpNode, 669, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_BATCH_MEM_OP_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphAddChildGraphNode, 525, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies), (CUgraph, childGraph))
FUNCTION(cuGraphAddDependencies, 518, (CUgraph, hGraph), (const CUgraphNode *, from),
	(const CUgraphNode *, to), (size_t, numDependencies))
FUNCTION(cuGraphAddDependencies_v2, 727, (CUgraph, hGraph), (const CUgraphNode *, from),
	(const CUgraphNode *, to), (const CUgraphEdgeData *, edgeData), (size_t, numDependencies))
FUNCTION(cuGraphAddEmptyNode, 526, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies))
FUNCTION(cuGraphAddEventRecordNode, 589, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies), (CUevent, event))
FUNCTION(cuGraphAddEventWaitNode, 590, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies), (CUevent, event))
FUNCTION(cuGraphAddExternalSemaphoresSignalNode, 618, (CUgraphNode *, phGraphNode),
	(CUgraph, hGraph), (const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphAddExternalSemaphoresWaitNode, 621, (CUgraphNode *, phGraphNode),
	(CUgraph, hGraph), (const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_EXT_SEM_WAIT_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphAddHostNode, 530, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_HOST_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphAddKernelNode, 502, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_KERNEL_NODE_PARAMS_v1 *, nodeParams))
FUNCTION(cuGraphAddKernelNode_v2, 689, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_KERNEL_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphAddMemAllocNode, 638, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(CUDA_MEM_ALLOC_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphAddMemFreeNode, 639, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies), (CUdeviceptr, dptr))
FUNCTION(cuGraphAddMemcpyNode, 504, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_MEMCPY3D *, copyParams), (CUcontext, ctx))
FUNCTION(cuGraphAddMemsetNode, 506, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(const CUDA_MEMSET_NODE_PARAMS *, memsetParams), (CUcontext, ctx))
FUNCTION(cuGraphAddNode, 712, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (size_t, numDependencies),
	(CUgraphNodeParams *, nodeParams))
FUNCTION(cuGraphAddNode_v2, 723, (CUgraphNode *, phGraphNode), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (const CUgraphEdgeData *, dependencyData),
	(size_t, numDependencies), (CUgraphNodeParams *, nodeParams))
FUNCTION(cuGraphBatchMemOpNodeGetParams, 670, (CUgraphNode, hNode),
	(CUDA_BATCH_MEM_OP_NODE_PARAMS *, nodeParams_out))
FUNCTION(cuGraphBatchMemOpNodeSetParams, 671, (CUgraphNode, hNode),
	(const CUDA_BATCH_MEM_OP_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphChildGraphNodeGetGraph, 529, (CUgraphNode, hNode), (CUgraph *, phGraph))
FUNCTION(cuGraphClone, 523, (CUgraph *, phGraphClone), (CUgraph, originalGraph))
FUNCTION(cuGraphConditionalHandleCreate, 722, (CUgraphConditionalHandle *, pHandle_out),
	(CUgraph, hGraph), (CUcontext, ctx), (unsigned int, defaultLaunchValue),
	(unsigned int, flags))
FUNCTION(cuGraphCreate, 501, (CUgraph *, phGraph), (unsigned int, flags))
FUNCTION(cuGraphDebugDotPrint, 628, (CUgraph, hGraph), (const char *, path),
	(unsigned int, flags))
FUNCTION(cuGraphDestroy, 517, (CUgraph, hGraph))
FUNCTION(cuGraphDestroyNode, 522, (CUgraphNode, hNode))
FUNCTION(cuGraphEventRecordNodeGetEvent, 591, (CUgraphNode, hNode),
	(CUevent *, event_out))
FUNCTION(cuGraphEventRecordNodeSetEvent, 593, (CUgraphNode, hNode), (CUevent, event))
FUNCTION(cuGraphEventWaitNodeGetEvent, 592, (CUgraphNode, hNode), (CUevent *, event_out))
FUNCTION(cuGraphEventWaitNodeSetEvent, 594, (CUgraphNode, hNode), (CUevent, event))
FUNCTION(cuGraphExecBatchMemOpNodeSetParams, 672, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_BATCH_MEM_OP_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphExecChildGraphNodeSetParams, 586, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (CUgraph, childGraph))
FUNCTION(cuGraphExecDestroy, 516, (CUgraphExec, hGraphExec))
FUNCTION(cuGraphExecEventRecordNodeSetEvent, 595, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (CUevent, event))
FUNCTION(cuGraphExecEventWaitNodeSetEvent, 596, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (CUevent, event))
FUNCTION(cuGraphExecExternalSemaphoresSignalNodeSetParams, 624, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphExecExternalSemaphoresWaitNodeSetParams, 625, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_EXT_SEM_WAIT_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphExecGetFlags, 658, (CUgraphExec, hGraphExec), (cuuint64_t *, flags))
FUNCTION(cuGraphExecHostNodeSetParams, 564, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_HOST_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphExecKernelNodeSetParams, 538, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_KERNEL_NODE_PARAMS_v1 *, nodeParams))
FUNCTION(cuGraphExecKernelNodeSetParams_v2, 692, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_KERNEL_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphExecMemcpyNodeSetParams, 562, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_MEMCPY3D *, copyParams), (CUcontext, ctx))
FUNCTION(cuGraphExecMemsetNodeSetParams, 563, (CUgraphExec, hGraphExec),
	(CUgraphNode, hNode), (const CUDA_MEMSET_NODE_PARAMS *, memsetParams), (CUcontext, ctx))
FUNCTION(cuGraphExecNodeSetParams, 714, (CUgraphExec, hGraphExec), (CUgraphNode, hNode),
	(CUgraphNodeParams *, nodeParams))
FUNCTION(cuGraphExecUpdate, 561, (CUgraphExec, hGraphExec), (CUgraph, hGraph),
	(CUgraphNode *, hErrorNode_out), (CUgraphExecUpdateResult *, updateResult_out))
FUNCTION(cuGraphExecUpdate_v2, 696, (CUgraphExec, hGraphExec), (CUgraph, hGraph),
	(CUgraphExecUpdateResultInfo *, resultInfo))
FUNCTION(cuGraphExternalSemaphoresSignalNodeGetParams, 619, (CUgraphNode, hNode),
	(CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *, params_out))
FUNCTION(cuGraphExternalSemaphoresSignalNodeSetParams, 620, (CUgraphNode, hNode),
	(const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphExternalSemaphoresWaitNodeGetParams, 622, (CUgraphNode, hNode),
	(CUDA_EXT_SEM_WAIT_NODE_PARAMS *, params_out))
FUNCTION(cuGraphExternalSemaphoresWaitNodeSetParams, 623, (CUgraphNode, hNode),
	(const CUDA_EXT_SEM_WAIT_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphGetEdges, 535, (CUgraph, hGraph), (CUgraphNode *, from),
	(CUgraphNode *, to), (size_t *, numEdges))
FUNCTION(cuGraphGetEdges_v2, 724, (CUgraph, hGraph), (CUgraphNode *, from),
	(CUgraphNode *, to), (CUgraphEdgeData *, edgeData), (size_t *, numEdges))
FUNCTION(cuGraphGetNodes, 534, (CUgraph, hGraph), (CUgraphNode *, nodes),
	(size_t *, numNodes))
FUNCTION(cuGraphGetRootNodes, 510, (CUgraph, hGraph), (CUgraphNode *, rootNodes),
	(size_t *, numRootNodes))
FUNCTION(cuGraphHostNodeGetParams, 531, (CUgraphNode, hNode),
	(CUDA_HOST_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphHostNodeSetParams, 533, (CUgraphNode, hNode),
	(const CUDA_HOST_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphInstantiate, 513, (CUgraphExec *, phGraphExec), (CUgraph, hGraph),
	(CUgraphNode *, phErrorNode), (char *, logBuffer), (size_t, bufferSize))
FUNCTION(cuGraphInstantiateWithFlags, 643, (CUgraphExec *, phGraphExec),
	(CUgraph, hGraph), (unsigned long long, flags))
FUNCTION(cuGraphInstantiateWithParams, 656, (CUgraphExec *, phGraphExec),
	(CUgraph, hGraph), (CUDA_GRAPH_INSTANTIATE_PARAMS *, instantiateParams))
FUNCTION(cuGraphInstantiateWithParams_ptsz, 657, (CUgraphExec *, phGraphExec),
	(CUgraph, hGraph), (CUDA_GRAPH_INSTANTIATE_PARAMS *, instantiateParams))
FUNCTION(cuGraphInstantiate_v2, 578, (CUgraphExec *, phGraphExec), (CUgraph, hGraph),
	(CUgraphNode *, phErrorNode), (char *, logBuffer), (size_t, bufferSize))
FUNCTION(cuGraphKernelNodeCopyAttributes, 569, (CUgraphNode, dst), (CUgraphNode, src))
FUNCTION(cuGraphKernelNodeGetAttribute, 570, (CUgraphNode, hNode),
	(CUkernelNodeAttrID, attr), (CUkernelNodeAttrValue *, value_out))
FUNCTION(cuGraphKernelNodeGetParams, 503, (CUgraphNode, hNode),
	(CUDA_KERNEL_NODE_PARAMS_v1 *, nodeParams))
FUNCTION(cuGraphKernelNodeGetParams_v2, 690, (CUgraphNode, hNode),
	(CUDA_KERNEL_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphKernelNodeSetAttribute, 571, (CUgraphNode, hNode),
	(CUkernelNodeAttrID, attr), (const CUkernelNodeAttrValue *, value))
FUNCTION(cuGraphKernelNodeSetParams, 521, (CUgraphNode, hNode),
	(const CUDA_KERNEL_NODE_PARAMS_v1 *, nodeParams))
FUNCTION(cuGraphKernelNodeSetParams_v2, 691, (CUgraphNode, hNode),
	(const CUDA_KERNEL_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphLaunch, 514, (CUgraphExec, hGraph), (CUstream, hStream))
FUNCTION(cuGraphLaunch_ptsz, 515, (CUgraphExec, hGraphExec), (CUstream, hStream))
FUNCTION(cuGraphMemAllocNodeGetParams, 648, (CUgraphNode, hNode),
	(CUDA_MEM_ALLOC_NODE_PARAMS *, params_out))
FUNCTION(cuGraphMemFreeNodeGetParams, 649, (CUgraphNode, hNode),
	(CUdeviceptr *, dptr_out))
FUNCTION(cuGraphMemcpyNodeGetParams, 505, (CUgraphNode, hNode),
	(CUDA_MEMCPY3D *, nodeParams))
FUNCTION(cuGraphMemcpyNodeSetParams, 520, (CUgraphNode, hNode),
	(const CUDA_MEMCPY3D *, nodeParams))
FUNCTION(cuGraphMemsetNodeGetParams, 507, (CUgraphNode, hNode),
	(CUDA_MEMSET_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphMemsetNodeSetParams, 508, (CUgraphNode, hNode),
	(const CUDA_MEMSET_NODE_PARAMS *, nodeParams))
FUNCTION(cuGraphNodeFindInClone, 524, (CUgraphNode *, phNode),
	(CUgraphNode, hOriginalNode), (CUgraph, hClonedGraph))
FUNCTION(cuGraphNodeGetDependencies, 511, (CUgraphNode, hNode),
	(CUgraphNode *, dependencies), (size_t *, numDependencies))
FUNCTION(cuGraphNodeGetDependencies_v2, 725, (CUgraphNode, hNode),
	(CUgraphNode *, dependencies), (CUgraphEdgeData *, edgeData), (size_t *, numDependencies))
FUNCTION(cuGraphNodeGetDependentNodes, 512, (CUgraphNode, hNode),
	(CUgraphNode *, dependentNodes), (size_t *, numDependentNodes))
FUNCTION(cuGraphNodeGetDependentNodes_v2, 726, (CUgraphNode, hNode),
	(CUgraphNode *, dependentNodes), (CUgraphEdgeData *, edgeData),
	(size_t *, numDependentNodes))
FUNCTION(cuGraphNodeGetEnabled, 651, (CUgraphExec, hGraphExec), (CUgraphNode, hNode),
	(unsigned int *, isEnabled))
FUNCTION(cuGraphNodeGetType, 509, (CUgraphNode, hNode), (CUgraphNodeType *, type))
FUNCTION(cuGraphNodeSetEnabled, 650, (CUgraphExec, hGraphExec), (CUgraphNode, hNode),
	(unsigned int, isEnabled))
FUNCTION(cuGraphNodeSetParams, 713, (CUgraphNode, hNode),
	(CUgraphNodeParams *, nodeParams))
FUNCTION(cuGraphReleaseUserObject, 637, (CUgraph, graph), (CUuserObject, object),
	(unsigned int, count))
FUNCTION(cuGraphRemoveDependencies, 519, (CUgraph, hGraph), (const CUgraphNode *, from),
	(const CUgraphNode *, to), (size_t, numDependencies))
FUNCTION(cuGraphRemoveDependencies_v2, 728, (CUgraph, hGraph),
	(const CUgraphNode *, from), (const CUgraphNode *, to),
	(const CUgraphEdgeData *, edgeData), (size_t, numDependencies))
FUNCTION(cuGraphRetainUserObject, 636, (CUgraph, graph), (CUuserObject, object),
	(unsigned int, count), (unsigned int, flags))
FUNCTION(cuGraphUpload, 580, (CUgraphExec, hGraph), (CUstream, hStream))
FUNCTION(cuGraphUpload_ptsz, 581, (CUgraphExec, hGraphExec), (CUstream, hStream))
FUNCTION(cuGraphicsMapResources, 133, (unsigned int, count),
	(CUgraphicsResource *, resources), (CUstream, hStream))
FUNCTION(cuGraphicsMapResources_ptsz, 443, (unsigned int, count),
	(CUgraphicsResource *, resources), (CUstream, hStream))
FUNCTION(cuGraphicsResourceGetMappedMipmappedArray, 360,
	(CUmipmappedArray *, pMipmappedArray), (CUgraphicsResource, resource))
FUNCTION(cuGraphicsResourceGetMappedPointer, 130, (CUdeviceptr_v1 *, pDevPtr),
	(unsigned int *, pSize), (CUgraphicsResource, resource))
FUNCTION(cuGraphicsResourceGetMappedPointer_v2, 258, (CUdeviceptr *, pDevPtr),
	(size_t *, pSize), (CUgraphicsResource, resource))
FUNCTION(cuGraphicsResourceSetMapFlags, 132, (CUgraphicsResource, resource),
	(unsigned int, flags))
FUNCTION(cuGraphicsResourceSetMapFlags_v2, 380, (CUgraphicsResource, resource),
	(unsigned int, flags))
FUNCTION(cuGraphicsSubResourceGetMappedArray, 129, (CUarray *, pArray),
	(CUgraphicsResource, resource), (unsigned int, arrayIndex), (unsigned int, mipLevel))
FUNCTION(cuGraphicsUnmapResources, 134, (unsigned int, count),
	(CUgraphicsResource *, resources), (CUstream, hStream))
FUNCTION(cuGraphicsUnmapResources_ptsz, 444, (unsigned int, count),
	(CUgraphicsResource *, resources), (CUstream, hStream))
FUNCTION(cuGraphicsUnregisterResource, 128, (CUgraphicsResource, resource))
FUNCTION(cuGreenCtxCreate, 743, (CUgreenCtx *, phCtx), (CUdevResourceDesc, desc),
	(CUdevice, dev), (unsigned int, flags))
FUNCTION(cuGreenCtxDestroy, 744, (CUgreenCtx, hCtx))
FUNCTION(cuGreenCtxGetDevResource, 747, (CUgreenCtx, hCtx), (CUdevResource *, resource),
	(CUdevResourceType, type))
FUNCTION(cuGreenCtxGetId, 782, (CUgreenCtx, greenCtx), (unsigned long long *, greenCtxId))
FUNCTION(cuGreenCtxRecordEvent, 749, (CUgreenCtx, hCtx), (CUevent, hEvent))
FUNCTION(cuGreenCtxStreamCreate, 758, (CUstream *, phStream), (CUgreenCtx, greenCtx),
	(unsigned int, flags), (int, priority))
FUNCTION(cuGreenCtxWaitEvent, 750, (CUgreenCtx, hCtx), (CUevent, hEvent))
FUNCTION(cuImportExternalMemory, 485, (CUexternalMemory *, extMem_out),
	(const CUDA_EXTERNAL_MEMORY_HANDLE_DESC *, memHandleDesc))
FUNCTION(cuImportExternalSemaphore, 489, (CUexternalSemaphore *, extSem_out),
	(const CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC *, semHandleDesc))
FUNCTION(cuInit, 1, (unsigned int, Flags))
FUNCTION(cuIpcCloseMemHandle, 330, (CUdeviceptr, dptr))
FUNCTION(cuIpcGetEventHandle, 334, (CUipcEventHandle *, pHandle), (CUevent, event))
FUNCTION(cuIpcGetMemHandle, 328, (CUipcMemHandle *, pHandle), (CUdeviceptr, dptr))
FUNCTION(cuIpcOpenEventHandle, 335, (CUevent *, phEvent), (CUipcEventHandle, handle))
FUNCTION(cuIpcOpenMemHandle, 329, (CUdeviceptr *, pdptr), (CUipcMemHandle, handle),
	(unsigned int, Flags))
FUNCTION(cuIpcOpenMemHandle_v2, 567, (CUdeviceptr *, pdptr), (CUipcMemHandle, handle),
	(unsigned int, Flags))
FUNCTION(cuKernelGetAttribute, 686, (int *, pi), (CUfunction_attribute, attrib),
	(CUkernel, kernel), (CUdevice, dev))
FUNCTION(cuKernelGetFunction, 683, (CUfunction *, pFunc), (CUkernel, kernel))
FUNCTION(cuKernelGetLibrary, 754, (CUlibrary *, pLib), (CUkernel, kernel))
FUNCTION(cuKernelGetName, 719, (const char **, name), (CUkernel, hfunc))
FUNCTION(cuKernelGetParamInfo, 734, (CUkernel, kernel), (size_t, paramIndex),
	(size_t *, paramOffset), (size_t *, paramSize))
FUNCTION(cuKernelSetAttribute, 687, (CUfunction_attribute, attrib), (int, val),
	(CUkernel, kernel), (CUdevice, dev))
FUNCTION(cuKernelSetCacheConfig, 688, (CUkernel, kernel), (CUfunc_cache, config),
	(CUdevice, dev))
FUNCTION(cuLaunch, 115, (CUfunction, f))
FUNCTION(cuLaunchCooperativeKernel, 477, (CUfunction, f), (unsigned int, gridDimX),
	(unsigned int, gridDimY), (unsigned int, gridDimZ), (unsigned int, blockDimX),
	(unsigned int, blockDimY), (unsigned int, blockDimZ), (unsigned int, sharedMemBytes),
	(CUstream, hStream), (void **, kernelParams))
FUNCTION(cuLaunchCooperativeKernelMultiDevice, 480,
	(CUDA_LAUNCH_PARAMS *, launchParamsList), (unsigned int, numDevices),
	(unsigned int, flags))
FUNCTION(cuLaunchCooperativeKernel_ptsz, 478, (CUfunction, f), (unsigned int, gridDimX),
	(unsigned int, gridDimY), (unsigned int, gridDimZ), (unsigned int, blockDimX),
	(unsigned int, blockDimY), (unsigned int, blockDimZ), (unsigned int, sharedMemBytes),
	(CUstream, hStream), (void **, kernelParams))
FUNCTION(cuLaunchGrid, 116, (CUfunction, f), (int, grid_width), (int, grid_height))
FUNCTION(cuLaunchGridAsync, 117, (CUfunction, f), (int, grid_width), (int, grid_height),
	(CUstream, hStream))
FUNCTION(cuLaunchHostFunc, 527, (CUstream, hStream), (CUhostFn, fn), (void *, userData))
FUNCTION(cuLaunchHostFunc_ptsz, 528, (CUstream, hStream), (CUhostFn, fn),
	(void *, userData))
FUNCTION(cuLaunchKernel, 307, (CUfunction, f), (unsigned int, gridDimX),
	(unsigned int, gridDimY), (unsigned int, gridDimZ), (unsigned int, blockDimX),
	(unsigned int, blockDimY), (unsigned int, blockDimZ), (unsigned int, sharedMemBytes),
	(CUstream, hStream), (void **, kernelParams), (void **, extra))
FUNCTION(cuLaunchKernelEx, 652, (const CUlaunchConfig *, config), (CUfunction, f),
	(void **, kernelParams), (void **, extra))
FUNCTION(cuLaunchKernelEx_ptsz, 653, (const CUlaunchConfig *, config), (CUfunction, f),
	(void **, kernelParams), (void **, extra))
FUNCTION(cuLaunchKernel_ptsz, 442, (CUfunction, f), (unsigned int, gridDimX),
	(unsigned int, gridDimY), (unsigned int, gridDimZ), (unsigned int, blockDimX),
	(unsigned int, blockDimY), (unsigned int, blockDimZ), (unsigned int, sharedMemBytes),
	(CUstream, hStream), (void **, kernelParams), (void **, extra))
FUNCTION(cuLibraryEnumerateKernels, 740, (CUkernel *, kernels),
	(unsigned int, numKernels), (CUlibrary, lib))
FUNCTION(cuLibraryGetGlobal, 684, (CUdeviceptr *, dptr), (size_t *, bytes),
	(CUlibrary, library), (const char *, name))
FUNCTION(cuLibraryGetKernel, 681, (CUkernel *, pKernel), (CUlibrary, library),
	(const char *, name))
FUNCTION(cuLibraryGetKernelCount, 739, (unsigned int *, count), (CUlibrary, lib))
FUNCTION(cuLibraryGetManaged, 685, (CUdeviceptr *, dptr), (size_t *, bytes),
	(CUlibrary, library), (const char *, name))
FUNCTION(cuLibraryGetModule, 682, (CUmodule *, pMod), (CUlibrary, library))
FUNCTION(cuLibraryGetUnifiedFunction, 700, (void **, fptr), (CUlibrary, library),
	(const char *, symbol))
FUNCTION(cuLibraryLoadData, 678, (CUlibrary *, library), (const void *, code),
	(CUjit_option *, jitOptions), (void **, jitOptionsValues), (unsigned int, numJitOptions),
	(CUlibraryOption *, libraryOptions), (void **, libraryOptionValues),
	(unsigned int, numLibraryOptions))
FUNCTION(cuLibraryLoadFromFile, 679, (CUlibrary *, library), (const char *, fileName),
	(CUjit_option *, jitOptions), (void **, jitOptionsValues), (unsigned int, numJitOptions),
	(CUlibraryOption *, libraryOptions), (void **, libraryOptionValues),
	(unsigned int, numLibraryOptions))
FUNCTION(cuLibraryUnload, 680, (CUlibrary, library))
FUNCTION(cuLinkAddData, 363, (CUlinkState, state), (CUjitInputType, type), (void *, data),
	(size_t, size), (const char *, name), (unsigned int, numOptions),
	(CUjit_option *, options), (void **, optionValues))
FUNCTION(cuLinkAddData_v2, 382, (CUlinkState, state), (CUjitInputType, type),
	(void *, data), (size_t, size), (const char *, name), (unsigned int, numOptions),
	(CUjit_option *, options), (void **, optionValues))
FUNCTION(cuLinkAddFile, 364, (CUlinkState, state), (CUjitInputType, type),
	(const char *, path), (unsigned int, numOptions), (CUjit_option *, options),
	(void **, optionValues))
FUNCTION(cuLinkAddFile_v2, 383, (CUlinkState, state), (CUjitInputType, type),
	(const char *, path), (unsigned int, numOptions), (CUjit_option *, options),
	(void **, optionValues))
FUNCTION(cuLinkComplete, 365, (CUlinkState, state), (void **, cubinOut),
	(size_t *, sizeOut))
FUNCTION(cuLinkCreate, 362, (unsigned int, numOptions), (CUjit_option *, options),
	(void **, optionValues), (CUlinkState *, stateOut))
FUNCTION(cuLinkCreate_v2, 381, (unsigned int, numOptions), (CUjit_option *, options),
	(void **, optionValues), (CUlinkState *, stateOut))
FUNCTION(cuLinkDestroy, 366, (CUlinkState, state))
FUNCTION(cuLogsCurrent, 765, (CUlogIterator *, iterator_out), (unsigned int, flags))
FUNCTION(cuLogsDumpToFile, 766, (CUlogIterator *, iterator), (const char *, pathToFile),
	(unsigned int, flags))
FUNCTION(cuLogsDumpToMemory, 767, (CUlogIterator *, iterator), (char *, buffer),
	(size_t *, size), (unsigned int, flags))
FUNCTION(cuLogsRegisterCallback, 763, (CUlogsCallback, callbackFunc), (void *, userData),
	(CUlogsCallbackHandle *, callback_out))
FUNCTION(cuLogsUnregisterCallback, 764, (CUlogsCallbackHandle, callback))
FUNCTION(cuMemAddressFree, 548, (CUdeviceptr, ptr), (size_t, size))
FUNCTION(cuMemAddressReserve, 547, (CUdeviceptr *, ptr), (size_t, size),
	(size_t, alignment), (CUdeviceptr, addr), (unsigned long long, flags))
FUNCTION(cuMemAdvise, 457, (CUdeviceptr, devPtr), (size_t, count), (CUmem_advise, advice),
	(CUdevice, device))
FUNCTION(cuMemAdvise_v2, 715, (CUdeviceptr, devPtr), (size_t, count),
	(CUmem_advise, advice), (CUmemLocation, location))
FUNCTION(cuMemAlloc, 29, (CUdeviceptr_v1 *, dptr), (unsigned int, bytesize))
FUNCTION(cuMemAllocAsync, 598, (CUdeviceptr *, dptr), (size_t, bytesize),
	(CUstream, hStream))
FUNCTION(cuMemAllocAsync_ptsz, 599, (CUdeviceptr *, dptr), (size_t, bytesize),
	(CUstream, hStream))
FUNCTION(cuMemAllocFromPoolAsync, 611, (CUdeviceptr *, dptr), (size_t, bytesize),
	(CUmemoryPool, pool), (CUstream, hStream))
FUNCTION(cuMemAllocFromPoolAsync_ptsz, 612, (CUdeviceptr *, dptr), (size_t, bytesize),
	(CUmemoryPool, pool), (CUstream, hStream))
FUNCTION(cuMemAllocHost, 37, (void **, pp), (unsigned int, bytesize))
FUNCTION(cuMemAllocHost_v2, 294, (void **, pp), (size_t, bytesize))
FUNCTION(cuMemAllocManaged, 371, (CUdeviceptr *, dptr), (size_t, bytesize),
	(unsigned int, flags))
FUNCTION(cuMemAllocPitch, 31, (CUdeviceptr_v1 *, dptr), (unsigned int *, pPitch),
	(unsigned int, WidthInBytes), (unsigned int, Height), (unsigned int, ElementSizeBytes))
FUNCTION(cuMemAllocPitch_v2, 244, (CUdeviceptr *, dptr), (size_t *, pPitch),
	(size_t, WidthInBytes), (size_t, Height), (unsigned int, ElementSizeBytes))
FUNCTION(cuMemAlloc_v2, 243, (CUdeviceptr *, dptr), (size_t, bytesize))
FUNCTION(cuMemBatchDecompressAsync, 761, (CUmemDecompressParams *, paramsArray),
	(size_t, count), (unsigned int, flags), (size_t *, errorIndex), (CUstream, stream))
FUNCTION(cuMemBatchDecompressAsync_ptsz, 762, (CUmemDecompressParams *, paramsArray),
	(size_t, count), (unsigned int, flags), (size_t *, errorIndex), (CUstream, stream))
FUNCTION(cuMemCreate, 549, (CUmemGenericAllocationHandle *, handle), (size_t, size),
	(const CUmemAllocationProp *, prop), (unsigned long long, flags))
FUNCTION(cuMemDiscardAndPrefetchBatchAsync, 791, (CUdeviceptr *, dptrs),
	(size_t *, sizes), (size_t, count), (CUmemLocation *, prefetchLocs),
	(size_t *, prefetchLocIdxs), (size_t, numPrefetchLocs), (unsigned long long, flags),
	(CUstream, hStream))
FUNCTION(cuMemDiscardAndPrefetchBatchAsync_ptsz, 792, (CUdeviceptr *, dptrs),
	(size_t *, sizes), (size_t, count), (CUmemLocation *, prefetchLocs),
	(size_t *, prefetchLocIdxs), (size_t, numPrefetchLocs), (unsigned long long, flags),
	(CUstream, hStream))
FUNCTION(cuMemDiscardBatchAsync, 789, (CUdeviceptr *, dptrs), (size_t *, sizes),
	(size_t, count), (unsigned long long, flags), (CUstream, hStream))
FUNCTION(cuMemDiscardBatchAsync_ptsz, 790, (CUdeviceptr *, dptrs), (size_t *, sizes),
	(size_t, count), (unsigned long long, flags), (CUstream, hStream))
FUNCTION(cuMemExportToShareableHandle, 554, (void *, shareableHandle),
	(CUmemGenericAllocationHandle, handle), (CUmemAllocationHandleType, handleType),
	(unsigned long long, flags))
FUNCTION(cuMemFree, 33, (CUdeviceptr_v1, dptr))
FUNCTION(cuMemFreeAsync, 600, (CUdeviceptr, dptr), (CUstream, hStream))
FUNCTION(cuMemFreeAsync_ptsz, 601, (CUdeviceptr, dptr), (CUstream, hStream))
FUNCTION(cuMemFreeHost, 38, (void *, p))
FUNCTION(cuMemFree_v2, 245, (CUdeviceptr, dptr))
FUNCTION(cuMemGetAccess, 558, (unsigned long long *, flags),
	(const CUmemLocation *, location), (CUdeviceptr, ptr))
FUNCTION(cuMemGetAddressRange, 35, (CUdeviceptr_v1 *, pbase), (unsigned int *, psize),
	(CUdeviceptr_v1, dptr))
FUNCTION(cuMemGetAddressRange_v2, 246, (CUdeviceptr *, pbase), (size_t *, psize),
	(CUdeviceptr, dptr))
FUNCTION(cuMemGetAllocationGranularity, 556, (size_t *, granularity),
	(const CUmemAllocationProp *, prop), (CUmemAllocationGranularity_flags, option))
FUNCTION(cuMemGetAllocationPropertiesFromHandle, 557, (CUmemAllocationProp *, prop),
	(CUmemGenericAllocationHandle, handle))
FUNCTION(cuMemGetDefaultMemPool, 801, (CUmemoryPool *, pool_out),
	(CUmemLocation *, location), (CUmemAllocationType, type))
FUNCTION(cuMemGetHandleForAddressRange, 674, (void *, handle), (CUdeviceptr, dptr),
	(size_t, size), (CUmemRangeHandleType, handleType), (unsigned long long, flags))
FUNCTION(cuMemGetInfo, 27, (unsigned int *, free), (unsigned int *, total))
FUNCTION(cuMemGetInfo_v2, 242, (size_t *, free), (size_t *, total))
FUNCTION(cuMemGetMemPool, 802, (CUmemoryPool *, pool), (CUmemLocation *, location),
	(CUmemAllocationType, type))
FUNCTION(cuMemHostAlloc, 39, (void **, pp), (size_t, bytesize), (unsigned int, Flags))
FUNCTION(cuMemHostGetDevicePointer, 40, (CUdeviceptr_v1 *, pdptr), (void *, p),
	(unsigned int, Flags))
FUNCTION(cuMemHostGetDevicePointer_v2, 247, (CUdeviceptr *, pdptr), (void *, p),
	(unsigned int, Flags))
FUNCTION(cuMemHostGetFlags, 42, (unsigned int *, pFlags), (void *, p))
FUNCTION(cuMemHostRegister, 301, (void *, p), (size_t, bytesize), (unsigned int, Flags))
FUNCTION(cuMemHostRegister_v2, 379, (void *, p), (size_t, bytesize),
	(unsigned int, Flags))
FUNCTION(cuMemHostUnregister, 302, (void *, p))
FUNCTION(cuMemImportFromShareableHandle, 555, (CUmemGenericAllocationHandle *, handle),
	(void *, osHandle), (CUmemAllocationHandleType, shHandleType))
FUNCTION(cuMemMap, 551, (CUdeviceptr, ptr), (size_t, size), (size_t, offset),
	(CUmemGenericAllocationHandle, handle), (unsigned long long, flags))
FUNCTION(cuMemMapArrayAsync, 584, (CUarrayMapInfo *, mapInfoList), (unsigned int, count),
	(CUstream, hStream))
FUNCTION(cuMemMapArrayAsync_ptsz, 585, (CUarrayMapInfo *, mapInfoList),
	(unsigned int, count), (CUstream, hStream))
FUNCTION(cuMemPoolCreate, 607, (CUmemoryPool *, pool),
	(const CUmemPoolProps *, poolProps))
FUNCTION(cuMemPoolDestroy, 608, (CUmemoryPool, pool))
FUNCTION(cuMemPoolExportPointer, 615, (CUmemPoolPtrExportData *, shareData_out),
	(CUdeviceptr, ptr))
FUNCTION(cuMemPoolExportToShareableHandle, 613, (void *, handle_out),
	(CUmemoryPool, pool), (CUmemAllocationHandleType, handleType),
	(unsigned long long, flags))
FUNCTION(cuMemPoolGetAccess, 617, (CUmemAccess_flags *, flags), (CUmemoryPool, memPool),
	(CUmemLocation *, location))
FUNCTION(cuMemPoolGetAttribute, 604, (CUmemoryPool, pool), (CUmemPool_attribute, attr),
	(void *, value))
FUNCTION(cuMemPoolImportFromShareableHandle, 614, (CUmemoryPool *, pool_out),
	(void *, handle), (CUmemAllocationHandleType, handleType), (unsigned long long, flags))
FUNCTION(cuMemPoolImportPointer, 616, (CUdeviceptr *, ptr_out), (CUmemoryPool, pool),
	(CUmemPoolPtrExportData *, shareData))
FUNCTION(cuMemPoolSetAccess, 605, (CUmemoryPool, pool), (const CUmemAccessDesc *, map),
	(size_t, count))
FUNCTION(cuMemPoolSetAttribute, 603, (CUmemoryPool, pool), (CUmemPool_attribute, attr),
	(void *, value))
FUNCTION(cuMemPoolTrimTo, 602, (CUmemoryPool, pool), (size_t, minBytesToKeep))
FUNCTION(cuMemPrefetchAsync, 467, (CUdeviceptr, devPtr), (size_t, count),
	(CUdevice, dstDevice), (CUstream, hStream))
FUNCTION(cuMemPrefetchAsync_ptsz, 468, (CUdeviceptr, devPtr), (size_t, count),
	(CUdevice, dstDevice), (CUstream, hStream))
FUNCTION(cuMemPrefetchAsync_v2, 716, (CUdeviceptr, devPtr), (size_t, count),
	(CUmemLocation, location), (unsigned int, flags), (CUstream, hStream))
FUNCTION(cuMemPrefetchAsync_v2_ptsz, 717, (CUdeviceptr, devPtr), (size_t, count),
	(CUmemLocation, location), (unsigned int, flags), (CUstream, hStream))
FUNCTION(cuMemPrefetchBatchAsync, 784, (CUdeviceptr *, dptrs), (size_t *, sizes),
	(size_t, count), (CUmemLocation *, prefetchLocs), (size_t *, prefetchLocIdxs),
	(size_t, numPrefetchLocs), (unsigned long long, flags), (CUstream, hStream))
FUNCTION(cuMemPrefetchBatchAsync_ptsz, 785, (CUdeviceptr *, dptrs), (size_t *, sizes),
	(size_t, count), (CUmemLocation *, prefetchLocs), (size_t *, prefetchLocIdxs),
	(size_t, numPrefetchLocs), (unsigned long long, flags), (CUstream, hStream))
FUNCTION(cuMemRangeGetAttribute, 471, (void *, data), (size_t, dataSize),
	(CUmem_range_attribute, attribute), (CUdeviceptr, devPtr), (size_t, count))
FUNCTION(cuMemRangeGetAttributes, 472, (void **, data), (size_t *, dataSizes),
	(CUmem_range_attribute *, attributes), (size_t, numAttributes), (CUdeviceptr, devPtr),
	(size_t, count))
FUNCTION(cuMemRelease, 550, (CUmemGenericAllocationHandle, handle))
FUNCTION(cuMemRetainAllocationHandle, 565, (CUmemGenericAllocationHandle *, handle),
	(void *, addr))
FUNCTION(cuMemSetAccess, 553, (CUdeviceptr, ptr), (size_t, size),
	(const CUmemAccessDesc *, desc), (size_t, count))
FUNCTION(cuMemSetMemPool, 803, (CUmemLocation *, location), (CUmemAllocationType, type),
	(CUmemoryPool, pool))
FUNCTION(cuMemUnmap, 552, (CUdeviceptr, ptr), (size_t, size))
FUNCTION(cuMemcpy, 305, (CUdeviceptr, dst), (CUdeviceptr, src), (size_t, ByteCount))
FUNCTION(cuMemcpy2D, 56, (const CUDA_MEMCPY2D_v1 *, pCopy))
FUNCTION(cuMemcpy2DAsync, 68, (const CUDA_MEMCPY2D_v1 *, pCopy), (CUstream, hStream))
FUNCTION(cuMemcpy2DAsync_v2, 289, (const CUDA_MEMCPY2D *, pCopy), (CUstream, hStream))
FUNCTION(cuMemcpy2DAsync_v2_ptsz, 424, (const CUDA_MEMCPY2D *, pCopy),
	(CUstream, hStream))
FUNCTION(cuMemcpy2DUnaligned, 57, (const CUDA_MEMCPY2D_v1 *, pCopy))
FUNCTION(cuMemcpy2DUnaligned_v2, 288, (const CUDA_MEMCPY2D *, pCopy))
FUNCTION(cuMemcpy2DUnaligned_v2_ptds, 406, (const CUDA_MEMCPY2D *, pCopy))
FUNCTION(cuMemcpy2D_v2, 287, (const CUDA_MEMCPY2D *, pCopy))
FUNCTION(cuMemcpy2D_v2_ptds, 405, (const CUDA_MEMCPY2D *, pCopy))
FUNCTION(cuMemcpy3D, 58, (const CUDA_MEMCPY3D_v1 *, pCopy))
FUNCTION(cuMemcpy3DAsync, 69, (const CUDA_MEMCPY3D_v1 *, pCopy), (CUstream, hStream))
FUNCTION(cuMemcpy3DAsync_v2, 291, (const CUDA_MEMCPY3D *, pCopy), (CUstream, hStream))
FUNCTION(cuMemcpy3DAsync_v2_ptsz, 425, (const CUDA_MEMCPY3D *, pCopy),
	(CUstream, hStream))
FUNCTION(cuMemcpy3DBatchAsync, 778, (size_t, numOps), (CUDA_MEMCPY3D_BATCH_OP *, opList),
	(size_t *, failIdx), (unsigned long long, flags), (CUstream, hStream))
FUNCTION(cuMemcpy3DBatchAsync_ptsz, 779, (size_t, numOps),
	(CUDA_MEMCPY3D_BATCH_OP *, opList), (size_t *, failIdx), (unsigned long long, flags),
	(CUstream, hStream))
FUNCTION(cuMemcpy3DBatchAsync_v2, 798, (size_t, numOps),
	(CUDA_MEMCPY3D_BATCH_OP *, opList), (unsigned long long, flags), (CUstream, hStream))
FUNCTION(cuMemcpy3DBatchAsync_v2_ptsz, 799, (size_t, numOps),
	(CUDA_MEMCPY3D_BATCH_OP *, opList), (unsigned long long, flags), (CUstream, hStream))
FUNCTION(cuMemcpy3DPeer, 320, (const CUDA_MEMCPY3D_PEER *, pCopy))
FUNCTION(cuMemcpy3DPeerAsync, 321, (const CUDA_MEMCPY3D_PEER *, pCopy),
	(CUstream, hStream))
FUNCTION(cuMemcpy3DPeerAsync_ptsz, 427, (const CUDA_MEMCPY3D_PEER *, pCopy),
	(CUstream, hStream))
FUNCTION(cuMemcpy3DPeer_ptds, 410, (const CUDA_MEMCPY3D_PEER *, pCopy))
FUNCTION(cuMemcpy3D_v2, 290, (const CUDA_MEMCPY3D *, pCopy))
FUNCTION(cuMemcpy3D_v2_ptds, 407, (const CUDA_MEMCPY3D *, pCopy))
FUNCTION(cuMemcpyAsync, 306, (CUdeviceptr, dst), (CUdeviceptr, src), (size_t, ByteCount),
	(CUstream, hStream))
FUNCTION(cuMemcpyAsync_ptsz, 418, (CUdeviceptr, dst), (CUdeviceptr, src),
	(size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyAtoA, 55, (CUarray, dstArray), (unsigned int, dstOffset),
	(CUarray, srcArray), (unsigned int, srcOffset), (unsigned int, ByteCount))
FUNCTION(cuMemcpyAtoA_v2, 286, (CUarray, dstArray), (size_t, dstOffset),
	(CUarray, srcArray), (size_t, srcOffset), (size_t, ByteCount))
FUNCTION(cuMemcpyAtoA_v2_ptds, 404, (CUarray, dstArray), (size_t, dstOffset),
	(CUarray, srcArray), (size_t, srcOffset), (size_t, ByteCount))
FUNCTION(cuMemcpyAtoD, 51, (CUdeviceptr_v1, dstDevice), (CUarray, srcArray),
	(unsigned int, srcOffset), (unsigned int, ByteCount))
FUNCTION(cuMemcpyAtoD_v2, 284, (CUdeviceptr, dstDevice), (CUarray, srcArray),
	(size_t, srcOffset), (size_t, ByteCount))
FUNCTION(cuMemcpyAtoD_v2_ptds, 401, (CUdeviceptr, dstDevice), (CUarray, srcArray),
	(size_t, srcOffset), (size_t, ByteCount))
FUNCTION(cuMemcpyAtoH, 54, (void *, dstHost), (CUarray, srcArray),
	(unsigned int, srcOffset), (unsigned int, ByteCount))
FUNCTION(cuMemcpyAtoHAsync, 67, (void *, dstHost), (CUarray, srcArray),
	(unsigned int, srcOffset), (unsigned int, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyAtoHAsync_v2, 283, (void *, dstHost), (CUarray, srcArray),
	(size_t, srcOffset), (size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyAtoHAsync_v2_ptsz, 420, (void *, dstHost), (CUarray, srcArray),
	(size_t, srcOffset), (size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyAtoH_v2, 282, (void *, dstHost), (CUarray, srcArray),
	(size_t, srcOffset), (size_t, ByteCount))
FUNCTION(cuMemcpyAtoH_v2_ptds, 403, (void *, dstHost), (CUarray, srcArray),
	(size_t, srcOffset), (size_t, ByteCount))
FUNCTION(cuMemcpyBatchAsync, 776, (CUdeviceptr *, dsts), (CUdeviceptr *, srcs),
	(size_t *, sizes), (size_t, count), (CUmemcpyAttributes *, attrs), (size_t *, attrsIdxs),
	(size_t, numAttrs), (size_t *, failIdx), (CUstream, hStream))
FUNCTION(cuMemcpyBatchAsync_ptsz, 777, (CUdeviceptr *, dsts), (CUdeviceptr *, srcs),
	(size_t *, sizes), (size_t, count), (CUmemcpyAttributes *, attrs), (size_t *, attrsIdxs),
	(size_t, numAttrs), (size_t *, failIdx), (CUstream, hStream))
FUNCTION(cuMemcpyBatchAsync_v2, 796, (CUdeviceptr *, dsts), (CUdeviceptr *, srcs),
	(size_t *, sizes), (size_t, count), (CUmemcpyAttributes *, attrs), (size_t *, attrsIdxs),
	(size_t, numAttrs), (CUstream, hStream))
FUNCTION(cuMemcpyBatchAsync_v2_ptsz, 797, (CUdeviceptr *, dsts), (CUdeviceptr *, srcs),
	(size_t *, sizes), (size_t, count), (CUmemcpyAttributes *, attrs), (size_t *, attrsIdxs),
	(size_t, numAttrs), (CUstream, hStream))
FUNCTION(cuMemcpyDtoA, 49, (CUarray, dstArray), (unsigned int, dstOffset),
	(CUdeviceptr_v1, srcDevice), (unsigned int, ByteCount))
FUNCTION(cuMemcpyDtoA_v2, 285, (CUarray, dstArray), (size_t, dstOffset),
	(CUdeviceptr, srcDevice), (size_t, ByteCount))
FUNCTION(cuMemcpyDtoA_v2_ptds, 400, (CUarray, dstArray), (size_t, dstOffset),
	(CUdeviceptr, srcDevice), (size_t, ByteCount))
FUNCTION(cuMemcpyDtoD, 47, (CUdeviceptr_v1, dstDevice), (CUdeviceptr_v1, srcDevice),
	(unsigned int, ByteCount))
FUNCTION(cuMemcpyDtoDAsync, 64, (CUdeviceptr_v1, dstDevice), (CUdeviceptr_v1, srcDevice),
	(unsigned int, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyDtoDAsync_v2, 281, (CUdeviceptr, dstDevice), (CUdeviceptr, srcDevice),
	(size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyDtoDAsync_v2_ptsz, 423, (CUdeviceptr, dstDevice),
	(CUdeviceptr, srcDevice), (size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyDtoD_v2, 280, (CUdeviceptr, dstDevice), (CUdeviceptr, srcDevice),
	(size_t, ByteCount))
FUNCTION(cuMemcpyDtoD_v2_ptds, 399, (CUdeviceptr, dstDevice), (CUdeviceptr, srcDevice),
	(size_t, ByteCount))
FUNCTION(cuMemcpyDtoH, 45, (void *, dstHost), (CUdeviceptr_v1, srcDevice),
	(unsigned int, ByteCount))
FUNCTION(cuMemcpyDtoHAsync, 62, (void *, dstHost), (CUdeviceptr_v1, srcDevice),
	(unsigned int, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyDtoHAsync_v2, 279, (void *, dstHost), (CUdeviceptr, srcDevice),
	(size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyDtoHAsync_v2_ptsz, 422, (void *, dstHost), (CUdeviceptr, srcDevice),
	(size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyDtoH_v2, 278, (void *, dstHost), (CUdeviceptr, srcDevice),
	(size_t, ByteCount))
FUNCTION(cuMemcpyDtoH_v2_ptds, 398, (void *, dstHost), (CUdeviceptr, srcDevice),
	(size_t, ByteCount))
FUNCTION(cuMemcpyHtoA, 53, (CUarray, dstArray), (unsigned int, dstOffset),
	(const void *, srcHost), (unsigned int, ByteCount))
FUNCTION(cuMemcpyHtoAAsync, 66, (CUarray, dstArray), (unsigned int, dstOffset),
	(const void *, srcHost), (unsigned int, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyHtoAAsync_v2, 293, (CUarray, dstArray), (size_t, dstOffset),
	(const void *, srcHost), (size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyHtoAAsync_v2_ptsz, 419, (CUarray, dstArray), (size_t, dstOffset),
	(const void *, srcHost), (size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyHtoA_v2, 292, (CUarray, dstArray), (size_t, dstOffset),
	(const void *, srcHost), (size_t, ByteCount))
FUNCTION(cuMemcpyHtoA_v2_ptds, 402, (CUarray, dstArray), (size_t, dstOffset),
	(const void *, srcHost), (size_t, ByteCount))
FUNCTION(cuMemcpyHtoD, 43, (CUdeviceptr_v1, dstDevice), (const void *, srcHost),
	(unsigned int, ByteCount))
FUNCTION(cuMemcpyHtoDAsync, 60, (CUdeviceptr_v1, dstDevice), (const void *, srcHost),
	(unsigned int, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyHtoDAsync_v2, 277, (CUdeviceptr, dstDevice), (const void *, srcHost),
	(size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyHtoDAsync_v2_ptsz, 421, (CUdeviceptr, dstDevice),
	(const void *, srcHost), (size_t, ByteCount), (CUstream, hStream))
FUNCTION(cuMemcpyHtoD_v2, 276, (CUdeviceptr, dstDevice), (const void *, srcHost),
	(size_t, ByteCount))
FUNCTION(cuMemcpyHtoD_v2_ptds, 397, (CUdeviceptr, dstDevice), (const void *, srcHost),
	(size_t, ByteCount))
FUNCTION(cuMemcpyPeer, 318, (CUdeviceptr, dstDevice), (CUcontext, dstContext),
	(CUdeviceptr, srcDevice), (CUcontext, srcContext), (size_t, ByteCount))
FUNCTION(cuMemcpyPeerAsync, 319, (CUdeviceptr, dstDevice), (CUcontext, dstContext),
	(CUdeviceptr, srcDevice), (CUcontext, srcContext), (size_t, ByteCount),
	(CUstream, hStream))
FUNCTION(cuMemcpyPeerAsync_ptsz, 426, (CUdeviceptr, dstDevice), (CUcontext, dstContext),
	(CUdeviceptr, srcDevice), (CUcontext, srcContext), (size_t, ByteCount),
	(CUstream, hStream))
FUNCTION(cuMemcpyPeer_ptds, 409, (CUdeviceptr, dstDevice), (CUcontext, dstContext),
	(CUdeviceptr, srcDevice), (CUcontext, srcContext), (size_t, ByteCount))
FUNCTION(cuMemcpy_ptds, 408, (CUdeviceptr, dst), (CUdeviceptr, src), (size_t, ByteCount))
FUNCTION(cuMemsetD16, 73, (CUdeviceptr_v1, dstDevice), (unsigned short, us),
	(unsigned int, N))
FUNCTION(cuMemsetD16Async, 218, (CUdeviceptr, dstDevice), (unsigned short, us),
	(size_t, N), (CUstream, hStream))
FUNCTION(cuMemsetD16Async_ptsz, 429, (CUdeviceptr, dstDevice), (unsigned short, us),
	(size_t, N), (CUstream, hStream))
FUNCTION(cuMemsetD16_v2, 250, (CUdeviceptr, dstDevice), (unsigned short, us), (size_t, N))
FUNCTION(cuMemsetD16_v2_ptds, 412, (CUdeviceptr, dstDevice), (unsigned short, us),
	(size_t, N))
FUNCTION(cuMemsetD2D16, 79, (CUdeviceptr_v1, dstDevice), (unsigned int, dstPitch),
	(unsigned short, us), (unsigned int, Width), (unsigned int, Height))
FUNCTION(cuMemsetD2D16Async, 224, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned short, us), (size_t, Width), (size_t, Height), (CUstream, hStream))
FUNCTION(cuMemsetD2D16Async_ptsz, 432, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned short, us), (size_t, Width), (size_t, Height), (CUstream, hStream))
FUNCTION(cuMemsetD2D16_v2, 253, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned short, us), (size_t, Width), (size_t, Height))
FUNCTION(cuMemsetD2D16_v2_ptds, 415, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned short, us), (size_t, Width), (size_t, Height))
FUNCTION(cuMemsetD2D32, 81, (CUdeviceptr_v1, dstDevice), (unsigned int, dstPitch),
	(unsigned int, ui), (unsigned int, Width), (unsigned int, Height))
FUNCTION(cuMemsetD2D32Async, 226, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned int, ui), (size_t, Width), (size_t, Height), (CUstream, hStream))
FUNCTION(cuMemsetD2D32Async_ptsz, 433, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned int, ui), (size_t, Width), (size_t, Height), (CUstream, hStream))
FUNCTION(cuMemsetD2D32_v2, 254, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned int, ui), (size_t, Width), (size_t, Height))
FUNCTION(cuMemsetD2D32_v2_ptds, 416, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned int, ui), (size_t, Width), (size_t, Height))
FUNCTION(cuMemsetD2D8, 77, (CUdeviceptr_v1, dstDevice), (unsigned int, dstPitch),
	(unsigned char, uc), (unsigned int, Width), (unsigned int, Height))
FUNCTION(cuMemsetD2D8Async, 222, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned char, uc), (size_t, Width), (size_t, Height), (CUstream, hStream))
FUNCTION(cuMemsetD2D8Async_ptsz, 431, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned char, uc), (size_t, Width), (size_t, Height), (CUstream, hStream))
FUNCTION(cuMemsetD2D8_v2, 252, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned char, uc), (size_t, Width), (size_t, Height))
FUNCTION(cuMemsetD2D8_v2_ptds, 414, (CUdeviceptr, dstDevice), (size_t, dstPitch),
	(unsigned char, uc), (size_t, Width), (size_t, Height))
FUNCTION(cuMemsetD32, 75, (CUdeviceptr_v1, dstDevice), (unsigned int, ui),
	(unsigned int, N))
FUNCTION(cuMemsetD32Async, 220, (CUdeviceptr, dstDevice), (unsigned int, ui), (size_t, N),
	(CUstream, hStream))
FUNCTION(cuMemsetD32Async_ptsz, 430, (CUdeviceptr, dstDevice), (unsigned int, ui),
	(size_t, N), (CUstream, hStream))
FUNCTION(cuMemsetD32_v2, 251, (CUdeviceptr, dstDevice), (unsigned int, ui), (size_t, N))
FUNCTION(cuMemsetD32_v2_ptds, 413, (CUdeviceptr, dstDevice), (unsigned int, ui),
	(size_t, N))
FUNCTION(cuMemsetD8, 71, (CUdeviceptr_v1, dstDevice), (unsigned char, uc),
	(unsigned int, N))
FUNCTION(cuMemsetD8Async, 216, (CUdeviceptr, dstDevice), (unsigned char, uc), (size_t, N),
	(CUstream, hStream))
FUNCTION(cuMemsetD8Async_ptsz, 428, (CUdeviceptr, dstDevice), (unsigned char, uc),
	(size_t, N), (CUstream, hStream))
FUNCTION(cuMemsetD8_v2, 249, (CUdeviceptr, dstDevice), (unsigned char, uc), (size_t, N))
FUNCTION(cuMemsetD8_v2_ptds, 411, (CUdeviceptr, dstDevice), (unsigned char, uc),
	(size_t, N))
FUNCTION(cuMipmappedArrayCreate, 347, (CUmipmappedArray *, pHandle),
	(const CUDA_ARRAY3D_DESCRIPTOR *, pMipmappedArrayDesc), (unsigned int, numMipmapLevels))
FUNCTION(cuMipmappedArrayDestroy, 349, (CUmipmappedArray, hMipmappedArray))
FUNCTION(cuMipmappedArrayGetLevel, 348, (CUarray *, pLevelArray),
	(CUmipmappedArray, hMipmappedArray), (unsigned int, level))
FUNCTION(cuMipmappedArrayGetMemoryRequirements, 655,
	(CUDA_ARRAY_MEMORY_REQUIREMENTS *, memoryRequirements), (CUmipmappedArray, mipmap),
	(CUdevice, device))
FUNCTION(cuMipmappedArrayGetSparseProperties, 583,
	(CUDA_ARRAY_SPARSE_PROPERTIES *, sparseProperties), (CUmipmappedArray, mipmap))
FUNCTION(cuModuleEnumerateFunctions, 738, (CUfunction *, functions),
	(unsigned int, numFunctions), (CUmodule, mod))
FUNCTION(cuModuleGetFunction, 23, (CUfunction *, hfunc), (CUmodule, hmod),
	(const char *, name))
FUNCTION(cuModuleGetFunctionCount, 737, (unsigned int *, count), (CUmodule, mod))
FUNCTION(cuModuleGetGlobal, 24, (CUdeviceptr_v1 *, dptr), (unsigned int *, bytes),
	(CUmodule, hmod), (const char *, name))
FUNCTION(cuModuleGetGlobal_v2, 241, (CUdeviceptr *, dptr), (size_t *, bytes),
	(CUmodule, hmod), (const char *, name))
FUNCTION(cuModuleGetLoadingMode, 673, (CUmoduleLoadingMode *, mode))
FUNCTION(cuModuleGetSurfRef, 190, (CUsurfref *, pSurfRef), (CUmodule, hmod),
	(const char *, name))
FUNCTION(cuModuleGetTexRef, 26, (CUtexref *, pTexRef), (CUmodule, hmod),
	(const char *, name))
FUNCTION(cuModuleLoad, 18, (CUmodule *, module), (const char *, fname))
FUNCTION(cuModuleLoadData, 19, (CUmodule *, module), (const void *, image))
FUNCTION(cuModuleLoadDataEx, 20, (CUmodule *, module), (const void *, image),
	(unsigned int, numOptions), (CUjit_option *, options), (void **, optionValues))
FUNCTION(cuModuleLoadFatBinary, 21, (CUmodule *, module), (const void *, fatCubin))
FUNCTION(cuModuleUnload, 22, (CUmodule, hmod))
FUNCTION(cuMulticastAddDevice, 707, (CUmemGenericAllocationHandle, mcHandle),
	(CUdevice, dev))
FUNCTION(cuMulticastBindAddr, 709, (CUmemGenericAllocationHandle, mcHandle),
	(size_t, mcOffset), (CUdeviceptr, memptr), (size_t, size), (unsigned long long, flags))
FUNCTION(cuMulticastBindMem, 708, (CUmemGenericAllocationHandle, mcHandle),
	(size_t, mcOffset), (CUmemGenericAllocationHandle, memHandle), (size_t, memOffset),
	(size_t, size), (unsigned long long, flags))
FUNCTION(cuMulticastCreate, 706, (CUmemGenericAllocationHandle *, mcHandle),
	(const CUmulticastObjectProp *, prop))
FUNCTION(cuMulticastGetGranularity, 711, (size_t *, granularity),
	(const CUmulticastObjectProp *, prop), (CUmulticastGranularity_flags, option))
FUNCTION(cuMulticastUnbind, 710, (CUmemGenericAllocationHandle, mcHandle),
	(CUdevice, dev), (size_t, mcOffset), (size_t, size))
FUNCTION(cuOccupancyAvailableDynamicSMemPerBlock, 543, (size_t *, dynamicSmemSize),
	(CUfunction, func), (int, numBlocks), (int, blockSize))
FUNCTION(cuOccupancyMaxActiveBlocksPerMultiprocessor, 374, (int *, numBlocks),
	(CUfunction, func), (int, blockSize), (size_t, dynamicSMemSize))
FUNCTION(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags, 451, (int *, numBlocks),
	(CUfunction, func), (int, blockSize), (size_t, dynamicSMemSize), (unsigned int, flags))
FUNCTION(cuOccupancyMaxActiveClusters, 676, (int *, numClusters), (CUfunction, func),
	(const CUlaunchConfig *, config))
FUNCTION(cuOccupancyMaxPotentialBlockSize, 384, (int *, minGridSize), (int *, blockSize),
	(CUfunction, func), (CUoccupancyB2DSize, blockSizeToDynamicSMemSize),
	(size_t, dynamicSMemSize), (int, blockSizeLimit))
FUNCTION(cuOccupancyMaxPotentialBlockSizeWithFlags, 452, (int *, minGridSize),
	(int *, blockSize), (CUfunction, func), (CUoccupancyB2DSize, blockSizeToDynamicSMemSize),
	(size_t, dynamicSMemSize), (int, blockSizeLimit), (unsigned int, flags))
FUNCTION(cuOccupancyMaxPotentialClusterSize, 675, (int *, clusterSize),
	(CUfunction, func), (const CUlaunchConfig *, config))
FUNCTION(cuParamSetSize, 110, (CUfunction, hfunc), (unsigned int, numbytes))
FUNCTION(cuParamSetTexRef, 114, (CUfunction, hfunc), (int, texunit), (CUtexref, hTexRef))
FUNCTION(cuParamSetf, 112, (CUfunction, hfunc), (int, offset), (float, value))
FUNCTION(cuParamSeti, 111, (CUfunction, hfunc), (int, offset), (unsigned int, value))
FUNCTION(cuParamSetv, 113, (CUfunction, hfunc), (int, offset), (void *, ptr),
	(unsigned int, numbytes))
FUNCTION(cuPointerGetAttribute, 310, (void *, data), (CUpointer_attribute, attribute),
	(CUdeviceptr, ptr))
FUNCTION(cuPointerGetAttributes, 450, (unsigned int, numAttributes),
	(CUpointer_attribute *, attributes), (void **, data), (CUdeviceptr, ptr))
FUNCTION(cuPointerSetAttribute, 378, (const void *, value),
	(CUpointer_attribute, attribute), (CUdeviceptr, ptr))
PLAIN(cuProfilerStart, 308)
PLAIN(cuProfilerStop, 309)
FUNCTION(cuSignalExternalSemaphoresAsync, 490, (const CUexternalSemaphore *, extSemArray),
	(const CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS *, paramsArray), (unsigned int, numExtSems),
	(CUstream, stream))
FUNCTION(cuSignalExternalSemaphoresAsync_ptsz, 491,
	(const CUexternalSemaphore *, extSemArray),
	(const CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS *, paramsArray), (unsigned int, numExtSems),
	(CUstream, stream))
FUNCTION(cuStreamAddCallback, 346, (CUstream, hStream), (CUstreamCallback, callback),
	(void *, userData), (unsigned int, flags))
FUNCTION(cuStreamAddCallback_ptsz, 437, (CUstream, hStream), (CUstreamCallback, callback),
	(void *, userData), (unsigned int, flags))
FUNCTION(cuStreamAttachMemAsync, 377, (CUstream, hStream), (CUdeviceptr, dptr),
	(size_t, length), (unsigned int, flags))
FUNCTION(cuStreamAttachMemAsync_ptsz, 438, (CUstream, hStream), (CUdeviceptr, dptr),
	(size_t, length), (unsigned int, flags))
FUNCTION(cuStreamBatchMemOp, 462, (CUstream, stream), (unsigned int, count),
	(CUstreamBatchMemOpParams *, paramArray), (unsigned int, flags))
FUNCTION(cuStreamBatchMemOp_ptsz, 463, (CUstream, stream), (unsigned int, count),
	(CUstreamBatchMemOpParams *, paramArray), (unsigned int, flags))
FUNCTION(cuStreamBatchMemOp_v2, 667, (CUstream, stream), (unsigned int, count),
	(CUstreamBatchMemOpParams *, paramArray), (unsigned int, flags))
FUNCTION(cuStreamBatchMemOp_v2_ptsz, 668, (CUstream, stream), (unsigned int, count),
	(CUstreamBatchMemOpParams *, paramArray), (unsigned int, flags))
FUNCTION(cuStreamBeginCapture, 495, (CUstream, hStream))
FUNCTION(cuStreamBeginCaptureToGraph, 720, (CUstream, hStream), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (const CUgraphEdgeData *, dependencyData),
	(size_t, numDependencies), (CUstreamCaptureMode, mode))
FUNCTION(cuStreamBeginCaptureToGraph_ptsz, 721, (CUstream, hStream), (CUgraph, hGraph),
	(const CUgraphNode *, dependencies), (const CUgraphEdgeData *, dependencyData),
	(size_t, numDependencies), (CUstreamCaptureMode, mode))
FUNCTION(cuStreamBeginCapture_ptsz, 496, (CUstream, hStream))
FUNCTION(cuStreamBeginCapture_v2, 539, (CUstream, hStream), (CUstreamCaptureMode, mode))
FUNCTION(cuStreamBeginCapture_v2_ptsz, 540, (CUstream, hStream),
	(CUstreamCaptureMode, mode))
FUNCTION(cuStreamCopyAttributes, 572, (CUstream, dstStream), (CUstream, srcStream))
FUNCTION(cuStreamCopyAttributes_ptsz, 573, (CUstream, dst), (CUstream, src))
FUNCTION(cuStreamCreate, 124, (CUstream *, phStream), (unsigned int, Flags))
FUNCTION(cuStreamCreateWithPriority, 367, (CUstream *, phStream), (unsigned int, flags),
	(int, priority))
FUNCTION(cuStreamDestroy, 127, (CUstream, hStream))
FUNCTION(cuStreamDestroy_v2, 326, (CUstream, hStream))
FUNCTION(cuStreamEndCapture, 497, (CUstream, hStream), (CUgraph *, phGraph))
FUNCTION(cuStreamEndCapture_ptsz, 498, (CUstream, hStream), (CUgraph *, phGraph))
FUNCTION(cuStreamGetAttribute, 574, (CUstream, hStream), (CUstreamAttrID, attr),
	(CUstreamAttrValue *, value))
FUNCTION(cuStreamGetAttribute_ptsz, 575, (CUstream, hStream), (CUstreamAttrID, attr),
	(CUstreamAttrValue *, value_out))
FUNCTION(cuStreamGetCaptureInfo, 536, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus_out), (cuuint64_t *, id_out))
FUNCTION(cuStreamGetCaptureInfo_ptsz, 537, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus_out), (cuuint64_t *, id_out))
FUNCTION(cuStreamGetCaptureInfo_v2, 629, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus_out), (cuuint64_t *, id_out),
	(CUgraph *, graph_out), (const CUgraphNode **, dependencies_out),
	(size_t *, numDependencies_out))
FUNCTION(cuStreamGetCaptureInfo_v2_ptsz, 630, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus_out), (cuuint64_t *, id_out),
	(CUgraph *, graph_out), (const CUgraphNode **, dependencies_out),
	(size_t *, numDependencies_out))
FUNCTION(cuStreamGetCaptureInfo_v3, 729, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus_out), (cuuint64_t *, id_out),
	(CUgraph *, graph_out), (const CUgraphNode **, dependencies_out),
	(const CUgraphEdgeData **, edgeData_out), (size_t *, numDependencies_out))
FUNCTION(cuStreamGetCaptureInfo_v3_ptsz, 730, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus_out), (cuuint64_t *, id_out),
	(CUgraph *, graph_out), (const CUgraphNode **, dependencies_out),
	(const CUgraphEdgeData **, edgeData_out), (size_t *, numDependencies_out))
FUNCTION(cuStreamGetCtx, 483, (CUstream, hStream), (CUcontext *, pctx))
FUNCTION(cuStreamGetCtx_ptsz, 484, (CUstream, hStream), (CUcontext *, pctx))
FUNCTION(cuStreamGetCtx_v2, 759, (CUstream, hStream), (CUcontext *, pCtx),
	(CUgreenCtx *, pGreenCtx))
FUNCTION(cuStreamGetCtx_v2_ptsz, 760, (CUstream, hStream), (CUcontext *, pCtx),
	(CUgreenCtx *, pGreenCtx))
FUNCTION(cuStreamGetDevice, 774, (CUstream, hStream), (CUdevice *, device))
FUNCTION(cuStreamGetDevice_ptsz, 775, (CUstream, hStream), (CUdevice *, device))
FUNCTION(cuStreamGetFlags, 369, (CUstream, hStream), (unsigned int *, flags))
FUNCTION(cuStreamGetFlags_ptsz, 435, (CUstream, hStream), (unsigned int *, flags))
FUNCTION(cuStreamGetGreenCtx, 752, (CUstream, hStream), (CUgreenCtx *, phCtx))
FUNCTION(cuStreamGetId, 693, (CUstream, hStream), (unsigned long long *, streamId))
FUNCTION(cuStreamGetId_ptsz, 694, (CUstream, hStream), (unsigned long long *, streamId))
FUNCTION(cuStreamGetPriority, 368, (CUstream, hStream), (int *, priority))
FUNCTION(cuStreamGetPriority_ptsz, 434, (CUstream, hStream), (int *, priority))
FUNCTION(cuStreamIsCapturing, 499, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus))
FUNCTION(cuStreamIsCapturing_ptsz, 500, (CUstream, hStream),
	(CUstreamCaptureStatus *, captureStatus))
FUNCTION(cuStreamQuery, 125, (CUstream, hStream))
FUNCTION(cuStreamQuery_ptsz, 439, (CUstream, hStream))
FUNCTION(cuStreamSetAttribute, 576, (CUstream, hStream), (CUstreamAttrID, attr),
	(const CUstreamAttrValue *, param))
FUNCTION(cuStreamSetAttribute_ptsz, 577, (CUstream, hStream), (CUstreamAttrID, attr),
	(const CUstreamAttrValue *, value))
FUNCTION(cuStreamSynchronize, 126, (CUstream, hStream))
FUNCTION(cuStreamSynchronize_ptsz, 440, (CUstream, hStream))
FUNCTION(cuStreamUpdateCaptureDependencies, 631, (CUstream, hStream),
	(CUgraphNode *, dependencies), (size_t, numDependencies), (unsigned int, flags))
FUNCTION(cuStreamUpdateCaptureDependencies_ptsz, 632, (CUstream, hStream),
	(CUgraphNode *, dependencies), (size_t, numDependencies), (unsigned int, flags))
FUNCTION(cuStreamUpdateCaptureDependencies_v2, 731, (CUstream, hStream),
	(CUgraphNode *, dependencies), (const CUgraphEdgeData *, dependencyData),
	(size_t, numDependencies), (unsigned int, flags))
FUNCTION(cuStreamUpdateCaptureDependencies_v2_ptsz, 732, (CUstream, hStream),
	(CUgraphNode *, dependencies), (const CUgraphEdgeData *, dependencyData),
	(size_t, numDependencies), (unsigned int, flags))
FUNCTION(cuStreamWaitEvent, 295, (CUstream, hStream), (CUevent, hEvent),
	(unsigned int, Flags))
FUNCTION(cuStreamWaitEvent_ptsz, 436, (CUstream, hStream), (CUevent, hEvent),
	(unsigned int, Flags))
FUNCTION(cuStreamWaitValue32, 458, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWaitValue32_ptsz, 459, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWaitValue32_v2, 659, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWaitValue32_v2_ptsz, 660, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWaitValue64, 473, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuStreamWaitValue64_ptsz, 474, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuStreamWaitValue64_v2, 661, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuStreamWaitValue64_v2_ptsz, 662, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue32, 460, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue32_ptsz, 461, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue32_v2, 663, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue32_v2_ptsz, 664, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint32_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue64, 475, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue64_ptsz, 476, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue64_v2, 665, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuStreamWriteValue64_v2_ptsz, 666, (CUstream, stream), (CUdeviceptr, addr),
	(cuuint64_t, value), (unsigned int, flags))
FUNCTION(cuSurfObjectCreate, 343, (CUsurfObject *, pSurfObject),
	(const CUDA_RESOURCE_DESC *, pResDesc))
FUNCTION(cuSurfObjectDestroy, 344, (CUsurfObject, surfObject))
FUNCTION(cuSurfObjectGetResourceDesc, 345, (CUDA_RESOURCE_DESC *, pResDesc),
	(CUsurfObject, surfObject))
FUNCTION(cuSurfRefGetArray, 196, (CUarray *, phArray), (CUsurfref, hSurfRef))
FUNCTION(cuSurfRefSetArray, 194, (CUsurfref, hSurfRef), (CUarray, hArray),
	(unsigned int, Flags))
FUNCTION(cuTensorMapEncodeIm2col, 698, (CUtensorMap *, tensorMap),
	(CUtensorMapDataType, tensorDataType), (cuuint32_t, tensorRank), (void *, globalAddress),
	(const cuuint64_t *, globalDim), (const cuuint64_t *, globalStrides),
	(const int *, pixelBoxLowerCorner), (const int *, pixelBoxUpperCorner),
	(cuuint32_t, channelsPerPixel), (cuuint32_t, pixelsPerColumn),
	(const cuuint32_t *, elementStrides), (CUtensorMapInterleave, interleave),
	(CUtensorMapSwizzle, swizzle), (CUtensorMapL2promotion, l2Promotion),
	(CUtensorMapFloatOOBfill, oobFill))
FUNCTION(cuTensorMapEncodeIm2colWide, 781, (CUtensorMap *, tensorMap),
	(CUtensorMapDataType, tensorDataType), (cuuint32_t, tensorRank), (void *, globalAddress),
	(const cuuint64_t *, globalDim), (const cuuint64_t *, globalStrides),
	(int, pixelBoxLowerCornerWidth), (int, pixelBoxUpperCornerWidth),
	(cuuint32_t, channelsPerPixel), (cuuint32_t, pixelsPerColumn),
	(const cuuint32_t *, elementStrides), (CUtensorMapInterleave, interleave),
	(CUtensorMapIm2ColWideMode, mode), (CUtensorMapSwizzle, swizzle),
	(CUtensorMapL2promotion, l2Promotion), (CUtensorMapFloatOOBfill, oobFill))
FUNCTION(cuTensorMapEncodeTiled, 697, (CUtensorMap *, tensorMap),
	(CUtensorMapDataType, tensorDataType), (cuuint32_t, tensorRank), (void *, globalAddress),
	(const cuuint64_t *, globalDim), (const cuuint64_t *, globalStrides),
	(const cuuint32_t *, boxDim), (const cuuint32_t *, elementStrides),
	(CUtensorMapInterleave, interleave), (CUtensorMapSwizzle, swizzle),
	(CUtensorMapL2promotion, l2Promotion), (CUtensorMapFloatOOBfill, oobFill))
FUNCTION(cuTensorMapReplaceAddress, 699, (CUtensorMap *, tensorMap),
	(void *, globalAddress))
FUNCTION(cuTexObjectCreate, 339, (CUtexObject *, pTexObject),
	(const CUDA_RESOURCE_DESC *, pResDesc), (const CUDA_TEXTURE_DESC *, pTexDesc),
	(const CUDA_RESOURCE_VIEW_DESC *, pResViewDesc))
FUNCTION(cuTexObjectDestroy, 340, (CUtexObject, texObject))
FUNCTION(cuTexObjectGetResourceDesc, 341, (CUDA_RESOURCE_DESC *, pResDesc),
	(CUtexObject, texObject))
FUNCTION(cuTexObjectGetResourceViewDesc, 361, (CUDA_RESOURCE_VIEW_DESC *, pResViewDesc),
	(CUtexObject, texObject))
FUNCTION(cuTexObjectGetTextureDesc, 342, (CUDA_TEXTURE_DESC *, pTexDesc),
	(CUtexObject, texObject))
FUNCTION(cuTexRefCreate, 92, (CUtexref *, pTexRef))
FUNCTION(cuTexRefDestroy, 93, (CUtexref, hTexRef))
FUNCTION(cuTexRefGetAddress, 103, (CUdeviceptr_v1 *, pdptr), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetAddressMode, 106, (CUaddress_mode *, pam), (CUtexref, hTexRef),
	(int, dim))
FUNCTION(cuTexRefGetAddress_v2, 257, (CUdeviceptr *, pdptr), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetArray, 105, (CUarray *, phArray), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetBorderColor, 456, (float *, pBorderColor), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetFilterMode, 107, (CUfilter_mode *, pfm), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetFlags, 109, (unsigned int *, pFlags), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetFormat, 108, (CUarray_format *, pFormat), (int *, pNumChannels),
	(CUtexref, hTexRef))
FUNCTION(cuTexRefGetMaxAnisotropy, 359, (int *, pmaxAniso), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetMipmapFilterMode, 356, (CUfilter_mode *, pfm), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetMipmapLevelBias, 357, (float *, pbias), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetMipmapLevelClamp, 358, (float *, pminMipmapLevelClamp),
	(float *, pmaxMipmapLevelClamp), (CUtexref, hTexRef))
FUNCTION(cuTexRefGetMipmappedArray, 355, (CUmipmappedArray *, phMipmappedArray),
	(CUtexref, hTexRef))
FUNCTION(cuTexRefSetAddress, 95, (unsigned int *, ByteOffset), (CUtexref, hTexRef),
	(CUdeviceptr_v1, dptr), (unsigned int, bytes))
FUNCTION(cuTexRefSetAddress2D, 97, (CUtexref, hTexRef),
	(const CUDA_ARRAY_DESCRIPTOR_v1 *, desc), (CUdeviceptr_v1, dptr), (unsigned int, Pitch))
FUNCTION(cuTexRefSetAddress2D_v2, 256, (CUtexref, hTexRef),
	(const CUDA_ARRAY_DESCRIPTOR *, desc), (CUdeviceptr, dptr), (size_t, Pitch))
FUNCTION(cuTexRefSetAddress2D_v3, 327, (CUtexref, hTexRef),
	(const CUDA_ARRAY_DESCRIPTOR *, desc), (CUdeviceptr, dptr), (size_t, Pitch))
FUNCTION(cuTexRefSetAddressMode, 100, (CUtexref, hTexRef), (int, dim),
	(CUaddress_mode, am))
FUNCTION(cuTexRefSetAddress_v2, 255, (size_t *, ByteOffset), (CUtexref, hTexRef),
	(CUdeviceptr, dptr), (size_t, bytes))
FUNCTION(cuTexRefSetArray, 94, (CUtexref, hTexRef), (CUarray, hArray),
	(unsigned int, Flags))
FUNCTION(cuTexRefSetBorderColor, 455, (CUtexref, hTexRef), (float *, pBorderColor))
FUNCTION(cuTexRefSetFilterMode, 101, (CUtexref, hTexRef), (CUfilter_mode, fm))
FUNCTION(cuTexRefSetFlags, 102, (CUtexref, hTexRef), (unsigned int, Flags))
FUNCTION(cuTexRefSetFormat, 99, (CUtexref, hTexRef), (CUarray_format, fmt),
	(int, NumPackedComponents))
FUNCTION(cuTexRefSetMaxAnisotropy, 354, (CUtexref, hTexRef), (unsigned int, maxAniso))
FUNCTION(cuTexRefSetMipmapFilterMode, 351, (CUtexref, hTexRef), (CUfilter_mode, fm))
FUNCTION(cuTexRefSetMipmapLevelBias, 352, (CUtexref, hTexRef), (float, bias))
FUNCTION(cuTexRefSetMipmapLevelClamp, 353, (CUtexref, hTexRef),
	(float, minMipmapLevelClamp), (float, maxMipmapLevelClamp))
FUNCTION(cuTexRefSetMipmappedArray, 350, (CUtexref, hTexRef),
	(CUmipmappedArray, hMipmappedArray), (unsigned int, Flags))
FUNCTION(cuThreadExchangeStreamCaptureMode, 541, (CUstreamCaptureMode *, mode))
FUNCTION(cuUserObjectCreate, 633, (CUuserObject *, object_out), (void *, ptr),
	(CUhostFn, destroy), (unsigned int, initialRefcount), (unsigned int, flags))
FUNCTION(cuUserObjectRelease, 635, (CUuserObject, object), (unsigned int, count))
FUNCTION(cuUserObjectRetain, 634, (CUuserObject, object), (unsigned int, count))
FUNCTION(cuWaitExternalSemaphoresAsync, 492, (const CUexternalSemaphore *, extSemArray),
	(const CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS *, paramsArray), (unsigned int, numExtSems),
	(CUstream, stream))
FUNCTION(cuWaitExternalSemaphoresAsync_ptsz, 493,
	(const CUexternalSemaphore *, extSemArray),
	(const CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS *, paramsArray), (unsigned int, numExtSems),
	(CUstream, stream))
NUMBER(SIZE, 807)
NUMBER(cuEventCreateFromEGLSync, 479)
NUMBER(cuGLCtxCreate, 174)
NUMBER(cuGLCtxCreate_v2, 239)
NUMBER(cuGLRegisterBufferObject, 179)
NUMBER(cuGLUnregisterBufferObject, 182)
NUMBER(cuGraphicsEGLRegisterImage, 390)
NUMBER(cuGraphicsGLRegisterBuffer, 175)
NUMBER(cuGraphicsGLRegisterImage, 176)
NUMBER(cuGraphicsVDPAURegisterOutputSurface, 189)
NUMBER(cuGraphicsVDPAURegisterVideoSurface, 188)
NUMBER(cuMemHostAlloc_v2, 271)
NUMBER(cuProfilerInitialize, 311)
NUMBER(cuVDPAUCtxCreate, 187)
NUMBER(cuVDPAUCtxCreate_v2, 240)
/* clang-format on */
