/* The size of a page: 4096 bytes on x86-64; on 64-bit Arm 4, 16 or 64 KiB, as the kernel was built.
 */
#ifndef VT_BASE_PAGE_H
#define VT_BASE_PAGE_H

#include <stddef.h>
#include <unistd.h>

/* The smallest there is: to test memory page by page in these does no harm in larger ones. */
#define VT__PAGE_LEAST 4096u

/* Takes no lock and makes no system call. */
static inline size_t vt__page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static inline size_t vt__page_round(size_t bytes)
{
	size_t page = vt__page_bytes();

	return (bytes + page - 1) / page * page;
}

#endif
