/*
 * Frames that a document has once.
 */
#include "config.h"

#include "reports/formats/frame_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/hash.h"

/* Without padding: every byte is compared. */
struct key {
	const char *function, *file, *module;
	uint64_t offset, line;
};

struct vt__frame_entry {
	UT_hash_handle hh;
	struct key key;
	size_t number;
};

int vt__frame_number(struct vt__frame_table *table, const struct vt__frame *frame, size_t *number,
		     bool *is_new)
{
	const size_t count = HASH_COUNT(table->entries);
	struct vt__frame_entry *entry;
	struct key key;

	memset(&key, 0, sizeof(key));
	key.function = frame->function;
	key.file = frame->file;
	key.module = frame->module;
	key.offset = frame->offset;
	key.line = frame->line;
	HASH_FIND(hh, table->entries, &key, sizeof(key), entry);
	*is_new = !entry;
	if (!entry) {
		entry = calloc(1, sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		entry->key = key;
		entry->number = count;
		HASH_ADD(hh, table->entries, key, sizeof(entry->key), entry);
		if (HASH_COUNT(table->entries) == count) {
			free(entry);
			return -ENOMEM;
		}
	}
	*number = entry->number;
	return 0;
}

void vt__frame_table_release(struct vt__frame_table *table)
{
	struct vt__frame_entry *entry, *next;

	HASH_ITER(hh, table->entries, entry, next) {
		HASH_DEL(table->entries, entry);
		free(entry);
	}
}
