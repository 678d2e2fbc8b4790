/*
 * What the parts of families.cpp share: checks that end the program, statements
 * of what a report must find, and talk with the process at the other end.
 *
 * A case is run as `families CASE free|leak`. It prints what CUDA answered where
 * that matters, and what a tracker must find, a line for each:
 *   finding CLASS KIND COUNT LEAST MOST   bytes; CLASS may be bad_free:REASON
 *   live KIND COUNT LEAST MOST            of a kind that is in no finding
 * Nothing else may be found. Exit code 77: not possible here, and the output
 * says why; 99: a check failed.
 */
#ifndef VT_TESTS_GPU_FAMILIES_H
#define VT_TESTS_GPU_FAMILIES_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <cuda.h>
#include <cuda_runtime_api.h>

#define MUST(call)                                                                                 \
	do {                                                                                       \
		int result_of_call = (int)(call);                                                  \
		if (result_of_call != 0) {                                                         \
			fprintf(stderr, "%s:%d: %s gave %d\n", __FILE__, __LINE__, #call,          \
				result_of_call);                                                   \
			exit(99);                                                                  \
		}                                                                                  \
	} while (0)

#define FRAME __attribute__((noinline))

static const size_t MIB = 1 << 20;
static const size_t CHUNK = 2 << 20; /* the granularity of physical memory so far */

/* leak: the version that leaks. arguments: what follows it on the command line. */
typedef int family_case(bool leak, char **arguments);

struct family {
	const char *name;
	family_case *run;
};

static inline void finds(const char *what, const char *kind, size_t count, size_t least,
			 size_t most)
{
	printf("finding %s %s %zu %zu %zu\n", what, kind, count, least, most);
}

static inline void leaks(const char *kind, size_t count, size_t bytes)
{
	finds("leak", kind, count, bytes, bytes);
}

static inline void lives(const char *kind, size_t count, size_t bytes)
{
	printf("live %s %zu %zu %zu\n", kind, count, bytes, bytes);
}

static inline int not_here(const char *why)
{
	printf("%s\n", why);
	return 77;
}

/* The primary context of device 0, current. */
static inline CUcontext start_driver(void)
{
	CUcontext context;

	MUST(cuInit(0));
	MUST(cuDevicePrimaryCtxRetain(&context, 0));
	MUST(cuCtxSetCurrent(context));
	return context;
}

/* Whether the driver still knows memory there: its own word on what a destroy freed. */
static inline bool is_memory(CUdeviceptr address)
{
	unsigned type;

	return cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address) ==
	       CUDA_SUCCESS;
}

#define PART(name) extern const struct family name##_families[]
PART(memory);   /* family_memory.cpp */
PART(virtual);  /* family_virtual.cpp */
PART(graph);    /* family_graphs.cpp */
PART(lifetime); /* family_lifetimes.cpp */
PART(shared);   /* family_shared.cpp */
PART(mistake);  /* family_mistakes.cpp */
#undef PART

#endif
