/* A cache of blocks in device memory: the code under test. */
#ifndef CACHE_H
#define CACHE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cache;

/* NULL without memory. cache_close() gives everything back. */
struct cache *cache_open(void);
void cache_close(struct cache *cache);

/* Room for one more block, until the cache is closed. NULL without memory. */
void *cache_add(struct cache *cache, size_t bytes);

size_t cache_count(const struct cache *cache);

#ifdef __cplusplus
}
#endif
#endif
