/* What a device charges for what no allocation call names. Entered (driver/state.h). */
#ifndef VT_SIMULATE_DRIVER_OVERHEAD_H
#define VT_SIMULATE_DRIVER_OVERHEAD_H

#include "simulate/driver/state.h"
#include "simulate/driver/memory/overhead_table.h"

enum vt__overhead {
#define VT_ROW(what, ...) VT_OVERHEAD_##what,
	VT_OVERHEADS(VT_ROW)
#undef VT_ROW
	VT_OVERHEAD_COUNT
};

/* Bytes; 0 unless the options ask for them. */
size_t vt__overhead(enum vt__overhead what);

/* Charges the context; it gives all back when it ends. */
CUresult vt__overhead_take(CUcontext context, size_t bytes);

/* Local memory for so many bytes of stack, no less (`shrinks`: and no more). */
CUresult vt__overhead_local(CUcontext context, size_t stack, bool shrinks);

/* The kernel is launched: local memory, heap and printf's buffer. */
CUresult vt__overhead_launch(CUcontext context, CUfunction function);

/* Work is given to a stream that the program made. */
CUresult vt__overhead_stream(CUcontext context, CUstream stream);

/* An executable of the graph: its part of what executables share, to be given back. */
CUresult vt__overhead_graph(CUcontext context, CUgraph graph, size_t *share);
void vt__overhead_graph_gone(CUcontext context, size_t share);

#endif
