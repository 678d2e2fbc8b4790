/* Asks the loader about the objects of the process. */
#include "config.h"

#include <link.h>

#include "preload/base/loader.h"

static int read_unloads(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	(void)bytes;
	*(unsigned long long *)closure = info->dlpi_subs;
	return 1;
}

unsigned long long vt__loader_unloads(void)
{
	unsigned long long count = 0;

	dl_iterate_phdr(read_unloads, &count);
	return count;
}
