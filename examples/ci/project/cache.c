/* A list of blocks, each with its device memory. */
#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "cache.h"

struct block {
	struct block *next;
	void *memory;
};

struct cache {
	struct block *first;
	size_t count;
};

struct cache *cache_open(void)
{
	return calloc(1, sizeof(struct cache));
}

void *cache_add(struct cache *cache, size_t bytes)
{
	struct block *block = malloc(sizeof(*block));

	if (!block || cudaMalloc(&block->memory, bytes) != cudaSuccess) {
		free(block);
		return NULL;
	}
	block->next = cache->first;
	cache->first = block;
	cache->count++;
	return block->memory;
}

size_t cache_count(const struct cache *cache)
{
	return cache->count;
}

void cache_close(struct cache *cache)
{
	while (cache->first) {
		struct block *block = cache->first;

		cache->first = block->next;
		cudaFree(block->memory);
		free(block);
	}
	free(cache);
}
