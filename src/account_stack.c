/*
 * The stack of a record.
 */
#include "config.h"

#include <link.h>
#include <pthread.h>
#include <string.h>

#include "account_private.h"

/* Room for frames of ours that are left out. */
#define FRAMES_TAKEN (VT__ACCOUNT_FRAMES + 8)

#define OBJECT_NAME "libvramtrack.so"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uintptr_t own_start, own_end; /* this library, if it is a shared object of its own */

static bool is_own_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strncmp(slash ? slash + 1 : path, OBJECT_NAME, strlen(OBJECT_NAME)) == 0;
}

static int look_at_object(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	uintptr_t here = (uintptr_t)&once, start = UINTPTR_MAX, end = 0;

	(void)bytes;
	(void)closure;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD)
			continue;
		if (info->dlpi_addr + part->p_vaddr < start)
			start = info->dlpi_addr + part->p_vaddr;
		if (info->dlpi_addr + part->p_vaddr + part->p_memsz > end)
			end = info->dlpi_addr + part->p_vaddr + part->p_memsz;
	}
	if (here < start || here >= end)
		return 0;
	if (is_own_name(info->dlpi_name)) {
		own_start = start;
		own_end = end;
	}
	return 1;
}

static void prepare(void)
{
	(void)vt__unwind_init(NULL);
	dl_iterate_phdr(look_at_object, NULL);
}

unsigned vt__account_stack(const struct vt__unwind_start *start,
			   uintptr_t frames[VT__ACCOUNT_FRAMES])
{
	uintptr_t taken[FRAMES_TAKEN];
	unsigned depth, first = 0, kept;
	bool truncated;

	pthread_once(&once, prepare);
	if (!own_end)
		return vt__unwind(start, frames, VT__ACCOUNT_FRAMES, &truncated);
	depth = vt__unwind(start, taken, FRAMES_TAKEN, &truncated);
	while (first < depth && taken[first] >= own_start && taken[first] < own_end)
		first++;
	kept = depth - first < VT__ACCOUNT_FRAMES ? depth - first : VT__ACCOUNT_FRAMES;
	memcpy(frames, taken + first, kept * sizeof(frames[0]));
	return kept;
}
