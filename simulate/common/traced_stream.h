/*
 * Rows of the driver's traced calls: streams, graphs, copies and launches.
 *
 * CALL(exported symbol, fields of NVIDIA's struct <symbol>_params in their order)
 * BARE(exported symbol that takes no argument)
 */
#ifndef VT_SIMULATE_TRACED_STREAM_H
#define VT_SIMULATE_TRACED_STREAM_H

/* clang-format off */
#define VT_TRACED_STREAM(CALL, BARE) \
	CALL(cuEventCreate, phEvent, Flags) CALL(cuEventDestroy, hEvent) \
	CALL(cuEventDestroy_v2, hEvent) CALL(cuEventElapsedTime, pMilliseconds, hStart, hEnd) \
	CALL(cuEventElapsedTime_v2, pMilliseconds, hStart, hEnd) CALL(cuEventQuery, hEvent) \
	CALL(cuEventRecord, hEvent, hStream) \
	CALL(cuEventRecordWithFlags, hEvent, hStream, flags) \
	CALL(cuEventRecordWithFlags_ptsz, hEvent, hStream, flags) \
	CALL(cuEventRecord_ptsz, hEvent, hStream) CALL(cuEventSynchronize, hEvent) \
	CALL(cuGraphAddBatchMemOpNode, phGraphNode, hGraph, dependencies, numDependencies, \
		nodeParams) \
	CALL(cuGraphAddChildGraphNode, phGraphNode, hGraph, dependencies, numDependencies, \
		childGraph) CALL(cuGraphAddDependencies, hGraph, from, to, numDependencies) \
	CALL(cuGraphAddDependencies_v2, hGraph, from, to, edgeData, numDependencies) \
	CALL(cuGraphAddEmptyNode, phGraphNode, hGraph, dependencies, numDependencies) \
	CALL(cuGraphAddEventRecordNode, phGraphNode, hGraph, dependencies, numDependencies, \
		event) \
	CALL(cuGraphAddEventWaitNode, phGraphNode, hGraph, dependencies, numDependencies, event) \
	CALL(cuGraphAddExternalSemaphoresSignalNode, phGraphNode, hGraph, dependencies, \
		numDependencies, nodeParams) \
	CALL(cuGraphAddExternalSemaphoresWaitNode, phGraphNode, hGraph, dependencies, \
		numDependencies, nodeParams) \
	CALL(cuGraphAddHostNode, phGraphNode, hGraph, dependencies, numDependencies, nodeParams) \
	CALL(cuGraphAddKernelNode, phGraphNode, hGraph, dependencies, numDependencies, \
		nodeParams) \
	CALL(cuGraphAddKernelNode_v2, phGraphNode, hGraph, dependencies, numDependencies, \
		nodeParams) \
	CALL(cuGraphAddMemAllocNode, phGraphNode, hGraph, dependencies, numDependencies, \
		nodeParams) \
	CALL(cuGraphAddMemFreeNode, phGraphNode, hGraph, dependencies, numDependencies, dptr) \
	CALL(cuGraphAddMemcpyNode, phGraphNode, hGraph, dependencies, numDependencies, \
		copyParams, ctx) \
	CALL(cuGraphAddMemsetNode, phGraphNode, hGraph, dependencies, numDependencies, \
		memsetParams, ctx) \
	CALL(cuGraphAddNode, phGraphNode, hGraph, dependencies, numDependencies, nodeParams) \
	CALL(cuGraphAddNode_v2, phGraphNode, hGraph, dependencies, dependencyData, \
		numDependencies, nodeParams) \
	CALL(cuGraphBatchMemOpNodeGetParams, hNode, nodeParams_out) \
	CALL(cuGraphBatchMemOpNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphChildGraphNodeGetGraph, hNode, phGraph) \
	CALL(cuGraphClone, phGraphClone, originalGraph) \
	CALL(cuGraphConditionalHandleCreate, pHandle_out, hGraph, ctx, defaultLaunchValue, \
		flags) CALL(cuGraphCreate, phGraph, flags) \
	CALL(cuGraphDebugDotPrint, hGraph, path, flags) CALL(cuGraphDestroy, hGraph) \
	CALL(cuGraphDestroyNode, hNode) CALL(cuGraphEventRecordNodeGetEvent, hNode, event_out) \
	CALL(cuGraphEventRecordNodeSetEvent, hNode, event) \
	CALL(cuGraphEventWaitNodeGetEvent, hNode, event_out) \
	CALL(cuGraphEventWaitNodeSetEvent, hNode, event) \
	CALL(cuGraphExecBatchMemOpNodeSetParams, hGraphExec, hNode, nodeParams) \
	CALL(cuGraphExecChildGraphNodeSetParams, hGraphExec, hNode, childGraph) \
	CALL(cuGraphExecDestroy, hGraphExec) \
	CALL(cuGraphExecEventRecordNodeSetEvent, hGraphExec, hNode, event) \
	CALL(cuGraphExecEventWaitNodeSetEvent, hGraphExec, hNode, event) \
	CALL(cuGraphExecExternalSemaphoresSignalNodeSetParams, hGraphExec, hNode, nodeParams) \
	CALL(cuGraphExecExternalSemaphoresWaitNodeSetParams, hGraphExec, hNode, nodeParams) \
	CALL(cuGraphExecGetFlags, hGraphExec, flags) \
	CALL(cuGraphExecHostNodeSetParams, hGraphExec, hNode, nodeParams) \
	CALL(cuGraphExecKernelNodeSetParams, hGraphExec, hNode, nodeParams) \
	CALL(cuGraphExecKernelNodeSetParams_v2, hGraphExec, hNode, nodeParams) \
	CALL(cuGraphExecMemcpyNodeSetParams, hGraphExec, hNode, copyParams, ctx) \
	CALL(cuGraphExecMemsetNodeSetParams, hGraphExec, hNode, memsetParams, ctx) \
	CALL(cuGraphExecNodeSetParams, hGraphExec, hNode, nodeParams) \
	CALL(cuGraphExecUpdate, hGraphExec, hGraph, hErrorNode_out, updateResult_out) \
	CALL(cuGraphExecUpdate_v2, hGraphExec, hGraph, resultInfo) \
	CALL(cuGraphExternalSemaphoresSignalNodeGetParams, hNode, params_out) \
	CALL(cuGraphExternalSemaphoresSignalNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphExternalSemaphoresWaitNodeGetParams, hNode, params_out) \
	CALL(cuGraphExternalSemaphoresWaitNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphGetEdges, hGraph, from, to, numEdges) \
	CALL(cuGraphGetEdges_v2, hGraph, from, to, edgeData, numEdges) \
	CALL(cuGraphGetNodes, hGraph, nodes, numNodes) \
	CALL(cuGraphGetRootNodes, hGraph, rootNodes, numRootNodes) \
	CALL(cuGraphHostNodeGetParams, hNode, nodeParams) \
	CALL(cuGraphHostNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphInstantiate, phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize) \
	CALL(cuGraphInstantiateWithFlags, phGraphExec, hGraph, flags) \
	CALL(cuGraphInstantiateWithParams, phGraphExec, hGraph, instantiateParams) \
	CALL(cuGraphInstantiateWithParams_ptsz, phGraphExec, hGraph, instantiateParams) \
	CALL(cuGraphInstantiate_v2, phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize) \
	CALL(cuGraphKernelNodeCopyAttributes, dst, src) \
	CALL(cuGraphKernelNodeGetAttribute, hNode, attr, value_out) \
	CALL(cuGraphKernelNodeGetParams, hNode, nodeParams) \
	CALL(cuGraphKernelNodeGetParams_v2, hNode, nodeParams) \
	CALL(cuGraphKernelNodeSetAttribute, hNode, attr, value) \
	CALL(cuGraphKernelNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphKernelNodeSetParams_v2, hNode, nodeParams) \
	CALL(cuGraphLaunch, hGraph, hStream) CALL(cuGraphLaunch_ptsz, hGraphExec, hStream) \
	CALL(cuGraphMemAllocNodeGetParams, hNode, params_out) \
	CALL(cuGraphMemFreeNodeGetParams, hNode, dptr_out) \
	CALL(cuGraphMemcpyNodeGetParams, hNode, nodeParams) \
	CALL(cuGraphMemcpyNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphMemsetNodeGetParams, hNode, nodeParams) \
	CALL(cuGraphMemsetNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphNodeFindInClone, phNode, hOriginalNode, hClonedGraph) \
	CALL(cuGraphNodeGetDependencies, hNode, dependencies, numDependencies) \
	CALL(cuGraphNodeGetDependencies_v2, hNode, dependencies, edgeData, numDependencies) \
	CALL(cuGraphNodeGetDependentNodes, hNode, dependentNodes, numDependentNodes) \
	CALL(cuGraphNodeGetDependentNodes_v2, hNode, dependentNodes, edgeData, \
		numDependentNodes) CALL(cuGraphNodeGetEnabled, hGraphExec, hNode, isEnabled) \
	CALL(cuGraphNodeGetType, hNode, type) \
	CALL(cuGraphNodeSetEnabled, hGraphExec, hNode, isEnabled) \
	CALL(cuGraphNodeSetParams, hNode, nodeParams) \
	CALL(cuGraphReleaseUserObject, graph, object, count) \
	CALL(cuGraphRemoveDependencies, hGraph, from, to, numDependencies) \
	CALL(cuGraphRemoveDependencies_v2, hGraph, from, to, edgeData, numDependencies) \
	CALL(cuGraphRetainUserObject, graph, object, count, flags) \
	CALL(cuGraphUpload, hGraph, hStream) CALL(cuGraphUpload_ptsz, hGraphExec, hStream) \
	CALL(cuGraphicsMapResources, count, resources, hStream) \
	CALL(cuGraphicsMapResources_ptsz, count, resources, hStream) \
	CALL(cuGraphicsResourceGetMappedMipmappedArray, pMipmappedArray, resource) \
	CALL(cuGraphicsResourceGetMappedPointer, pDevPtr, pSize, resource) \
	CALL(cuGraphicsResourceGetMappedPointer_v2, pDevPtr, pSize, resource) \
	CALL(cuGraphicsResourceSetMapFlags, resource, flags) \
	CALL(cuGraphicsResourceSetMapFlags_v2, resource, flags) \
	CALL(cuGraphicsSubResourceGetMappedArray, pArray, resource, arrayIndex, mipLevel) \
	CALL(cuGraphicsUnmapResources, count, resources, hStream) \
	CALL(cuGraphicsUnmapResources_ptsz, count, resources, hStream) \
	CALL(cuGraphicsUnregisterResource, resource) \
	CALL(cuGreenCtxCreate, phCtx, desc, dev, flags) CALL(cuGreenCtxDestroy, hCtx) \
	CALL(cuGreenCtxGetDevResource, hCtx, resource, type) \
	CALL(cuGreenCtxGetId, greenCtx, greenCtxId) CALL(cuGreenCtxRecordEvent, hCtx, hEvent) \
	CALL(cuGreenCtxStreamCreate, phStream, greenCtx, flags, priority) \
	CALL(cuGreenCtxWaitEvent, hCtx, hEvent) CALL(cuLaunch, f) \
	CALL(cuLaunchCooperativeKernel, f, gridDimX, gridDimY, gridDimZ, blockDimX, \
		blockDimY, blockDimZ, sharedMemBytes, hStream, kernelParams) \
	CALL(cuLaunchCooperativeKernelMultiDevice, launchParamsList, numDevices, flags) \
	CALL(cuLaunchCooperativeKernel_ptsz, f, gridDimX, gridDimY, gridDimZ, blockDimX, \
		blockDimY, blockDimZ, sharedMemBytes, hStream, kernelParams) \
	CALL(cuLaunchGrid, f, grid_width, grid_height) \
	CALL(cuLaunchGridAsync, f, grid_width, grid_height, hStream) \
	CALL(cuLaunchHostFunc, hStream, fn, userData) \
	CALL(cuLaunchHostFunc_ptsz, hStream, fn, userData) \
	CALL(cuLaunchKernel, f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, \
		blockDimZ, sharedMemBytes, hStream, kernelParams, extra) \
	CALL(cuLaunchKernelEx, config, f, kernelParams, extra) \
	CALL(cuLaunchKernelEx_ptsz, config, f, kernelParams, extra) \
	CALL(cuLaunchKernel_ptsz, f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, \
		blockDimZ, sharedMemBytes, hStream, kernelParams, extra) \
	CALL(cuMemcpy, dst, src, ByteCount) CALL(cuMemcpy2D, pCopy) \
	CALL(cuMemcpy2DAsync, pCopy, hStream) CALL(cuMemcpy2DAsync_v2, pCopy, hStream) \
	CALL(cuMemcpy2DAsync_v2_ptsz, pCopy, hStream) CALL(cuMemcpy2DUnaligned, pCopy) \
	CALL(cuMemcpy2DUnaligned_v2, pCopy) CALL(cuMemcpy2DUnaligned_v2_ptds, pCopy) \
	CALL(cuMemcpy2D_v2, pCopy) CALL(cuMemcpy2D_v2_ptds, pCopy) CALL(cuMemcpy3D, pCopy) \
	CALL(cuMemcpy3DAsync, pCopy, hStream) CALL(cuMemcpy3DAsync_v2, pCopy, hStream) \
	CALL(cuMemcpy3DAsync_v2_ptsz, pCopy, hStream) \
	CALL(cuMemcpy3DBatchAsync, numOps, opList, failIdx, flags, hStream) \
	CALL(cuMemcpy3DBatchAsync_ptsz, numOps, opList, failIdx, flags, hStream) \
	CALL(cuMemcpy3DBatchAsync_v2, numOps, opList, flags, hStream) \
	CALL(cuMemcpy3DBatchAsync_v2_ptsz, numOps, opList, flags, hStream) \
	CALL(cuMemcpy3DPeer, pCopy) CALL(cuMemcpy3DPeerAsync, pCopy, hStream) \
	CALL(cuMemcpy3DPeerAsync_ptsz, pCopy, hStream) CALL(cuMemcpy3DPeer_ptds, pCopy) \
	CALL(cuMemcpy3D_v2, pCopy) CALL(cuMemcpy3D_v2_ptds, pCopy) \
	CALL(cuMemcpyAsync, dst, src, ByteCount, hStream) \
	CALL(cuMemcpyAsync_ptsz, dst, src, ByteCount, hStream) \
	CALL(cuMemcpyAtoA, dstArray, dstOffset, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoA_v2, dstArray, dstOffset, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoA_v2_ptds, dstArray, dstOffset, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoD, dstDevice, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoD_v2, dstDevice, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoD_v2_ptds, dstDevice, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoH, dstHost, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoHAsync, dstHost, srcArray, srcOffset, ByteCount, hStream) \
	CALL(cuMemcpyAtoHAsync_v2, dstHost, srcArray, srcOffset, ByteCount, hStream) \
	CALL(cuMemcpyAtoHAsync_v2_ptsz, dstHost, srcArray, srcOffset, ByteCount, hStream) \
	CALL(cuMemcpyAtoH_v2, dstHost, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyAtoH_v2_ptds, dstHost, srcArray, srcOffset, ByteCount) \
	CALL(cuMemcpyBatchAsync, dsts, srcs, sizes, count, attrs, attrsIdxs, numAttrs, \
		failIdx, hStream) \
	CALL(cuMemcpyBatchAsync_ptsz, dsts, srcs, sizes, count, attrs, attrsIdxs, numAttrs, \
		failIdx, hStream) \
	CALL(cuMemcpyBatchAsync_v2, dsts, srcs, sizes, count, attrs, attrsIdxs, numAttrs, \
		hStream) \
	CALL(cuMemcpyBatchAsync_v2_ptsz, dsts, srcs, sizes, count, attrs, attrsIdxs, \
		numAttrs, hStream) CALL(cuMemcpyDtoA, dstArray, dstOffset, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoA_v2, dstArray, dstOffset, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoA_v2_ptds, dstArray, dstOffset, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoD, dstDevice, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoDAsync, dstDevice, srcDevice, ByteCount, hStream) \
	CALL(cuMemcpyDtoDAsync_v2, dstDevice, srcDevice, ByteCount, hStream) \
	CALL(cuMemcpyDtoDAsync_v2_ptsz, dstDevice, srcDevice, ByteCount, hStream) \
	CALL(cuMemcpyDtoD_v2, dstDevice, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoD_v2_ptds, dstDevice, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoH, dstHost, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoHAsync, dstHost, srcDevice, ByteCount, hStream) \
	CALL(cuMemcpyDtoHAsync_v2, dstHost, srcDevice, ByteCount, hStream) \
	CALL(cuMemcpyDtoHAsync_v2_ptsz, dstHost, srcDevice, ByteCount, hStream) \
	CALL(cuMemcpyDtoH_v2, dstHost, srcDevice, ByteCount) \
	CALL(cuMemcpyDtoH_v2_ptds, dstHost, srcDevice, ByteCount) \
	CALL(cuMemcpyHtoA, dstArray, dstOffset, srcHost, ByteCount) \
	CALL(cuMemcpyHtoAAsync, dstArray, dstOffset, srcHost, ByteCount, hStream) \
	CALL(cuMemcpyHtoAAsync_v2, dstArray, dstOffset, srcHost, ByteCount, hStream) \
	CALL(cuMemcpyHtoAAsync_v2_ptsz, dstArray, dstOffset, srcHost, ByteCount, hStream) \
	CALL(cuMemcpyHtoA_v2, dstArray, dstOffset, srcHost, ByteCount) \
	CALL(cuMemcpyHtoA_v2_ptds, dstArray, dstOffset, srcHost, ByteCount) \
	CALL(cuMemcpyHtoD, dstDevice, srcHost, ByteCount) \
	CALL(cuMemcpyHtoDAsync, dstDevice, srcHost, ByteCount, hStream) \
	CALL(cuMemcpyHtoDAsync_v2, dstDevice, srcHost, ByteCount, hStream) \
	CALL(cuMemcpyHtoDAsync_v2_ptsz, dstDevice, srcHost, ByteCount, hStream) \
	CALL(cuMemcpyHtoD_v2, dstDevice, srcHost, ByteCount) \
	CALL(cuMemcpyHtoD_v2_ptds, dstDevice, srcHost, ByteCount) \
	CALL(cuMemcpyPeer, dstDevice, dstContext, srcDevice, srcContext, ByteCount) \
	CALL(cuMemcpyPeerAsync, dstDevice, dstContext, srcDevice, srcContext, ByteCount, \
		hStream) \
	CALL(cuMemcpyPeerAsync_ptsz, dstDevice, dstContext, srcDevice, srcContext, ByteCount, \
		hStream) \
	CALL(cuMemcpyPeer_ptds, dstDevice, dstContext, srcDevice, srcContext, ByteCount) \
	CALL(cuMemcpy_ptds, dst, src, ByteCount) CALL(cuMemsetD16, dstDevice, us, N) \
	CALL(cuMemsetD16Async, dstDevice, us, N, hStream) \
	CALL(cuMemsetD16Async_ptsz, dstDevice, us, N, hStream) \
	CALL(cuMemsetD16_v2, dstDevice, us, N) CALL(cuMemsetD16_v2_ptds, dstDevice, us, N) \
	CALL(cuMemsetD2D16, dstDevice, dstPitch, us, Width, Height) \
	CALL(cuMemsetD2D16Async, dstDevice, dstPitch, us, Width, Height, hStream) \
	CALL(cuMemsetD2D16Async_ptsz, dstDevice, dstPitch, us, Width, Height, hStream) \
	CALL(cuMemsetD2D16_v2, dstDevice, dstPitch, us, Width, Height) \
	CALL(cuMemsetD2D16_v2_ptds, dstDevice, dstPitch, us, Width, Height) \
	CALL(cuMemsetD2D32, dstDevice, dstPitch, ui, Width, Height) \
	CALL(cuMemsetD2D32Async, dstDevice, dstPitch, ui, Width, Height, hStream) \
	CALL(cuMemsetD2D32Async_ptsz, dstDevice, dstPitch, ui, Width, Height, hStream) \
	CALL(cuMemsetD2D32_v2, dstDevice, dstPitch, ui, Width, Height) \
	CALL(cuMemsetD2D32_v2_ptds, dstDevice, dstPitch, ui, Width, Height) \
	CALL(cuMemsetD2D8, dstDevice, dstPitch, uc, Width, Height) \
	CALL(cuMemsetD2D8Async, dstDevice, dstPitch, uc, Width, Height, hStream) \
	CALL(cuMemsetD2D8Async_ptsz, dstDevice, dstPitch, uc, Width, Height, hStream) \
	CALL(cuMemsetD2D8_v2, dstDevice, dstPitch, uc, Width, Height) \
	CALL(cuMemsetD2D8_v2_ptds, dstDevice, dstPitch, uc, Width, Height) \
	CALL(cuMemsetD32, dstDevice, ui, N) CALL(cuMemsetD32Async, dstDevice, ui, N, hStream) \
	CALL(cuMemsetD32Async_ptsz, dstDevice, ui, N, hStream) \
	CALL(cuMemsetD32_v2, dstDevice, ui, N) CALL(cuMemsetD32_v2_ptds, dstDevice, ui, N) \
	CALL(cuMemsetD8, dstDevice, uc, N) CALL(cuMemsetD8Async, dstDevice, uc, N, hStream) \
	CALL(cuMemsetD8Async_ptsz, dstDevice, uc, N, hStream) \
	CALL(cuMemsetD8_v2, dstDevice, uc, N) CALL(cuMemsetD8_v2_ptds, dstDevice, uc, N) \
	CALL(cuSignalExternalSemaphoresAsync, extSemArray, paramsArray, numExtSems, stream) \
	CALL(cuSignalExternalSemaphoresAsync_ptsz, extSemArray, paramsArray, numExtSems, stream) \
	CALL(cuStreamAddCallback, hStream, callback, userData, flags) \
	CALL(cuStreamAddCallback_ptsz, hStream, callback, userData, flags) \
	CALL(cuStreamAttachMemAsync, hStream, dptr, length, flags) \
	CALL(cuStreamAttachMemAsync_ptsz, hStream, dptr, length, flags) \
	CALL(cuStreamBatchMemOp, stream, count, paramArray, flags) \
	CALL(cuStreamBatchMemOp_ptsz, stream, count, paramArray, flags) \
	CALL(cuStreamBatchMemOp_v2, stream, count, paramArray, flags) \
	CALL(cuStreamBatchMemOp_v2_ptsz, stream, count, paramArray, flags) \
	CALL(cuStreamBeginCapture, hStream) \
	CALL(cuStreamBeginCaptureToGraph, hStream, hGraph, dependencies, dependencyData, \
		numDependencies, mode) \
	CALL(cuStreamBeginCaptureToGraph_ptsz, hStream, hGraph, dependencies, dependencyData, \
		numDependencies, mode) CALL(cuStreamBeginCapture_ptsz, hStream) \
	CALL(cuStreamBeginCapture_v2, hStream, mode) \
	CALL(cuStreamBeginCapture_v2_ptsz, hStream, mode) \
	CALL(cuStreamCopyAttributes, dstStream, srcStream) \
	CALL(cuStreamCopyAttributes_ptsz, dst, src) CALL(cuStreamCreate, phStream, Flags) \
	CALL(cuStreamCreateWithPriority, phStream, flags, priority) \
	CALL(cuStreamDestroy, hStream) CALL(cuStreamDestroy_v2, hStream) \
	CALL(cuStreamEndCapture, hStream, phGraph) \
	CALL(cuStreamEndCapture_ptsz, hStream, phGraph) \
	CALL(cuStreamGetAttribute, hStream, attr, value) \
	CALL(cuStreamGetAttribute_ptsz, hStream, attr, value_out) \
	CALL(cuStreamGetCaptureInfo, hStream, captureStatus_out, id_out) \
	CALL(cuStreamGetCaptureInfo_ptsz, hStream, captureStatus_out, id_out) \
	CALL(cuStreamGetCaptureInfo_v2, hStream, captureStatus_out, id_out, graph_out, \
		dependencies_out, numDependencies_out) \
	CALL(cuStreamGetCaptureInfo_v2_ptsz, hStream, captureStatus_out, id_out, graph_out, \
		dependencies_out, numDependencies_out) \
	CALL(cuStreamGetCaptureInfo_v3, hStream, captureStatus_out, id_out, graph_out, \
		dependencies_out, edgeData_out, numDependencies_out) \
	CALL(cuStreamGetCaptureInfo_v3_ptsz, hStream, captureStatus_out, id_out, graph_out, \
		dependencies_out, edgeData_out, numDependencies_out) \
	CALL(cuStreamGetCtx, hStream, pctx) CALL(cuStreamGetCtx_ptsz, hStream, pctx) \
	CALL(cuStreamGetCtx_v2, hStream, pCtx, pGreenCtx) \
	CALL(cuStreamGetCtx_v2_ptsz, hStream, pCtx, pGreenCtx) \
	CALL(cuStreamGetDevice, hStream, device) CALL(cuStreamGetDevice_ptsz, hStream, device) \
	CALL(cuStreamGetFlags, hStream, flags) CALL(cuStreamGetFlags_ptsz, hStream, flags) \
	CALL(cuStreamGetGreenCtx, hStream, phCtx) CALL(cuStreamGetId, hStream, streamId) \
	CALL(cuStreamGetId_ptsz, hStream, streamId) CALL(cuStreamGetPriority, hStream, priority) \
	CALL(cuStreamGetPriority_ptsz, hStream, priority) \
	CALL(cuStreamIsCapturing, hStream, captureStatus) \
	CALL(cuStreamIsCapturing_ptsz, hStream, captureStatus) CALL(cuStreamQuery, hStream) \
	CALL(cuStreamQuery_ptsz, hStream) CALL(cuStreamSetAttribute, hStream, attr, param) \
	CALL(cuStreamSetAttribute_ptsz, hStream, attr, value) CALL(cuStreamSynchronize, hStream) \
	CALL(cuStreamSynchronize_ptsz, hStream) \
	CALL(cuStreamUpdateCaptureDependencies, hStream, dependencies, numDependencies, flags) \
	CALL(cuStreamUpdateCaptureDependencies_ptsz, hStream, dependencies, numDependencies, \
		flags) \
	CALL(cuStreamUpdateCaptureDependencies_v2, hStream, dependencies, dependencyData, \
		numDependencies, flags) \
	CALL(cuStreamUpdateCaptureDependencies_v2_ptsz, hStream, dependencies, \
		dependencyData, numDependencies, flags) CALL(cuStreamWaitEvent, hStream, hEvent, Flags) \
	CALL(cuStreamWaitEvent_ptsz, hStream, hEvent, Flags) \
	CALL(cuStreamWaitValue32, stream, addr, value, flags) \
	CALL(cuStreamWaitValue32_ptsz, stream, addr, value, flags) \
	CALL(cuStreamWaitValue32_v2, stream, addr, value, flags) \
	CALL(cuStreamWaitValue32_v2_ptsz, stream, addr, value, flags) \
	CALL(cuStreamWaitValue64, stream, addr, value, flags) \
	CALL(cuStreamWaitValue64_ptsz, stream, addr, value, flags) \
	CALL(cuStreamWaitValue64_v2, stream, addr, value, flags) \
	CALL(cuStreamWaitValue64_v2_ptsz, stream, addr, value, flags) \
	CALL(cuStreamWriteValue32, stream, addr, value, flags) \
	CALL(cuStreamWriteValue32_ptsz, stream, addr, value, flags) \
	CALL(cuStreamWriteValue32_v2, stream, addr, value, flags) \
	CALL(cuStreamWriteValue32_v2_ptsz, stream, addr, value, flags) \
	CALL(cuStreamWriteValue64, stream, addr, value, flags) \
	CALL(cuStreamWriteValue64_ptsz, stream, addr, value, flags) \
	CALL(cuStreamWriteValue64_v2, stream, addr, value, flags) \
	CALL(cuStreamWriteValue64_v2_ptsz, stream, addr, value, flags) \
	CALL(cuThreadExchangeStreamCaptureMode, mode) \
	CALL(cuUserObjectCreate, object_out, ptr, destroy, initialRefcount, flags) \
	CALL(cuUserObjectRelease, object, count) CALL(cuUserObjectRetain, object, count) \
	CALL(cuWaitExternalSemaphoresAsync, extSemArray, paramsArray, numExtSems, stream) \
	CALL(cuWaitExternalSemaphoresAsync_ptsz, extSemArray, paramsArray, numExtSems, stream)

#endif
