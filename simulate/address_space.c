/* Ranges of address space that stand for device memory, and the slots of small ones. */
#define _GNU_SOURCE
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "simulate/address_space.h"
#include "simulate/memory_file.h"
#include "simulate/ordered_map.h"

/* Requests of at most this many bytes are slots of a block. */
#define LARGEST_SLOT ((size_t)512 << 10)
#define CLASSES (LARGEST_SLOT / VT_SPACE_UNIT)

/* A free slot. Kept outside the slot: stray writes to freed memory must do no harm here. */
struct slot {
	struct slot *next;
	uintptr_t address;
};

/* A range, or a block of slots, that is a file which other processes can map. */
struct shared {
	struct vt__node node; /* key: the start */
	int file;
};

static struct slot *free_slots[VT_SPACE_DEVICE + 1][CLASSES];
static struct vt__map blocks;
static struct vt__map shared_ranges;
static struct slot *spare; /* records without a slot */

size_t vt__round_up(size_t value, size_t unit)
{
	size_t rounded = (value + unit - 1) & ~(unit - 1);

	return rounded < value ? 0 : rounded;
}

static bool is_slot(enum vt__space where, size_t size, size_t alignment)
{
	return where <= VT_SPACE_DEVICE && size <= LARGEST_SLOT && alignment <= VT_SPACE_UNIT;
}

static size_t class_of(size_t size)
{
	return (size - 1) / VT_SPACE_UNIT;
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
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

	if (where == VT_SPACE_LOW) {
#ifdef MAP_32BIT
		flags |= MAP_32BIT;
#else
		return -EOPNOTSUPP;
#endif
	}
	if (!length || length + extra < length)
		return -ENOMEM;
	mapped = mmap(NULL, length + extra, protection, flags, -1, 0);
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

static int push_slot(enum vt__space where, size_t class, uintptr_t address)
{
	struct slot *slot = spare;

	if (slot)
		spare = slot->next;
	else
		slot = malloc(sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	slot->address = address;
	slot->next = free_slots[where][class];
	free_slots[where][class] = slot;
	return 0;
}

static int add_block(enum vt__space where, size_t class)
{
	size_t bytes = (class + 1) * VT_SPACE_UNIT;
	struct vt__node *block = malloc(sizeof(*block));
	uintptr_t start;
	int error = block ? map_range(VT_SPACE_ANYWHERE, VT_SPACE_BLOCK, VT_SPACE_BLOCK, &start)
			  : -ENOMEM;

	if (error) {
		free(block);
		return error;
	}
	vt__map_insert(&blocks, block, start);
	/* Backwards, so that addresses are handed out in rising order. */
	for (size_t i = VT_SPACE_BLOCK / bytes; !error && i-- > 0;)
		error = push_slot(where, class, start + i * bytes);
	return free_slots[where][class] ? 0 : error;
}

static int take_slot(enum vt__space where, size_t class, uintptr_t *address)
{
	struct slot *slot;
	int error = free_slots[where][class] ? 0 : add_block(where, class);

	if (error)
		return error;
	slot = free_slots[where][class];
	free_slots[where][class] = slot->next;
	*address = slot->address;
	slot->next = spare;
	spare = slot;
	return 0;
}

int vt__space_take(enum vt__space where, size_t size, size_t alignment, uintptr_t *address)
{
	if (is_slot(where, size, alignment))
		return take_slot(where, class_of(size), address);
	return map_range(where, size, alignment, address);
}

static void forget_shared(uintptr_t start)
{
	struct shared *range = (struct shared *)vt__map_find(&shared_ranges, start);

	if (!range)
		return;
	close(range->file);
	vt__map_remove(&shared_ranges, &range->node);
	free(range);
}

void vt__space_give_back(enum vt__space where, uintptr_t address, size_t size, size_t alignment)
{
	/* Without memory for the record a slot is lost: address space, not memory. */
	if (is_slot(where, size, alignment)) {
		(void)push_slot(where, class_of(size), address);
		return;
	}
	munmap((void *)address, vt__round_up(size, page_size()));
	forget_shared(address);
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
	bool slot = is_slot(where, size, alignment);
	uintptr_t start = slot ? address & ~(uintptr_t)(VT_SPACE_BLOCK - 1) : address;
	size_t length = slot ? VT_SPACE_BLOCK : vt__round_up(size, page_size());
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
