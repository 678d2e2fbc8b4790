/*
 * Counts the calls that make or end something, in a file of rows, one of each process that
 * initialised the driver. The file is mapped, so that what a process counted is there however
 * it ends; it has its full size beforehand, so that a limit of files does not matter.
 */
#include "config.h"

#include "simulate/common/traced_names.h"

#define __CUDA_API_VERSION_INTERNAL /* every ABI under its own exported name */
#include <cuda.h>
#include <cudaProfiler.h>
#include <fcntl.h>
#include <generated_cuda_meta.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulate/driver/doors/counted_calls.h"
#include "simulate/driver/doors/calls.h"
#include "simulate/driver/doors/trace.h"
#include "simulate/common/options_table.h"

/* All zero while nobody has taken it. */
struct row {
	atomic_ullong process; /* its id */
	atomic_ullong allocations;
	atomic_ullong frees;
	atomic_ullong objects_made;
	atomic_ullong objects_ended;
	atomic_ullong end_others;
	atomic_ullong refused;
	atomic_ullong shared_made;
	atomic_ullong shared_ended;
	unsigned long long unused[7];
};
_Static_assert(sizeof(struct row) == 128, "the file is read by scripts");

static struct row *own;

#define ID(name) CUPTI_DRIVER_TRACE_CBID_##name

static void count_from_now_on(void)
{
#define WATCH(name, ...) atomic_fetch_or(&vt__trace_enabled[ID(name)], VT_TRACE_COUNTED);
	VT_COUNTED_CALLS(WATCH, WATCH, WATCH)
#undef WATCH
}

static struct row *take_row(struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned long long free_row = 0;

		if (atomic_compare_exchange_strong(&rows[i].process, &free_row,
						   (unsigned long long)getpid()))
			return &rows[i];
	}
	return NULL;
}

bool vt__calls_begin(const char *path)
{
	int file = *path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *rows = MAP_FAILED;
	struct stat status;

	if (!*path)
		return true;
	if (file >= 0 && fstat(file, &status) == 0 && status.st_size > 0)
		rows = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file,
			    0);
	if (file >= 0)
		close(file);
	if (rows != MAP_FAILED)
		own = take_row(rows, (size_t)status.st_size / sizeof(struct row));
	if (own)
		count_from_now_on();
	else
		fprintf(stderr,
			"vramtrack's simulated device: %s: calls=%s is no file with a free row of "
			"%zu bytes\n",
			VT_SIMULATE_VARIABLE, path, sizeof(struct row));
	return own != NULL;
}

void vt__calls_shared_made(void)
{
	if (own)
		atomic_fetch_add_explicit(&own->shared_made, 1, memory_order_relaxed);
}

void vt__calls_shared_ended(void)
{
	if (own)
		atomic_fetch_add_explicit(&own->shared_ended, 1, memory_order_relaxed);
}

void vt__calls_forked(void)
{
	own = NULL;
}

/* A call on a stream that captures becomes a node of a graph. */
static bool is_captured(const struct vt__traced_call *call)
{
	CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;

	switch (call->id) {
#define ON_STREAM(name, ask)                                                                       \
	case ID(name):                                                                             \
		return ask(((const name##_params *)call->params)->hStream, &status) ==             \
			       CUDA_SUCCESS &&                                                     \
		       status != CU_STREAM_CAPTURE_STATUS_NONE;
		ON_STREAM(cuMemAllocAsync, cuStreamIsCapturing)
		ON_STREAM(cuMemAllocAsync_ptsz, cuStreamIsCapturing_ptsz)
		ON_STREAM(cuMemAllocFromPoolAsync, cuStreamIsCapturing)
		ON_STREAM(cuMemAllocFromPoolAsync_ptsz, cuStreamIsCapturing_ptsz)
		ON_STREAM(cuMemFreeAsync, cuStreamIsCapturing)
		ON_STREAM(cuMemFreeAsync_ptsz, cuStreamIsCapturing_ptsz)
#undef ON_STREAM
	default:
		return false;
	}
}

/* NULL: a success of the call makes and ends nothing. */
static atomic_ullong *counter_of(const struct vt__traced_call *call)
{
	switch (call->id) {
#define MAKES(name, counter)                                                                       \
	case ID(name):                                                                             \
		return &own->counter;
#define ENDS(name, counter, handle)                                                                \
	case ID(name):                                                                             \
		return ((const name##_params *)call->params)->handle ? &own->counter : NULL;
#define ENDS_OTHERS(name)                                                                          \
	case ID(name):                                                                             \
		return &own->end_others;
		VT_COUNTED_CALLS(MAKES, ENDS, ENDS_OTHERS)
	default:
		return NULL;
	}
}

void vt__calls_count(const struct vt__traced_call *call, int result)
{
	atomic_ullong *counter;

	if (!own)
		return;
	counter = result == CUDA_SUCCESS ? counter_of(call) : &own->refused;
	if (counter && (result != CUDA_SUCCESS || !is_captured(call)))
		atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}
