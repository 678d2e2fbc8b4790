/*
 * Recordings that were given twice: by two names, or as copies of one file.
 *
 * A recording is known by its header: process, machine, clocks, number of
 * changes and sizes. Those of machines that tell no boot id are all different.
 */
#include "config.h"

#include "reports/recording/duplicates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/hash.h"

struct vt__duplicates {
	UT_hash_handle hh;
	char *path;
	struct vt_format_header header;
};

int vt__duplicates_add(struct vt__duplicates **set, const struct vt__recording *recording,
		       const char **earlier)
{
	static const uint8_t unknown[sizeof(((struct vt_format_header *)0)->boot_id)];
	const struct vt_format_header *header = vt__recording_header(recording);
	struct vt__duplicates *entry;

	if (!memcmp(header->boot_id, unknown, sizeof(unknown)))
		return 0;
	HASH_FIND(hh, *set, header, sizeof(*header), entry);
	if (entry) {
		*earlier = entry->path;
		return 1;
	}
	entry = malloc(sizeof(*entry));
	if (entry)
		entry->path = strdup(vt__recording_path(recording));
	if (!entry || !entry->path) {
		free(entry);
		return -ENOMEM;
	}
	entry->header = *header;
	HASH_ADD(hh, *set, header, sizeof(entry->header), entry);
	return 0;
}

void vt__duplicates_free(struct vt__duplicates *set)
{
	struct vt__duplicates *entry, *next;

	HASH_ITER(hh, set, entry, next) {
		HASH_DEL(set, entry);
		free(entry->path);
		free(entry);
	}
}
