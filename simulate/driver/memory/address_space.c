/* Ranges of address space that stand for device memory, and the blocks of small ones. */
#define _GNU_SOURCE
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "simulate/driver/memory/address_space.h"
#include "simulate/driver/memory/memory_file.h"
#include "simulate/common/ordered_map.h"

/* Requests of at most this many bytes share blocks. */
#define LARGEST_SMALL (VT_SPACE_BLOCK / 2)

/* A block, in some arena or spare. */
struct block {
	struct vt__node node; /* key: the start */
	struct block *next;   /* of the spare ones */
};

/* A range, or a block, that is a file which other processes can map. */
struct shared {
	struct vt__node node; /* key: the start */
	int file;
};

static struct vt__arena nobodys[VT_SPACE_DEVICE + 1];
static struct vt__map blocks;
static struct block *spare;
static struct vt__map shared_ranges;

size_t vt__round_up(size_t value, size_t unit)
{
	size_t rounded = (value + unit - 1) & ~(unit - 1);

	return rounded < value ? 0 : rounded;
}

bool vt__space_is_small(enum vt__space where, size_t size, size_t alignment)
{
	return where <= VT_SPACE_DEVICE && size <= LARGEST_SMALL && alignment <= VT_SPACE_UNIT;
}

bool vt__arena_grows(const struct vt__arena *arena, size_t size)
{
	return !vt__extents_fit(&arena->free, vt__round_up(size, VT_SPACE_UNIT));
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Below 4 GiB: one processor has a flag for it; on others places are tried. */
static void *map_low(size_t length, int protection, int flags)
{
#ifdef MAP_32BIT
	return mmap(NULL, length, protection, flags | MAP_32BIT, -1, 0);
#else
	const uintptr_t first = (uintptr_t)256 << 20, end = (uintptr_t)1 << 32;
	const uintptr_t step = (uintptr_t)2 << 20;

	for (uintptr_t at = first; length < end && at <= end - length; at += step) {
		void *mapped = mmap((void *)at, length, protection, flags | MAP_FIXED_NOREPLACE, -1,
				    0);

		if (mapped == (void *)at)
			return mapped;
		if (mapped != MAP_FAILED) /* before Linux 4.17 a wish is not heard */
			munmap(mapped, length);
	}
	return MAP_FAILED;
#endif
}

/* Whole pages at the alignment: map too much, then cut both ends off. */
static int map_range(enum vt__space where, size_t size, size_t alignment, uintptr_t *address)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	int protection = where == VT_SPACE_RESERVED ? PROT_NONE : PROT_READ | PROT_WRITE;
	size_t extra = alignment > page_size() ? alignment : 0;
	size_t length = vt__round_up(size, page_size());
	uintptr_t start, aligned;
	void *mapped;

	if (!length || length + extra < length)
		return -ENOMEM;
	mapped = where == VT_SPACE_LOW ? map_low(length + extra, protection, flags)
				       : mmap(NULL, length + extra, protection, flags, -1, 0);
	if (mapped == MAP_FAILED)
		return -ENOMEM;
	start = (uintptr_t)mapped;
	aligned = extra ? (start + alignment - 1) & ~(uintptr_t)(alignment - 1) : start;
	if (aligned > start)
		munmap((void *)start, aligned - start);
	if (aligned + length < start + length + extra)
		munmap((void *)(aligned + length), start + extra - aligned);
	*address = aligned;
	return 0;
}

static struct block *new_block(void)
{
	struct block *block = spare;
	uintptr_t start;

	if (block) {
		spare = block->next;
		return block;
	}
	block = malloc(sizeof(*block));
	if (!block || map_range(VT_SPACE_ANYWHERE, VT_SPACE_BLOCK, VT_SPACE_BLOCK, &start)) {
		free(block);
		return NULL;
	}
	vt__map_insert(&blocks, &block->node, start);
	return block;
}

static int take_small(struct vt__arena *arena, size_t size, uintptr_t *address)
{
	struct block *block;

	if (vt__extents_take(&arena->free, size, address))
		return 0;
	block = new_block();
	if (!block)
		return -ENOMEM;
	arena->blocks++;
	*address = block->node.key;
	if (size < VT_SPACE_BLOCK)
		vt__extents_give(&arena->free, *address + size, VT_SPACE_BLOCK - size,
				 VT_SPACE_BLOCK);
	return 0;
}

int vt__space_take(struct vt__arena *arena, enum vt__space where, size_t size, size_t alignment,
		   uintptr_t *address)
{
	if (vt__space_is_small(where, size, alignment))
		return take_small(arena ? arena : &nobodys[where],
				  vt__round_up(size, VT_SPACE_UNIT), address);
	return map_range(where, size, alignment, address);
}

static bool forget_shared(uintptr_t start)
{
	struct shared *range = (struct shared *)vt__map_find(&shared_ranges, start);

	if (!range)
		return false;
	close(range->file);
	vt__map_remove(&shared_ranges, &range->node);
	free(range);
	return true;
}

/* A block that another process may still have mapped is not used again. */
static void retire(uintptr_t start)
{
	struct block *block = (struct block *)vt__map_find(&blocks, start);

	if (!forget_shared(start)) {
		block->next = spare;
		spare = block;
		return;
	}
	vt__map_remove(&blocks, &block->node);
	free(block);
	munmap((void *)start, VT_SPACE_BLOCK);
}

static void give_back_small(struct vt__arena *arena, uintptr_t address, size_t size)
{
	struct vt__extent joined = vt__extents_give(&arena->free, address, size, VT_SPACE_BLOCK);

	if (joined.size < VT_SPACE_BLOCK)
		return;
	vt__extents_remove(&arena->free, joined.start);
	arena->blocks--;
	retire(joined.start);
}

void vt__space_give_back(struct vt__arena *arena, enum vt__space where, uintptr_t address,
			 size_t size, size_t alignment)
{
	if (vt__space_is_small(where, size, alignment)) {
		give_back_small(arena ? arena : &nobodys[where], address,
				vt__round_up(size, VT_SPACE_UNIT));
		return;
	}
	munmap((void *)address, vt__round_up(size, page_size()));
	(void)forget_shared(address);
}

/* What was never touched is zero, and stays a hole of the file. */
static int copy_to_file(const unsigned char *from, size_t length, int file)
{
	static const unsigned char zeroes[4096];

	for (size_t at = 0; at < length; at += sizeof(zeroes)) {
		if (memcmp(from + at, zeroes, sizeof(zeroes)) &&
		    pwrite(file, from + at, sizeof(zeroes), (off_t)at) != (ssize_t)sizeof(zeroes))
			return -ENOMEM;
	}
	return 0;
}

static int replace_by_file(uintptr_t start, size_t length, int file)
{
	int error = copy_to_file((const unsigned char *)start, length, file);

	if (error)
		return error;
	return mmap((void *)start, length, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED | MAP_NORESERVE, file, 0) == MAP_FAILED
		       ? -errno
		       : 0;
}

static int share_range(uintptr_t start, size_t length, int device, struct shared **range)
{
	struct shared *made = malloc(sizeof(*made));
	int error;

	if (!made)
		return -ENOMEM;
	made->file = vt__memory_file_create(VT_FILE_MEMORY, device, length);
	error = made->file < 0 ? made->file : replace_by_file(start, length, made->file);
	if (error) {
		if (made->file >= 0)
			close(made->file);
		free(made);
		return error;
	}
	vt__map_insert(&shared_ranges, &made->node, start);
	*range = made;
	return 0;
}

int vt__space_share(enum vt__space where, uintptr_t address, size_t size, size_t alignment,
		    int device, int *file, uint64_t *offset)
{
	bool small = vt__space_is_small(where, size, alignment);
	uintptr_t start = small ? address & ~(uintptr_t)(VT_SPACE_BLOCK - 1) : address;
	size_t length = small ? VT_SPACE_BLOCK : vt__round_up(size, page_size());
	struct shared *range = (struct shared *)vt__map_find(&shared_ranges, start);
	int error = range ? 0 : share_range(start, length, device, &range);

	if (error)
		return error;
	*file = range->file;
	*offset = address - start;
	return 0;
}

bool vt__space_is_plain(uintptr_t address, size_t size)
{
	const struct vt__node *block = vt__map_floor(&blocks, address + size - 1);
	uintptr_t start = address & ~(uintptr_t)(page_size() - 1);

	if (block && address < block->key + VT_SPACE_BLOCK)
		return false;
	/* Fails with ENOMEM for a range that is not mapped as a whole. */
	return msync((void *)start, address + size - start, MS_ASYNC) == 0;
}
