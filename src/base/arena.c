/*
 * Size-class allocator over anonymous mappings, for the ledger's tables.
 */
#include "config.h"

#include "base/arena.h"

#include <string.h>
#include <sys/mman.h>

#include "base/page.h"

#define RUN_BYTES 4096u
#define CHUNK_BYTES (1u << 20)
#define SMALL_MOST 256u
#define CLASS_MOST (4u << 10)

void *vt__arena_map(size_t bytes)
{
	void *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED)
		return NULL;
	madvise(block, bytes, MADV_DONTFORK);
	return block;
}

static size_t round_up(size_t bytes, size_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

/* The class of a size of at most CLASS_MOST, and the size of its blocks. */
static unsigned class_of(size_t bytes, size_t *block_bytes)
{
	unsigned number = VT__ARENA_SMALL_CLASSES;
	size_t size = SMALL_MOST * 2;

	if (bytes == 0)
		bytes = 1;
	if (bytes <= SMALL_MOST) {
		*block_bytes = round_up(bytes, 16);
		return (unsigned)(*block_bytes / 16 - 1);
	}
	while (size < bytes) {
		size *= 2;
		number++;
	}
	*block_bytes = size;
	return number;
}

static void *map_counted(struct vt__arena *arena, size_t bytes)
{
	void *block;

	if (arena->bytes_most && arena->bytes_held + bytes > arena->bytes_most)
		return NULL;
	block = vt__arena_map(bytes);
	if (block)
		arena->bytes_held += bytes;
	return block;
}

/* Gives the class a new run of blocks. The rest of a chunk that is too short
 * for the run is left: at most one run of the largest class. */
static int refill(struct vt__arena *arena, struct vt__arena_class *blocks, size_t block_bytes)
{
	size_t run = round_up(block_bytes, RUN_BYTES);

	if ((size_t)(arena->chunk_end - arena->chunk) < run) {
		uint8_t *chunk = map_counted(arena, CHUNK_BYTES);

		if (!chunk)
			return -1;
		arena->chunk = chunk;
		arena->chunk_end = chunk + CHUNK_BYTES;
	}
	blocks->next = arena->chunk;
	blocks->end = arena->chunk + run;
	arena->chunk += run;
	return 0;
}

void *vt__arena_take(struct vt__arena *arena, size_t bytes)
{
	struct vt__arena_class *blocks;
	size_t block_bytes;
	void *block;

	if (bytes > CLASS_MOST)
		return map_counted(arena, vt__page_round(bytes));
	blocks = &arena->classes[class_of(bytes, &block_bytes)];
	block = blocks->free;
	if (block) {
		memcpy(&blocks->free, block, sizeof(blocks->free));
		return block;
	}
	if ((size_t)(blocks->end - blocks->next) < block_bytes &&
	    refill(arena, blocks, block_bytes))
		return NULL;
	block = blocks->next;
	blocks->next += block_bytes;
	return block;
}

void vt__arena_give(struct vt__arena *arena, void *block, size_t bytes)
{
	struct vt__arena_class *blocks;
	size_t block_bytes;

	if (!block)
		return;
	if (bytes > CLASS_MOST) {
		block_bytes = vt__page_round(bytes);
		munmap(block, block_bytes);
		arena->bytes_held -= block_bytes;
		return;
	}
	blocks = &arena->classes[class_of(bytes, &block_bytes)];
	memcpy(block, &blocks->free, sizeof(blocks->free));
	blocks->free = block;
}
