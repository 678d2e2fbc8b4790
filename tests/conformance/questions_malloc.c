/* Questions about cudaMalloc: blocks of 2 MiB, rounding, reuse, and what is refused. */
#include <stdint.h>
#include <stdio.h>

#include "question.h"

static void *allocate(size_t size)
{
	void *address = NULL;

	MUST(cudaMalloc(&address, size));
	return address;
}

static void first_byte(void)
{
	mark();
	allocate(1);
	answer_bytes("taken", taken());
}

static void second_byte(void)
{
	char *one, *other;

	mark();
	one = allocate(1);
	other = allocate(1);
	answer_bytes("taken", taken());
	answer_bytes("step of the address", other - one);
}

/* After which of 10000 allocations the free bytes fall: the first few. */
static void many_bytes(void)
{
	long long before = 0;
	char falls[64] = "";
	size_t length = 0;

	mark();
	for (int i = 1; i <= 10000; i++) {
		allocate(1);
		if (taken() == before)
			continue;
		before = taken();
		if (length < sizeof(falls) / 2)
			length += (size_t)snprintf(falls + length, sizeof(falls) - length, " %d",
						   i);
	}
	answer("falls at", "%s", falls + 1);
	answer_bytes("taken", before);
}

static void two_of_a_mebibyte(void)
{
	mark();
	allocate(MIB);
	answer_bytes("one", taken());
	allocate(MIB);
	answer_bytes("two", taken());
	allocate(MIB);
	answer_bytes("three", taken());
}

/* What each takes alone, and whether its free gives all back. */
static void alone(const size_t *sizes, size_t count)
{
	char what[64];

	for (size_t i = 0; i < count; i++) {
		void *address;

		mark();
		address = allocate(sizes[i]);
		snprintf(what, sizeof(what), "%zu", sizes[i]);
		answer_bytes(what, taken());
		snprintf(what, sizeof(what), "%zu freed", sizes[i]);
		answer_result(what, cudaFree(address));
		snprintf(what, sizeof(what), "%zu stays", sizes[i]);
		answer_bytes(what, taken());
	}
}

static void below_a_mebibyte(void)
{
	const size_t sizes[] = {262144, 524800, 1048064, MIB};

	alone(sizes, sizeof(sizes) / sizeof(sizes[0]));
}

static void up_to_a_block(void)
{
	const size_t sizes[] = {MIB + 1, 2096640, 2 * MIB};

	alone(sizes, sizeof(sizes) / sizeof(sizes[0]));
}

static void above_a_block(void)
{
	const size_t sizes[] = {2 * MIB + 1, 3 * MIB, 4 * MIB, 4 * MIB + 1, 5 * MIB};

	alone(sizes, sizeof(sizes) / sizeof(sizes[0]));
}

static void a_gibibyte(void)
{
	const size_t sizes[] = {GIB};

	alone(sizes, 1);
}

/* Does a small one go into the rest of the last block of a larger one? */
static void rest_of_a_larger_one(void)
{
	mark();
	allocate(3 * MIB);
	allocate(512);
	answer_bytes("3 MiB and 512 bytes", taken());
	allocate(600 * KIB);
	allocate(600 * KIB);
	answer_bytes("and twice 600 KiB", taken());
	allocate(600 * KIB);
	answer_bytes("and once more", taken());
	allocate(600 * KIB);
	answer_bytes("and a fourth", taken());
}

static void two_in_a_block(void)
{
	void *one, *other;

	mark();
	one = allocate(512);
	other = allocate(512);
	MUST(cudaFree(one));
	answer_bytes("after the first free", taken());
	MUST(cudaFree(other));
	answer_bytes("after the second free", taken());
}

static void hole_in_a_block(void)
{
	static char *all[4096];
	char *large;

	mark();
	for (int i = 0; i < 4096; i++)
		all[i] = allocate(512);
	answer_bytes("4096 of 512", taken());
	for (int i = 1; i < 4096; i++)
		MUST(cudaFree(all[i]));
	answer_bytes("one is left", taken());
	large = allocate(512 * KIB);
	answer_bytes("and 512 KiB", taken());
	answer_if("in the same block",
		  (uintptr_t)large / (2 * MIB) == (uintptr_t)all[0] / (2 * MIB));
}

static void again(const char *size_name, size_t size)
{
	unsigned long long first = 0, second = 0;
	void *one, *other;
	char what[64];

	one = allocate(size);
	MUST(cuPointerGetAttribute(&first, CU_POINTER_ATTRIBUTE_BUFFER_ID, (CUdeviceptr)one));
	MUST(cudaFree(one));
	other = allocate(size);
	MUST(cuPointerGetAttribute(&second, CU_POINTER_ATTRIBUTE_BUFFER_ID, (CUdeviceptr)other));
	snprintf(what, sizeof(what), "%s: the same address", size_name);
	answer_if(what, one == other);
	snprintf(what, sizeof(what), "%s: a higher id", size_name);
	answer_if(what, second > first);
}

static void freed_and_again(void)
{
	again("4 MiB", 4 * MIB);
	again("512", 512);
}

static void range_of(const char *what, void *address)
{
	CUdeviceptr base = 0;
	size_t size = 0, range = 0;
	char text[64];

	answer_result(what, cuMemGetAddressRange(&base, &size, (CUdeviceptr)address));
	snprintf(text, sizeof(text), "%s: size", what);
	answer(text, "%zu", size);
	snprintf(text, sizeof(text), "%s: starts there", what);
	answer_if(text, base == (CUdeviceptr)address);
	MUST(cuPointerGetAttribute(&range, CU_POINTER_ATTRIBUTE_RANGE_SIZE, (CUdeviceptr)address));
	snprintf(text, sizeof(text), "%s: RANGE_SIZE", what);
	answer(text, "%zu", range);
}

static void ranges(void)
{
	void *address = NULL;

	range_of("cudaMalloc(1)", allocate(1));
	range_of("cudaMalloc(3 MiB + 5)", allocate(3 * MIB + 5));
	MUST(cudaMallocAsync(&address, 1, NULL));
	range_of("cudaMallocAsync(1)", address);
	MUST(cudaMallocManaged(&address, 5, cudaMemAttachGlobal));
	range_of("cudaMallocManaged(5)", address);
	MUST(cudaMallocHost(&address, 5));
	range_of("cudaMallocHost(5)", address);
}

/* The address is left as it was, or set to NULL, by a call that fails. */
static const char *left(const void *address, const void *before)
{
	return address == before ? "untouched" : address ? "set" : "NULL";
}

static void too_much(void)
{
	const size_t sizes[] = {(size_t)1 << 50, SIZE_MAX};
	const char *const names[] = {"2^50", "SIZE_MAX"};
	char before, what[64];

	mark();
	for (int i = 0; i < 2; i++) {
		void *address = &before;

		snprintf(what, sizeof(what), "cudaMalloc(%s)", names[i]);
		answer_result(what, cudaMalloc(&address, sizes[i]));
		snprintf(what, sizeof(what), "cudaMalloc(%s): pointer", names[i]);
		answer(what, "%s", left(address, &before));
		address = &before;
		snprintf(what, sizeof(what), "cudaMallocAsync(%s)", names[i]);
		answer_result(what, cudaMallocAsync(&address, sizes[i], NULL));
		snprintf(what, sizeof(what), "cudaMallocAsync(%s): pointer", names[i]);
		answer(what, "%s", left(address, &before));
		address = &before;
		snprintf(what, sizeof(what), "cudaMallocManaged(%s)", names[i]);
		answer_result(what, cudaMallocManaged(&address, sizes[i], cudaMemAttachGlobal));
		snprintf(what, sizeof(what), "a small one after %s", names[i]);
		answer_result(what, cudaMalloc(&address, 512));
	}
}

static void pitch_overflows(void)
{
	struct cudaPitchedPtr pitched = {0};
	CUdeviceptr driver = 0;
	void *address = NULL;
	size_t pitch = 0;

	mark();
	answer_result("cudaMallocPitch 2^40 x 2^40",
		      cudaMallocPitch(&address, &pitch, (size_t)1 << 40, (size_t)1 << 40));
	answer_result("cuMemAllocPitch 2^40 x 2^40",
		      cuMemAllocPitch(&driver, &pitch, (size_t)1 << 40, (size_t)1 << 40, 4));
	answer_result("cudaMallocPitch 2^40 x 2^10",
		      cudaMallocPitch(&address, &pitch, (size_t)1 << 40, (size_t)1 << 10));
	answer_result("cudaMallocPitch SIZE_MAX x 1",
		      cudaMallocPitch(&address, &pitch, SIZE_MAX, 1));
	answer_result("cudaMalloc3D 2^40 x 2^40 x 2^40",
		      cudaMalloc3D(&pitched, (struct cudaExtent){(size_t)1 << 40, (size_t)1 << 40,
								 (size_t)1 << 40}));
	answer_result("cuMemAllocPitch with elements of 3 bytes",
		      cuMemAllocPitch(&driver, &pitch, 512, 2, 3));
}

const struct question malloc_questions[] = {
	{"D001", first_byte},
	{"D002", second_byte},
	{"D003", many_bytes},
	{"D004", two_of_a_mebibyte},
	{"D005", below_a_mebibyte},
	{"D006", up_to_a_block},
	{"D007", above_a_block},
	{"D008", a_gibibyte},
	{"D008b", rest_of_a_larger_one},
	{"D009", two_in_a_block},
	{"D010", hole_in_a_block},
	{"D011", freed_and_again},
	{"D012", ranges},
	{"D013", too_much},
	{"D014", pitch_overflows},
	{NULL, NULL},
};
