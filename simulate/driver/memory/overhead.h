/* What handles hold besides what programs allocate. */
#ifndef VT_SIMULATE_DRIVER_OVERHEAD_H
#define VT_SIMULATE_DRIVER_OVERHEAD_H

#include "simulate/driver/state.h"
#include "simulate/driver/memory/overhead_table.h"

enum vt__overhead {
#define VT_ROW(what, bytes) VT_OVERHEAD_##what,
	VT_OVERHEADS(VT_ROW)
#undef VT_ROW
};

/* Bytes; 0 unless the options ask for overheads. */
static inline size_t vt__overhead(enum vt__overhead what)
{
	static const size_t bytes[] = {
#define VT_ROW(what, size) size, /* in the order of the enum */
		VT_OVERHEADS(VT_ROW)
#undef VT_ROW
	};

	return vt__device_options.overheads ? bytes[what] : 0;
}

#endif
