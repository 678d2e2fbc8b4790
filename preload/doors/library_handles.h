/*
 * The door to handles of CUDA's libraries, such as cuBLAS's: functions of theirs that make and end
 * one.
 *
 * A program comes to them by linking, where a definition in a preloaded object stands in front, and
 * by dlsym. What a handle takes of a device is seen by itself, in the library's own calls of the
 * driver: a handle is counted, with its stack.
 */
#ifndef VT_PRELOAD_LIBRARY_HANDLES_H
#define VT_PRELOAD_LIBRARY_HANDLES_H

#include <stdint.h>

#include "preload/doors/doors.h"

/* VT__MAKES(function, how its library's file begins, parameters, arguments): they begin with
 * `made`, where the handle goes; it is a pointer, or (NUMBERS) an `int`. Returns 0 if it was made.
 * From the libraries' headers of CUDA 13.0, cuDNN 9 and cuTENSOR 2; all have been so since CUDA 8
 * or the library's first release.
 */
#define VT__LIBRARY_MAKES(VT__MAKES, VT__NUMBERS)                                                  \
	VT__MAKES(cublasCreate_v2, "libcublas.so", (void **made), (made))                          \
	VT__MAKES(cublasLtCreate, "libcublasLt.so", (void **made), (made))                         \
	VT__MAKES(cudnnCreate, "libcudnn.so", (void **made), (made))                               \
	VT__MAKES(cusparseCreate, "libcusparse.so", (void **made), (made))                         \
	VT__MAKES(cusolverDnCreate, "libcusolver.so", (void **made), (made))                       \
	VT__MAKES(cusolverSpCreate, "libcusolver.so", (void **made), (made))                       \
	VT__MAKES(cusolverRfCreate, "libcusolver.so", (void **made), (made))                       \
	VT__MAKES(cutensorCreate, "libcutensor.so", (void **made), (made))                         \
	VT__MAKES(curandCreateGenerator, "libcurand.so", (void **made, int type), (made, type))    \
	VT__NUMBERS(cufftCreate, "libcufft.so", (int *made), (made))                               \
	VT__NUMBERS(cufftPlan1d, "libcufft.so", (int *made, int x, int type, int batch),           \
		    (made, x, type, batch))                                                        \
	VT__NUMBERS(cufftPlan2d, "libcufft.so", (int *made, int x, int y, int type),               \
		    (made, x, y, type))                                                            \
	VT__NUMBERS(cufftPlan3d, "libcufft.so", (int *made, int x, int y, int z, int type),        \
		    (made, x, y, z, type))                                                         \
	VT__NUMBERS(cufftPlanMany, "libcufft.so",                                                  \
		    (int *made, int rank, int *n, int *in, int in_stride, int in_distance,         \
		     int *out, int out_stride, int out_distance, int type, int batch),             \
		    (made, rank, n, in, in_stride, in_distance, out, out_stride, out_distance,     \
		     type, batch))

/* A plan of cuFFT is a small number, which each release of the library counts from 0: told apart
 * here by the release that made it, and from handles, which are addresses, and from other numbers
 * (preload/rules/objects.c, graphics.c). */
#define VT__NUMBER(number, release)                                                                \
	((uint64_t)(unsigned)(number) | (uint64_t)(release) << 32 | 1ull << 60)
#define VT__ADDRESS(handle, release) ((uint64_t)(uintptr_t)(handle))
#define VT__RELEASE_BITS 28

/* VT__ENDS(function, how its library's file begins, type of the handle, how it is entered) */
#define VT__LIBRARY_ENDS(VT__ENDS)                                                                 \
	VT__ENDS(cublasDestroy_v2, "libcublas.so", void *, VT__ADDRESS)                            \
	VT__ENDS(cublasLtDestroy, "libcublasLt.so", void *, VT__ADDRESS)                           \
	VT__ENDS(cudnnDestroy, "libcudnn.so", void *, VT__ADDRESS)                                 \
	VT__ENDS(cusparseDestroy, "libcusparse.so", void *, VT__ADDRESS)                           \
	VT__ENDS(cusolverDnDestroy, "libcusolver.so", void *, VT__ADDRESS)                         \
	VT__ENDS(cusolverSpDestroy, "libcusolver.so", void *, VT__ADDRESS)                         \
	VT__ENDS(cusolverRfDestroy, "libcusolver.so", void *, VT__ADDRESS)                         \
	VT__ENDS(cutensorDestroy, "libcutensor.so", void *, VT__ADDRESS)                           \
	VT__ENDS(curandDestroyGenerator, "libcurand.so", void *, VT__ADDRESS)                      \
	VT__ENDS(cufftDestroy, "libcufft.so", int, VT__NUMBER)

/* Numbers of the rows. */
enum vt__library_function {
#define FUNCTION(name, ...) VT__OF_##name,
	VT__LIBRARY_MAKES(FUNCTION, FUNCTION)
	VT__LIBRARY_ENDS(FUNCTION)
#undef FUNCTION
		VT__LIBRARY_FUNCTIONS
};

/* The answer to a look-up of a name that is not the driver's. */
struct vt__dlsym_answer vt__library_handles_ask(void *handle, const char *name);

/* Something was unloaded: where callers' libraries lie is looked for again. */
void vt__library_handles_forget(void);

#endif
