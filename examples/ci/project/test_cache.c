/* A test program as `make check` and ctest run them: its exit status says it all. */
#include <stdio.h>

#include "cache.h"

int main(void)
{
	struct cache *cache = cache_open();
	int failed;

	if (!cache)
		return 99;
	for (int block = 0; block < 4; block++)
		if (!cache_add(cache, (size_t)1 << 20))
			return 99;
	failed = cache_count(cache) != 4;
	cache_close(cache);
	puts(failed ? "FAILED" : "passed");
	return failed;
}
