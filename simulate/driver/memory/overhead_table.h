/*
 * Device memory that a device charges for what no allocation call names.
 *
 * VT_OVERHEAD_ROW(what, bytes with overheads=1, bytes with model=h200)
 *   overheads=1  as measured on an H100 with driver 580, handles alone
 *   model=h200   as measured on an H200 (CUDA 13.0, driver 580.159.04), with what else takes
 *                memory there: local memory, device heap, printf, streams, executable graphs
 */
#ifndef VT_SIMULATE_OVERHEAD_TABLE_H
#define VT_SIMULATE_OVERHEAD_TABLE_H

#define VT_OVERHEADS(VT_OVERHEAD_ROW)                                                              \
	VT_OVERHEAD_ROW(CONTEXT, (size_t)524 << 20, (size_t)8377 << 16)                            \
	/* the part of it that is in no process's figure of NVML */                                \
	VT_OVERHEAD_ROW(CONTEXT_UNLISTED, 0, (size_t)89 << 16)                                     \
	VT_OVERHEAD_ROW(GREEN_CONTEXT, (size_t)4 << 20, (size_t)6 << 20)                           \
	/* code of a module or library on a device */                                              \
	VT_OVERHEAD_ROW(MODULE, (size_t)2 << 20, 0)                                                \
	/* of one whose code calls malloc */                                                       \
	VT_OVERHEAD_ROW(MODULE_WITH_MALLOC, 0, (size_t)138 << 20)                                  \
	/* local memory of a thread beyond the default; times the threads that can be at once */   \
	VT_OVERHEAD_ROW(LOCAL_BYTE, 0, (size_t)132 * 2048)                                         \
	/* with the first launch of a kernel that calls malloc, beside the heap's limit */         \
	VT_OVERHEAD_ROW(HEAP_EXTRA, 0, (size_t)2 << 20)                                            \
	/* with the first launch of a kernel that calls vprintf, whatever the limit */             \
	VT_OVERHEAD_ROW(PRINTF, 0, (size_t)64 << 20)                                               \
	/* the 2nd, 6th, 10th, ... stream that is used; destroying gives nothing back */           \
	VT_OVERHEAD_ROW(STREAMS, 0, (size_t)2 << 20)                                               \
	/* of executable graphs, in granules; destroying makes room for others only */             \
	VT_OVERHEAD_ROW(GRAPH_GRANULE, 0, (size_t)2 << 20)                                         \
	VT_OVERHEAD_ROW(GRAPH_NODE, 0, 2304)                                                       \
	/* a node that depends on none, but for the first */                                       \
	VT_OVERHEAD_ROW(GRAPH_BRANCH, 0, 114717)

#endif
