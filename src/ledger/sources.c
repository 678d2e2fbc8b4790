/*
 * Interns source frames.
 */
#include "config.h"

#include "ledger/sources.h"

#include "base/table.h"

struct vt__source_node {
	UT_hash_handle hh;
	struct vt_format_source content;
	uint32_t number;
};

static uint32_t add(struct vt__sources *sources, struct vt__store *store,
		    const struct vt_format_source *content, unsigned hash)
{
	struct vt__arena *table_arena = &store->arena;
	uint32_t number = vt__recording_reserve(&store->recording, VT_FORMAT_SOURCE, 1);
	struct vt__source_node *node;

	if (number == VT_FORMAT_NONE)
		return number;
	*(struct vt_format_source *)vt__store_at(store, VT_FORMAT_SOURCE, number) = *content;
	vt__recording_commit(&store->recording, VT_FORMAT_SOURCE, 1);
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return number; /* recorded, but a second time if it comes again */
	node->content = *content;
	node->number = number;
	HASH_ADD_BYHASHVALUE(hh, sources->by_content, content, sizeof(node->content), hash, node);
	if (!node->hh.tbl)
		vt__arena_give(table_arena, node, sizeof(*node));
	return number;
}

uint64_t vt__sources_frame(struct vt__sources *sources, struct vt__store *store,
			   struct vt__strings *strings, const struct vt__python_frame *frame)
{
	struct vt__python_names *names = &sources->names;
	struct vt_format_source content = {.language = VT_LANGUAGE_PYTHON};
	struct vt__source_node *node;
	uint32_t number;
	unsigned hash;

	vt__python_name(frame, names);
	content.function = vt__strings_of_text(strings, store, names->function);
	content.file = vt__strings_of_text(strings, store, names->file);
	content.line = names->line;
	content.first_line = names->first_line;
	hash = (unsigned)vt__hash_bytes(&content, sizeof(content));
	HASH_FIND_BYHASHVALUE(hh, sources->by_content, &content, sizeof(content), hash, node);
	number = node ? node->number : add(sources, store, &content, hash);
	return number == VT_FORMAT_NONE ? VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 0)
					: VT_FORMAT_MAKE_FRAME(VT_FORMAT_SOURCE_MODULE, number);
}
