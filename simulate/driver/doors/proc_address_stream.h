/*
 * Rows of the cuGetProcAddress table: streams, graphs, copies and launches.
 *
 * LEGACY(base name, lowest CUDA version, suffix of the symbol) answers every request;
 * PER_THREAD, preferred to it, one with the per-thread default stream flag.
 */
#ifndef VT_SIMULATE_PROC_ADDRESS_STREAM_H
#define VT_SIMULATE_PROC_ADDRESS_STREAM_H

/* clang-format off */
#define VT_PROC_ADDRESS_STREAM(LEGACY, PER_THREAD) \
	LEGACY(cuEventCreate, 2000, ) \
	LEGACY(cuEventDestroy, 2000, ) LEGACY(cuEventDestroy, 4000, _v2) \
	LEGACY(cuEventElapsedTime, 2000, ) LEGACY(cuEventElapsedTime, 12080, _v2) \
	LEGACY(cuEventQuery, 2000, ) \
	LEGACY(cuEventRecord, 2000, ) PER_THREAD(cuEventRecord, 7000, _ptsz) \
	LEGACY(cuEventRecordWithFlags, 11010, ) \
	PER_THREAD(cuEventRecordWithFlags, 11010, _ptsz) \
	LEGACY(cuEventSynchronize, 2000, ) \
	LEGACY(cuGraphAddBatchMemOpNode, 11070, ) \
	LEGACY(cuGraphAddChildGraphNode, 10000, ) \
	LEGACY(cuGraphAddDependencies, 10000, ) LEGACY(cuGraphAddDependencies, 12030, _v2) \
	LEGACY(cuGraphAddEmptyNode, 10000, ) \
	LEGACY(cuGraphAddEventRecordNode, 11010, ) \
	LEGACY(cuGraphAddEventWaitNode, 11010, ) \
	LEGACY(cuGraphAddExternalSemaphoresSignalNode, 11020, ) \
	LEGACY(cuGraphAddExternalSemaphoresWaitNode, 11020, ) \
	LEGACY(cuGraphAddHostNode, 10000, ) \
	LEGACY(cuGraphAddKernelNode, 10000, ) LEGACY(cuGraphAddKernelNode, 12000, _v2) \
	LEGACY(cuGraphAddMemAllocNode, 11040, ) \
	LEGACY(cuGraphAddMemFreeNode, 11040, ) \
	LEGACY(cuGraphAddMemcpyNode, 10000, ) \
	LEGACY(cuGraphAddMemsetNode, 10000, ) \
	LEGACY(cuGraphAddNode, 12020, ) LEGACY(cuGraphAddNode, 12030, _v2) \
	LEGACY(cuGraphBatchMemOpNodeGetParams, 11070, ) \
	LEGACY(cuGraphBatchMemOpNodeSetParams, 11070, ) \
	LEGACY(cuGraphChildGraphNodeGetGraph, 10000, ) \
	LEGACY(cuGraphClone, 10000, ) \
	LEGACY(cuGraphConditionalHandleCreate, 12030, ) \
	LEGACY(cuGraphCreate, 10000, ) \
	LEGACY(cuGraphDebugDotPrint, 11030, ) \
	LEGACY(cuGraphDestroy, 10000, ) \
	LEGACY(cuGraphDestroyNode, 10000, ) \
	LEGACY(cuGraphEventRecordNodeGetEvent, 11010, ) \
	LEGACY(cuGraphEventRecordNodeSetEvent, 11010, ) \
	LEGACY(cuGraphEventWaitNodeGetEvent, 11010, ) \
	LEGACY(cuGraphEventWaitNodeSetEvent, 11010, ) \
	LEGACY(cuGraphExecBatchMemOpNodeSetParams, 11070, ) \
	LEGACY(cuGraphExecChildGraphNodeSetParams, 11010, ) \
	LEGACY(cuGraphExecDestroy, 10000, ) \
	LEGACY(cuGraphExecEventRecordNodeSetEvent, 11010, ) \
	LEGACY(cuGraphExecEventWaitNodeSetEvent, 11010, ) \
	LEGACY(cuGraphExecExternalSemaphoresSignalNodeSetParams, 11020, ) \
	LEGACY(cuGraphExecExternalSemaphoresWaitNodeSetParams, 11020, ) \
	LEGACY(cuGraphExecGetFlags, 12000, ) \
	LEGACY(cuGraphExecHostNodeSetParams, 10020, ) \
	LEGACY(cuGraphExecKernelNodeSetParams, 10010, ) \
	LEGACY(cuGraphExecKernelNodeSetParams, 12000, _v2) \
	LEGACY(cuGraphExecMemcpyNodeSetParams, 10020, ) \
	LEGACY(cuGraphExecMemsetNodeSetParams, 10020, ) \
	LEGACY(cuGraphExecNodeSetParams, 12020, ) \
	LEGACY(cuGraphExecUpdate, 10020, ) LEGACY(cuGraphExecUpdate, 12000, _v2) \
	LEGACY(cuGraphExternalSemaphoresSignalNodeGetParams, 11020, ) \
	LEGACY(cuGraphExternalSemaphoresSignalNodeSetParams, 11020, ) \
	LEGACY(cuGraphExternalSemaphoresWaitNodeGetParams, 11020, ) \
	LEGACY(cuGraphExternalSemaphoresWaitNodeSetParams, 11020, ) \
	LEGACY(cuGraphGetEdges, 10000, ) LEGACY(cuGraphGetEdges, 12030, _v2) \
	LEGACY(cuGraphGetNodes, 10000, ) \
	LEGACY(cuGraphGetRootNodes, 10000, ) \
	LEGACY(cuGraphHostNodeGetParams, 10000, ) \
	LEGACY(cuGraphHostNodeSetParams, 10000, ) \
	LEGACY(cuGraphInstantiate, 10000, ) LEGACY(cuGraphInstantiate, 11000, _v2) \
	LEGACY(cuGraphInstantiateWithFlags, 11040, ) \
	LEGACY(cuGraphInstantiateWithParams, 12000, ) \
	PER_THREAD(cuGraphInstantiateWithParams, 12000, _ptsz) \
	LEGACY(cuGraphKernelNodeCopyAttributes, 11000, ) \
	LEGACY(cuGraphKernelNodeGetAttribute, 11000, ) \
	LEGACY(cuGraphKernelNodeGetParams, 10000, ) \
	LEGACY(cuGraphKernelNodeGetParams, 12000, _v2) \
	LEGACY(cuGraphKernelNodeSetAttribute, 11000, ) \
	LEGACY(cuGraphKernelNodeSetParams, 10000, ) \
	LEGACY(cuGraphKernelNodeSetParams, 12000, _v2) \
	LEGACY(cuGraphLaunch, 10000, ) PER_THREAD(cuGraphLaunch, 10000, _ptsz) \
	LEGACY(cuGraphMemAllocNodeGetParams, 11040, ) \
	LEGACY(cuGraphMemFreeNodeGetParams, 11040, ) \
	LEGACY(cuGraphMemcpyNodeGetParams, 10000, ) \
	LEGACY(cuGraphMemcpyNodeSetParams, 10000, ) \
	LEGACY(cuGraphMemsetNodeGetParams, 10000, ) \
	LEGACY(cuGraphMemsetNodeSetParams, 10000, ) \
	LEGACY(cuGraphNodeFindInClone, 10000, ) \
	LEGACY(cuGraphNodeGetDependencies, 10000, ) \
	LEGACY(cuGraphNodeGetDependencies, 12030, _v2) \
	LEGACY(cuGraphNodeGetDependentNodes, 10000, ) \
	LEGACY(cuGraphNodeGetDependentNodes, 12030, _v2) \
	LEGACY(cuGraphNodeGetEnabled, 11060, ) \
	LEGACY(cuGraphNodeGetType, 10000, ) \
	LEGACY(cuGraphNodeSetEnabled, 11060, ) \
	LEGACY(cuGraphNodeSetParams, 12020, ) \
	LEGACY(cuGraphReleaseUserObject, 11030, ) \
	LEGACY(cuGraphRemoveDependencies, 10000, ) \
	LEGACY(cuGraphRemoveDependencies, 12030, _v2) \
	LEGACY(cuGraphRetainUserObject, 11030, ) \
	LEGACY(cuGraphUpload, 11010, ) PER_THREAD(cuGraphUpload, 11010, _ptsz) \
	LEGACY(cuGraphicsMapResources, 3000, ) \
	PER_THREAD(cuGraphicsMapResources, 7000, _ptsz) \
	LEGACY(cuGraphicsResourceGetMappedMipmappedArray, 5000, ) \
	LEGACY(cuGraphicsResourceGetMappedPointer, 3000, ) \
	LEGACY(cuGraphicsResourceGetMappedPointer, 3020, _v2) \
	LEGACY(cuGraphicsResourceSetMapFlags, 3000, ) \
	LEGACY(cuGraphicsResourceSetMapFlags, 6050, _v2) \
	LEGACY(cuGraphicsSubResourceGetMappedArray, 3000, ) \
	LEGACY(cuGraphicsUnmapResources, 3000, ) \
	PER_THREAD(cuGraphicsUnmapResources, 7000, _ptsz) \
	LEGACY(cuGraphicsUnregisterResource, 3000, ) \
	LEGACY(cuGreenCtxCreate, 12040, ) \
	LEGACY(cuGreenCtxDestroy, 12040, ) \
	LEGACY(cuGreenCtxGetDevResource, 12040, ) \
	LEGACY(cuGreenCtxGetId, 12090, ) \
	LEGACY(cuGreenCtxRecordEvent, 12040, ) \
	LEGACY(cuGreenCtxStreamCreate, 12050, ) \
	LEGACY(cuGreenCtxWaitEvent, 12040, ) \
	LEGACY(cuLaunch, 2000, ) \
	LEGACY(cuLaunchCooperativeKernel, 9000, ) \
	PER_THREAD(cuLaunchCooperativeKernel, 9000, _ptsz) \
	LEGACY(cuLaunchCooperativeKernelMultiDevice, 9000, ) \
	LEGACY(cuLaunchGrid, 2000, ) \
	LEGACY(cuLaunchGridAsync, 2000, ) \
	LEGACY(cuLaunchHostFunc, 10000, ) PER_THREAD(cuLaunchHostFunc, 10000, _ptsz) \
	LEGACY(cuLaunchKernel, 4000, ) PER_THREAD(cuLaunchKernel, 7000, _ptsz) \
	LEGACY(cuLaunchKernelEx, 11060, ) PER_THREAD(cuLaunchKernelEx, 11060, _ptsz) \
	LEGACY(cuMemcpy, 4000, ) PER_THREAD(cuMemcpy, 7000, _ptds) \
	LEGACY(cuMemcpy2D, 2000, ) LEGACY(cuMemcpy2D, 3020, _v2) \
	PER_THREAD(cuMemcpy2D, 7000, _v2_ptds) \
	LEGACY(cuMemcpy2DAsync, 2000, ) LEGACY(cuMemcpy2DAsync, 3020, _v2) \
	PER_THREAD(cuMemcpy2DAsync, 7000, _v2_ptsz) \
	LEGACY(cuMemcpy2DUnaligned, 2000, ) LEGACY(cuMemcpy2DUnaligned, 3020, _v2) \
	PER_THREAD(cuMemcpy2DUnaligned, 7000, _v2_ptds) \
	LEGACY(cuMemcpy3D, 2000, ) LEGACY(cuMemcpy3D, 3020, _v2) \
	PER_THREAD(cuMemcpy3D, 7000, _v2_ptds) \
	LEGACY(cuMemcpy3DAsync, 2000, ) LEGACY(cuMemcpy3DAsync, 3020, _v2) \
	PER_THREAD(cuMemcpy3DAsync, 7000, _v2_ptsz) \
	LEGACY(cuMemcpy3DBatchAsync, 12080, ) LEGACY(cuMemcpy3DBatchAsync, 13000, _v2) \
	PER_THREAD(cuMemcpy3DBatchAsync, 12080, _ptsz) \
	PER_THREAD(cuMemcpy3DBatchAsync, 13000, _v2_ptsz) \
	LEGACY(cuMemcpy3DPeer, 4000, ) PER_THREAD(cuMemcpy3DPeer, 7000, _ptds) \
	LEGACY(cuMemcpy3DPeerAsync, 4000, ) PER_THREAD(cuMemcpy3DPeerAsync, 7000, _ptsz) \
	LEGACY(cuMemcpyAsync, 4000, ) PER_THREAD(cuMemcpyAsync, 7000, _ptsz) \
	LEGACY(cuMemcpyAtoA, 2000, ) LEGACY(cuMemcpyAtoA, 3020, _v2) \
	PER_THREAD(cuMemcpyAtoA, 7000, _v2_ptds) \
	LEGACY(cuMemcpyAtoD, 2000, ) LEGACY(cuMemcpyAtoD, 3020, _v2) \
	PER_THREAD(cuMemcpyAtoD, 7000, _v2_ptds) \
	LEGACY(cuMemcpyAtoH, 2000, ) LEGACY(cuMemcpyAtoH, 3020, _v2) \
	PER_THREAD(cuMemcpyAtoH, 7000, _v2_ptds) \
	LEGACY(cuMemcpyAtoHAsync, 2000, ) LEGACY(cuMemcpyAtoHAsync, 3020, _v2) \
	PER_THREAD(cuMemcpyAtoHAsync, 7000, _v2_ptsz) \
	LEGACY(cuMemcpyBatchAsync, 12080, ) LEGACY(cuMemcpyBatchAsync, 13000, _v2) \
	PER_THREAD(cuMemcpyBatchAsync, 12080, _ptsz) \
	PER_THREAD(cuMemcpyBatchAsync, 13000, _v2_ptsz) \
	LEGACY(cuMemcpyDtoA, 2000, ) LEGACY(cuMemcpyDtoA, 3020, _v2) \
	PER_THREAD(cuMemcpyDtoA, 7000, _v2_ptds) \
	LEGACY(cuMemcpyDtoD, 2000, ) LEGACY(cuMemcpyDtoD, 3020, _v2) \
	PER_THREAD(cuMemcpyDtoD, 7000, _v2_ptds) \
	LEGACY(cuMemcpyDtoDAsync, 3000, ) LEGACY(cuMemcpyDtoDAsync, 3020, _v2) \
	PER_THREAD(cuMemcpyDtoDAsync, 7000, _v2_ptsz) \
	LEGACY(cuMemcpyDtoH, 2000, ) LEGACY(cuMemcpyDtoH, 3020, _v2) \
	PER_THREAD(cuMemcpyDtoH, 7000, _v2_ptds) \
	LEGACY(cuMemcpyDtoHAsync, 2000, ) LEGACY(cuMemcpyDtoHAsync, 3020, _v2) \
	PER_THREAD(cuMemcpyDtoHAsync, 7000, _v2_ptsz) \
	LEGACY(cuMemcpyHtoA, 2000, ) LEGACY(cuMemcpyHtoA, 3020, _v2) \
	PER_THREAD(cuMemcpyHtoA, 7000, _v2_ptds) \
	LEGACY(cuMemcpyHtoAAsync, 2000, ) LEGACY(cuMemcpyHtoAAsync, 3020, _v2) \
	PER_THREAD(cuMemcpyHtoAAsync, 7000, _v2_ptsz) \
	LEGACY(cuMemcpyHtoD, 2000, ) LEGACY(cuMemcpyHtoD, 3020, _v2) \
	PER_THREAD(cuMemcpyHtoD, 7000, _v2_ptds) \
	LEGACY(cuMemcpyHtoDAsync, 2000, ) LEGACY(cuMemcpyHtoDAsync, 3020, _v2) \
	PER_THREAD(cuMemcpyHtoDAsync, 7000, _v2_ptsz) \
	LEGACY(cuMemcpyPeer, 4000, ) PER_THREAD(cuMemcpyPeer, 7000, _ptds) \
	LEGACY(cuMemcpyPeerAsync, 4000, ) PER_THREAD(cuMemcpyPeerAsync, 7000, _ptsz) \
	LEGACY(cuMemsetD16, 2000, ) LEGACY(cuMemsetD16, 3020, _v2) \
	PER_THREAD(cuMemsetD16, 7000, _v2_ptds) \
	LEGACY(cuMemsetD16Async, 3020, ) PER_THREAD(cuMemsetD16Async, 7000, _ptsz) \
	LEGACY(cuMemsetD2D16, 2000, ) LEGACY(cuMemsetD2D16, 3020, _v2) \
	PER_THREAD(cuMemsetD2D16, 7000, _v2_ptds) \
	LEGACY(cuMemsetD2D16Async, 3020, ) PER_THREAD(cuMemsetD2D16Async, 7000, _ptsz) \
	LEGACY(cuMemsetD2D32, 2000, ) LEGACY(cuMemsetD2D32, 3020, _v2) \
	PER_THREAD(cuMemsetD2D32, 7000, _v2_ptds) \
	LEGACY(cuMemsetD2D32Async, 3020, ) PER_THREAD(cuMemsetD2D32Async, 7000, _ptsz) \
	LEGACY(cuMemsetD2D8, 2000, ) LEGACY(cuMemsetD2D8, 3020, _v2) \
	PER_THREAD(cuMemsetD2D8, 7000, _v2_ptds) \
	LEGACY(cuMemsetD2D8Async, 3020, ) PER_THREAD(cuMemsetD2D8Async, 7000, _ptsz) \
	LEGACY(cuMemsetD32, 2000, ) LEGACY(cuMemsetD32, 3020, _v2) \
	PER_THREAD(cuMemsetD32, 7000, _v2_ptds) \
	LEGACY(cuMemsetD32Async, 3020, ) PER_THREAD(cuMemsetD32Async, 7000, _ptsz) \
	LEGACY(cuMemsetD8, 2000, ) LEGACY(cuMemsetD8, 3020, _v2) \
	PER_THREAD(cuMemsetD8, 7000, _v2_ptds) \
	LEGACY(cuMemsetD8Async, 3020, ) PER_THREAD(cuMemsetD8Async, 7000, _ptsz) \
	LEGACY(cuSignalExternalSemaphoresAsync, 10000, ) \
	PER_THREAD(cuSignalExternalSemaphoresAsync, 10000, _ptsz) \
	LEGACY(cuStreamAddCallback, 5000, ) PER_THREAD(cuStreamAddCallback, 7000, _ptsz) \
	LEGACY(cuStreamAttachMemAsync, 6000, ) \
	PER_THREAD(cuStreamAttachMemAsync, 7000, _ptsz) \
	LEGACY(cuStreamBatchMemOp, 8000, ) LEGACY(cuStreamBatchMemOp, 11070, _v2) \
	PER_THREAD(cuStreamBatchMemOp, 8000, _ptsz) \
	PER_THREAD(cuStreamBatchMemOp, 11070, _v2_ptsz) \
	LEGACY(cuStreamBeginCapture, 10000, ) LEGACY(cuStreamBeginCapture, 10010, _v2) \
	PER_THREAD(cuStreamBeginCapture, 10000, _ptsz) \
	PER_THREAD(cuStreamBeginCapture, 10010, _v2_ptsz) \
	LEGACY(cuStreamBeginCaptureToGraph, 12030, ) \
	PER_THREAD(cuStreamBeginCaptureToGraph, 12030, _ptsz) \
	LEGACY(cuStreamCopyAttributes, 11000, ) \
	PER_THREAD(cuStreamCopyAttributes, 11000, _ptsz) \
	LEGACY(cuStreamCreate, 2000, ) \
	LEGACY(cuStreamCreateWithPriority, 5050, ) \
	LEGACY(cuStreamDestroy, 2000, ) LEGACY(cuStreamDestroy, 4000, _v2) \
	LEGACY(cuStreamEndCapture, 10000, ) PER_THREAD(cuStreamEndCapture, 10000, _ptsz) \
	LEGACY(cuStreamGetAttribute, 11000, ) \
	PER_THREAD(cuStreamGetAttribute, 11000, _ptsz) \
	LEGACY(cuStreamGetCaptureInfo, 10010, ) LEGACY(cuStreamGetCaptureInfo, 11030, _v2) \
	LEGACY(cuStreamGetCaptureInfo, 12030, _v3) \
	PER_THREAD(cuStreamGetCaptureInfo, 10010, _ptsz) \
	PER_THREAD(cuStreamGetCaptureInfo, 11030, _v2_ptsz) \
	PER_THREAD(cuStreamGetCaptureInfo, 12030, _v3_ptsz) \
	LEGACY(cuStreamGetCtx, 9020, ) LEGACY(cuStreamGetCtx, 12050, _v2) \
	PER_THREAD(cuStreamGetCtx, 9020, _ptsz) \
	PER_THREAD(cuStreamGetCtx, 12050, _v2_ptsz) \
	LEGACY(cuStreamGetDevice, 12080, ) PER_THREAD(cuStreamGetDevice, 12080, _ptsz) \
	LEGACY(cuStreamGetFlags, 5050, ) PER_THREAD(cuStreamGetFlags, 7000, _ptsz) \
	LEGACY(cuStreamGetGreenCtx, 12040, ) \
	LEGACY(cuStreamGetId, 12000, ) PER_THREAD(cuStreamGetId, 12000, _ptsz) \
	LEGACY(cuStreamGetPriority, 5050, ) PER_THREAD(cuStreamGetPriority, 7000, _ptsz) \
	LEGACY(cuStreamIsCapturing, 10000, ) PER_THREAD(cuStreamIsCapturing, 10000, _ptsz) \
	LEGACY(cuStreamQuery, 2000, ) PER_THREAD(cuStreamQuery, 7000, _ptsz) \
	LEGACY(cuStreamSetAttribute, 11000, ) \
	PER_THREAD(cuStreamSetAttribute, 11000, _ptsz) \
	LEGACY(cuStreamSynchronize, 2000, ) PER_THREAD(cuStreamSynchronize, 7000, _ptsz) \
	LEGACY(cuStreamUpdateCaptureDependencies, 11030, ) \
	LEGACY(cuStreamUpdateCaptureDependencies, 12030, _v2) \
	PER_THREAD(cuStreamUpdateCaptureDependencies, 11030, _ptsz) \
	PER_THREAD(cuStreamUpdateCaptureDependencies, 12030, _v2_ptsz) \
	LEGACY(cuStreamWaitEvent, 3020, ) PER_THREAD(cuStreamWaitEvent, 7000, _ptsz) \
	LEGACY(cuStreamWaitValue32, 8000, ) LEGACY(cuStreamWaitValue32, 11070, _v2) \
	PER_THREAD(cuStreamWaitValue32, 8000, _ptsz) \
	PER_THREAD(cuStreamWaitValue32, 11070, _v2_ptsz) \
	LEGACY(cuStreamWaitValue64, 9000, ) LEGACY(cuStreamWaitValue64, 11070, _v2) \
	PER_THREAD(cuStreamWaitValue64, 9000, _ptsz) \
	PER_THREAD(cuStreamWaitValue64, 11070, _v2_ptsz) \
	LEGACY(cuStreamWriteValue32, 8000, ) LEGACY(cuStreamWriteValue32, 11070, _v2) \
	PER_THREAD(cuStreamWriteValue32, 8000, _ptsz) \
	PER_THREAD(cuStreamWriteValue32, 11070, _v2_ptsz) \
	LEGACY(cuStreamWriteValue64, 9000, ) LEGACY(cuStreamWriteValue64, 11070, _v2) \
	PER_THREAD(cuStreamWriteValue64, 9000, _ptsz) \
	PER_THREAD(cuStreamWriteValue64, 11070, _v2_ptsz) \
	LEGACY(cuThreadExchangeStreamCaptureMode, 10010, ) \
	LEGACY(cuUserObjectCreate, 11030, ) \
	LEGACY(cuUserObjectRelease, 11030, ) \
	LEGACY(cuUserObjectRetain, 11030, ) \
	LEGACY(cuWaitExternalSemaphoresAsync, 10000, ) \
	PER_THREAD(cuWaitExternalSemaphoresAsync, 10000, _ptsz)
/* clang-format on */

#endif
