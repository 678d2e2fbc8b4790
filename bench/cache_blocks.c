/*
 * For bench/cache_blocks.py: a libc10.so whose cache hands out blocks of one segment, below C
 * frames such as a dispatcher makes, and reports each as PyTorch does: to whoever stands in front
 * of it, or past that.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cuda.h>

#define SYMBOL "_ZN3c1027reportMemoryUsageToProfilerEPvlmmNS_6DeviceE"
#define EXPORT __attribute__((visibility("default"), noinline))
#define BLOCKS 64u
#define BLOCK_BYTES 4096u

/* c10::Device */
struct device {
	int8_t type;
	int8_t index;
};

void report(void *block, int64_t bytes, size_t used, size_t segments,
	    struct device device) __asm__(SYMBOL);
int blocks_begin(CUresult (*allocate)(CUdeviceptr *, size_t));
void blocks_past(bool past);
void *blocks_take(unsigned depth);
void blocks_give(void *block);

static volatile uint64_t reports; /* what libc10's own does */
static char *segment;
static uint64_t taken; /* a bit a block */
static size_t used[2]; /* bytes, as told to whoever is in front, and past that */
static bool is_past;

static __attribute__((noinline)) void count(void)
{
	reports++;
}

EXPORT void report(void *block, int64_t bytes, size_t in_use, size_t segments, struct device device)
{
	(void)block;
	(void)bytes;
	(void)in_use;
	(void)segments;
	(void)device;
	count();
}

static void tell(void *block, int64_t bytes)
{
	used[is_past] += (size_t)bytes;
	if (is_past)
		count();
	else
		report(block, bytes, used[0], (size_t)BLOCKS * BLOCK_BYTES, (struct device){1, 0});
}

/* Each with a frame pointer, as many a distribution builds Python. */
static __attribute__((noinline)) void *take_below(unsigned depth)
{
	volatile char *room = __builtin_alloca(16);
	void *block;

	room[0] = 1;
	if (depth) {
		block = take_below(depth - 1);
	} else {
		const unsigned free = (unsigned)__builtin_ctzll(~taken);

		taken |= (uint64_t)1 << free;
		block = segment + (size_t)free * BLOCK_BYTES;
		tell(block, BLOCK_BYTES);
	}
	room[0] = 2;
	return block;
}

EXPORT void *blocks_take(unsigned depth)
{
	void *block = take_below(depth);

	__asm__ volatile("");
	return block;
}

EXPORT void blocks_give(void *block)
{
	taken &= ~((uint64_t)1 << (size_t)((char *)block - segment) / BLOCK_BYTES);
	tell(block, -(int64_t)BLOCK_BYTES);
}

EXPORT void blocks_past(bool past)
{
	is_past = past;
}

EXPORT int blocks_begin(CUresult (*allocate)(CUdeviceptr *, size_t))
{
	CUdeviceptr address;
	CUresult result = allocate(&address, (size_t)BLOCKS * BLOCK_BYTES);

	segment = (char *)(uintptr_t)address;
	return (int)result;
}
