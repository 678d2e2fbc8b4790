/*
 * Reads, hashes and compares what code objects say of themselves.
 */
#include "config.h"

#include "python/contents.h"

#include "python/memory.h"

#define COMPACT_BIT 3u /* behind the first of the kind, three bits wide; of 3.14t as well */
#define ASCII_BIT 4u

/* ---- Strings and the table ------------------------------------------------------------- */

static bool read_string(const struct vt__python_layout *layout, struct vt__pages *pages,
			uintptr_t object, struct vt__part *out)
{
	uintptr_t data;
	uint32_t state;

	if (!vt__is_pointer(object) || !vt__pages_hold(pages, object, layout->string_compact + 8u))
		return false;
	state = vt__read_half(object + layout->string_state);
	out->object = object;
	out->state = state;
	state >>= layout->string_kind;
	out->width = state & 7;
	if (out->width != 1 && out->width != 2 && out->width != 4)
		return false;
	data = object + (state >> ASCII_BIT & 1 ? layout->string_ascii : layout->string_compact);
	if (!(state >> COMPACT_BIT & 1))
		data = vt__read_word(object + layout->string_compact);
	out->data = data;
	if (__builtin_mul_overflow(vt__read_word(object + layout->string_length), out->width,
				   &out->bytes))
		return false;
	return vt__pages_hold(pages, data, out->bytes);
}

static bool read_table(const struct vt__python_layout *layout, struct vt__pages *pages,
		       uintptr_t object, struct vt__part *out)
{
	if (!vt__is_pointer(object) || !vt__pages_hold(pages, object, layout->bytes_data))
		return false;
	*out = (struct vt__part){
		.object = object,
		.data = object + layout->bytes_data,
		.bytes = vt__read_word(object + layout->object_size),
		.width = 1,
	};
	return vt__pages_hold(pages, out->data, out->bytes);
}

bool vt__contents_read(const struct vt__python_layout *layout, struct vt__pages *pages,
		       uintptr_t code, struct vt__contents *out)
{
	struct vt__part *parts = out->parts;

	out->first_line = (int32_t)vt__read_half(code + layout->code_first_line);
	return read_string(layout, pages, vt__read_word(code + layout->code_file),
			   &parts[VT__PART_FILE]) &&
	       read_string(layout, pages, vt__read_word(code + layout->code_name),
			   &parts[VT__PART_NAME]) &&
	       read_table(layout, pages, vt__read_word(code + layout->code_table),
			  &parts[VT__PART_TABLE]);
}

/* ---- Words of a part ------------------------------------------------------------------- */

static size_t words_of(const struct vt__part *part)
{
	return (part->bytes + 7) / 8;
}

/* Eight bytes; of the last word those that there are. */
static inline uint64_t word_of(const struct vt__part *part, size_t number)
{
	uintptr_t at = part->data + 8 * number;
	uint64_t word = 0;

	if (8 * number + 8 <= part->bytes)
		return vt__read_word(at);
	for (size_t i = part->bytes - 8 * number; i; i--)
		word = word << 8 | vt__read_byte(at + i - 1);
	return word;
}

static struct vt__hash128 hash_of(const struct vt__contents *contents)
{
	struct vt__hash128 hash = {VT__HASH_A ^ (uint32_t)contents->first_line, VT__HASH_C};

	for (unsigned i = 0; i < VT__PARTS; i++) {
		const struct vt__part *part = &contents->parts[i];

		hash.low = vt__hash_fold(hash.low ^ part->bytes, VT__HASH_B ^ part->width);
		hash.high = vt__hash_fold(hash.high + part->bytes, VT__HASH_D);
		for (size_t word = 0; word < words_of(part); word++) {
			hash.low = vt__hash_fold(hash.low ^ word_of(part, word), VT__HASH_B);
			hash.high = vt__hash_fold(hash.high + word_of(part, word), VT__HASH_D);
		}
	}
	return hash;
}

/* ---- Slots ------------------------------------------------------------------------------ */

static void copy(struct vt__code_slot *slot)
{
	uint64_t *to = slot->copy;
	size_t words = 0;

	for (unsigned i = 0; i < VT__PARTS; i++)
		words += words_of(&slot->of.parts[i]);
	slot->is_copied = words <= VT__COPY_WORDS;
	for (unsigned i = 0; slot->is_copied && i < VT__PARTS; i++)
		for (size_t word = 0; word < words_of(&slot->of.parts[i]); word++)
			*to++ = word_of(&slot->of.parts[i], word);
}

static uint32_t version_of(const struct vt__python_layout *layout, uintptr_t code)
{
	return layout->code_version ? vt__read_half(code + layout->code_version) : 0;
}

static bool is_of(const struct vt__code_slot *slot, const struct vt__python_layout *layout,
		  uintptr_t code, uintptr_t thread, uint32_t version)
{
	if (!slot->serial || slot->code != code || slot->version != version)
		return false;
	return version ? slot->thread == thread : vt__contents_are(layout, slot, code);
}

/* The code's slot, else the one to give way: the oldest. */
static struct vt__code_slot *find_slot(struct vt__python_memory *memory,
				       const struct vt__python_layout *layout, uintptr_t code,
				       uintptr_t thread, struct vt__python_hop *hop, bool *found)
{
	uint32_t number = vt__python_slot(code);
	struct vt__code_slot *slot, *oldest = NULL;

	for (uint32_t i = number; i < number + VT__SLOT_WAYS; i++) {
		slot = vt__python_slot_at(memory, i);
		*found = is_of(slot, layout, code, thread, hop->version);
		if (*found || !oldest || slot->serial < oldest->serial) {
			oldest = slot;
			hop->slot = i;
		}
		if (*found)
			break;
	}
	return oldest;
}

bool vt__contents_find(const struct vt__python *python, struct vt__python_memory *memory,
		       struct vt__pages *pages, uintptr_t code, struct vt__python_hop *hop,
		       struct vt__hash128 *out)
{
	const struct vt__python_layout *layout = python->layout;
	uintptr_t thread = vt__python_thread(python);
	struct vt__contents contents;
	struct vt__code_slot *slot = NULL;
	bool known = false;

	hop->version = version_of(layout, code);
	hop->slot = 0;
	if (memory)
		slot = find_slot(memory, layout, code, thread, hop, &known);
	/* what was read before was tested then, and is alive as long as the code is the same */
	if (!known) {
		if (!vt__contents_read(layout, pages, code, &contents))
			return false;
		*out = hash_of(&contents);
		if (!slot)
			return true;
		slot->serial = 0;
		*slot = (struct vt__code_slot){.code = code,
					       .thread = thread,
					       .version = hop->version,
					       .hash = *out,
					       .of = contents};
		if (!hop->version)
			copy(slot);
		slot->serial = vt__python_serial(memory);
	}
	hop->serial = slot->serial;
	*out = slot->hash;
	return true;
}

VT__READS_FOREIGN static bool holds_copy(const struct vt__part *was, const uint64_t **copied)
{
	const uint64_t *now = (const uint64_t *)was->data, *then = *copied;
	size_t whole = was->bytes / 8, word;

	*copied += words_of(was);
	for (word = 0; word < whole; word++)
		if (now[word] != then[word])
			return false;
	return word == words_of(was) || word_of(was, word) == then[word];
}

static size_t characters(const struct vt__contents *contents, unsigned part)
{
	return contents->parts[part].bytes / contents->parts[part].width;
}

bool vt__contents_are(const struct vt__python_layout *layout, const struct vt__code_slot *slot,
		      uintptr_t code)
{
	const struct vt__contents *was = &slot->of;
	const uint64_t *copied = slot->copy;
	uintptr_t file = vt__read_word(code + layout->code_file);
	uintptr_t name = vt__read_word(code + layout->code_name);
	uintptr_t table = vt__read_word(code + layout->code_table);

	if ((int32_t)vt__read_half(code + layout->code_first_line) != was->first_line ||
	    file != was->parts[VT__PART_FILE].object || name != was->parts[VT__PART_NAME].object ||
	    table != was->parts[VT__PART_TABLE].object ||
	    vt__read_half(file + layout->string_state) != was->parts[VT__PART_FILE].state ||
	    vt__read_half(name + layout->string_state) != was->parts[VT__PART_NAME].state)
		return false;
	if (vt__read_word(file + layout->string_length) != characters(was, VT__PART_FILE) ||
	    vt__read_word(name + layout->string_length) != characters(was, VT__PART_NAME) ||
	    vt__read_word(table + layout->object_size) != characters(was, VT__PART_TABLE))
		return false;
	if (!slot->is_copied) {
		struct vt__hash128 hash = hash_of(was);

		return hash.low == slot->hash.low && hash.high == slot->hash.high;
	}
	for (unsigned i = 0; i < VT__PARTS; i++)
		if (!holds_copy(&was->parts[i], &copied))
			return false;
	return true;
}
