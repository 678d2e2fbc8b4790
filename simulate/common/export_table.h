/*
 * The one table that the simulated driver gives through cuGetExportTable, to the simulated
 * runtime: what a real driver reads from the device code, which is not read here.
 */
#ifndef VT_SIMULATE_EXPORT_TABLE_H
#define VT_SIMULATE_EXPORT_TABLE_H

#include <stddef.h>

/* A CUuuid's bytes. */
#define VT_EXPORT_TABLE_ID "vramtrack-export"
#define VT_EXPORT_TABLE_ID_BYTES 16

/*
 * For C and for both halves' headers the types are plain: library is a CUlibrary, the
 * results are CUresults, the address is a CUdeviceptr.
 */
struct vt__export_table {
	size_t size; /* of this struct */

	/*
	 * Device memory for a variable of a library on the current device, made on the first
	 * call for that name; freed with the context. Thread-safe.
	 */
	int (*library_variable)(void *library, const char *name, size_t size, int managed,
				unsigned long long *address);
};

#endif
