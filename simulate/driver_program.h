/* Modules, libraries and functions inside the simulated driver. */
#ifndef VT_SIMULATE_DRIVER_PROGRAM_H
#define VT_SIMULATE_DRIVER_PROGRAM_H

#include "simulate/driver_state.h"

struct vt__variable {
	struct vt__variable *next;
	CUdevice device;
	uintptr_t address;
	size_t size;
	char name[];
};

/* A module, which dies with its context, or a library, which does not. */
struct CUmod_st {
	struct vt__object object;
	CUlibrary library; /* of the library's module, or NULL */
};

struct CUlib_st {
	struct vt__object object;
	struct vt__variable *variables;
};

/* A function of a module or a kernel of a library; one type for both, as in the driver. */
struct CUfunc_st {
	struct vt__object object;
	void *owner; /* CUmodule or CUlibrary */
	char *name;
};

/* Functions and modules that were asked for through a module or library. Entered. */
void vt__program_drop(const void *owner);

/* Variables die with what owns them. Entered. */
void vt__variables_drop(CUlibrary library, CUdevice device); /* -1: of every device */

/* The library's variable, made if it is new. A whole call: enters and leaves. */
CUresult vt__library_variable(CUlibrary library, const char *name, size_t size, bool managed,
			      CUdeviceptr *address);

#endif
