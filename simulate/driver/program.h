/* Modules, libraries and functions inside the simulated driver. */
#ifndef VT_SIMULATE_DRIVER_PROGRAM_H
#define VT_SIMULATE_DRIVER_PROGRAM_H

#include "simulate/driver/state.h"

/* A variable that an image declares. */
struct vt__declared {
	struct vt__declared *next;
	size_t size;
	bool managed;
	char name[];
};

/* A kernel of an image, as far as its code was read. */
struct vt__entry {
	struct vt__entry *next;
	size_t local; /* bytes of each thread */
	bool mallocs, prints;
	unsigned int parameters; /* each of 8 bytes, as far as they are kept */
	char name[];
};

/* Memory of an image on a device: a variable, or with the name "" what is loaded with it. */
struct vt__variable {
	struct vt__variable *next;
	CUdevice device;   /* -1: on all, a managed one */
	uintptr_t address; /* 0: it holds nothing */
	size_t size;
	char name[];
};

/* What a module or a library consists of. */
struct vt__program {
	bool read; /* the image is text (PTX), so that what it declares is known */
	struct vt__declared *declared;
	struct vt__entry *entries;
	struct vt__variable *variables;
};

/* A module, which dies with its context, or a library, which does not. */
struct CUmod_st {
	struct vt__object object;
	CUlibrary library; /* of the library's module, or NULL */
	struct vt__program program;
};

struct CUlib_st {
	struct vt__object object;
	struct vt__program program;
};

/* A function of a module or a kernel of a library; one type for both, as in the driver. */
struct CUfunc_st {
	struct vt__object object;
	void *owner; /* CUmodule or CUlibrary */
	char *name;
	bool loaded; /* a launch of it was asked for, or cuFuncLoad */
};

/* driver_image.c: what a PTX image declares; other images are not read. Needs no lock. */
CUresult vt__image_read(const void *image, struct vt__program *program);
CUresult vt__image_read_file(const char *path, struct vt__program *program);
void vt__image_forget(struct vt__program *program);

/*
 * Puts code and variables on the context's device unless they are there. Entered, as all
 * below.
 */
CUresult vt__program_load(struct vt__program *program, CUcontext context);

/* Code of a function's module or library. */
CUresult vt__function_load(CUfunction function, CUcontext context);

/* What the image says of it; NULL: it was not read, or has no such kernel. */
const struct vt__entry *vt__function_entry(CUfunction function);

/* Keeps the parameters of a launch; NULL: it has none. */
struct vt__work;
void vt__function_parameters(CUfunction function, void *const *parameters, struct vt__work *work);

/* Functions that were asked for through a module or library. */
void vt__functions_drop(const void *owner);

void vt__module_destroy(CUmodule module);

/* Variables die with what owns them. */
void vt__variables_drop(struct vt__program *program, CUdevice device); /* -1: every device */

/* The library's variable, made if it is new. A whole call: enters and leaves. */
CUresult vt__library_variable(CUlibrary library, const char *name, size_t size, bool managed,
			      CUdeviceptr *address);

#endif
