/*
 * Interns texts in the recording.
 */
#include "config.h"

#include "ledger/strings.h"

struct vt__pointer_node {
	UT_hash_handle hh;
	const char *text;
	uint32_t number;
};

uint32_t vt__strings_find(const struct vt__strings *strings, const char *text, size_t length,
			  uint64_t hash)
{
	const struct vt__interned *node = vt__intern_find(&strings->texts, text, length, hash);

	return node ? node->number : VT_FORMAT_NONE;
}

uint32_t vt__strings_of_text(struct vt__strings *strings, struct vt__store *store, const char *text)
{
	struct vt__interned *node;
	size_t length;
	uint64_t hash;
	uint32_t number;

	if (!text)
		return VT_FORMAT_NONE;
	length = strlen(text);
	hash = vt__hash_bytes(text, length);
	number = vt__strings_find(strings, text, length, hash);
	if (number != VT_FORMAT_NONE)
		return number;
	number = vt__recording_add_text(&store->recording, text);
	if (number == VT_FORMAT_NONE)
		return number;
	node = vt__intern_take(&strings->texts, &store->arena, text, length, hash);
	if (node) /* else it is recorded a second time if it is asked again */
		node->number = number;
	return number;
}

uint32_t vt__strings_of_static(struct vt__strings *strings, struct vt__store *store,
			       const char *text)
{
	struct vt__arena *table_arena = &store->arena;
	unsigned hash = (unsigned)vt__hash_word((uintptr_t)text);
	struct vt__pointer_node *node;
	uint32_t number;

	HASH_FIND_BYHASHVALUE(hh, strings->by_pointer, &text, sizeof(text), hash, node);
	if (node)
		return node->number;
	number = vt__strings_of_text(strings, store, text);
	if (number == VT_FORMAT_NONE)
		return number;
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return number;
	node->text = text;
	node->number = number;
	HASH_ADD_BYHASHVALUE(hh, strings->by_pointer, text, sizeof(text), hash, node);
	if (!node->hh.tbl)
		vt__arena_give(table_arena, node, sizeof(*node));
	return number;
}
