/*
 * Tests whether memory can be read, page by page.
 */
#include "config.h"

#include "python/reads.h"

#include <errno.h>

#include "base/page.h"
#include "unwind/unwind_memory.h"

#define PAGE ((uintptr_t)VT__PAGE_LEAST)
#define BYTES_MOST ((size_t)1 << 24) /* of one object */

bool vt__pages_hold(struct vt__pages *pages, uintptr_t address, size_t bytes)
{
	const size_t room = sizeof(pages->of) / sizeof(pages->of[0]);
	uintptr_t page = address & ~(PAGE - 1), last;
	int saved = errno;

	if (!bytes)
		return true;
	if (bytes > BYTES_MOST || address < PAGE || address + bytes < address)
		return false;
	last = (address + bytes - 1) & ~(PAGE - 1);
	for (; page <= last; page += PAGE) {
		uintptr_t *known = &pages->of[page / PAGE % room];

		if (*known == page)
			continue;
		if (!vt__memory_readable(page)) {
			errno = saved;
			return false;
		}
		*known = page;
	}
	errno = saved;
	return true;
}
