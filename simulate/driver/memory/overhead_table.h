/*
 * Device memory that handles hold besides what programs allocate, as measured on an H100 with
 * driver 580. Charged with the option overheads=1.
 *
 * VT_OVERHEAD_ROW(what, bytes)
 */
#ifndef VT_SIMULATE_OVERHEAD_TABLE_H
#define VT_SIMULATE_OVERHEAD_TABLE_H

#define VT_OVERHEADS(VT_OVERHEAD_ROW)                                                              \
	VT_OVERHEAD_ROW(CONTEXT, (size_t)524 << 20)                                                \
	VT_OVERHEAD_ROW(GREEN_CONTEXT, (size_t)4 << 20)                                            \
	VT_OVERHEAD_ROW(MODULE, (size_t)2 << 20) /* code of a module or library on a device */

#endif
