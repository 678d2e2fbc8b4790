/*
 * What samples of a pprof profile refer to by number.
 */
#include "config.h"

#include "reports/formats/pprof.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/titles.h"
#include "reports/text/escape.h"
#include "reports/text/hash.h"

/* One of any of the tables, by the bytes of its key. */
struct vt__pprof_entry {
	UT_hash_handle hh;
	uint64_t number; /* from 1 on, in the order of their making */
	/* Of a mapping: */
	const struct vt_format_module *record;
	uint64_t file, build_id;               /* strings */
	bool functions, files, lines, inlined; /* what its locations have */
	char key[];
};

/* Keys without padding: every byte is compared. */
struct function_key {
	uint64_t name, file;
};

struct location_key {
	const void *module, *source;
	uint64_t address;
	const char *missing;
};

/* The entry with that key; `*is_new` where it was not there. NULL, and failed, if out of memory. */
static struct vt__pprof_entry *enter(struct vt__pprof *pprof, struct vt__pprof_entry **table,
				     const void *key, size_t bytes, bool *is_new)
{
	struct vt__pprof_entry *entry;
	const unsigned count = HASH_COUNT(*table);

	*is_new = false;
	HASH_FIND(hh, *table, key, bytes, entry);
	if (entry || pprof->failed)
		return entry;
	entry = calloc(1, sizeof(*entry) + bytes);
	if (entry) {
		memcpy(entry->key, key, bytes);
		entry->number = count + 1;
		HASH_ADD_KEYPTR(hh, *table, entry->key, bytes, entry);
		*is_new = HASH_COUNT(*table) != count;
		if (!*is_new)
			free(entry);
	}
	if (*is_new)
		return entry;
	pprof->failed = true;
	return NULL;
}

static uint64_t number_of(const struct vt__pprof_entry *entry)
{
	return entry ? entry->number : 0;
}

static void write(struct vt__pprof *pprof, unsigned field)
{
	if (vt__message_write(&pprof->message, field, pprof->out))
		pprof->failed = true;
}

/* ---- Strings, functions --------------------------------------------------------------- */

uint64_t vt__pprof_string(struct vt__pprof *pprof, const char *text)
{
	struct vt__pprof_entry *entry;
	char *clean;
	bool is_new;

	if (!text || !*text)
		return 0;
	clean = vt__clean_copy(text, false);
	if (!clean) {
		pprof->failed = true;
		return 0;
	}
	entry = enter(pprof, &pprof->strings, clean, strlen(clean), &is_new);
	if (is_new) {
		/* Not by pprof->message: a message may be in the making there. */
		struct vt__message string = {.used = 0};

		vt__message_bytes(&string, VT__PPROF_STRING_TABLE, clean, strlen(clean));
		pprof->failed |= string.failed;
		fwrite(string.bytes, 1, string.used, pprof->out);
		vt__message_release(&string);
	}
	free(clean);
	return number_of(entry);
}

static uint64_t function_of(struct vt__pprof *pprof, const char *name, const char *file)
{
	const struct function_key key = {vt__pprof_string(pprof, name),
					 vt__pprof_string(pprof, file)};
	struct vt__message function = {.used = 0};
	bool is_new;
	const struct vt__pprof_entry *entry = enter(pprof, &pprof->functions, &key, sizeof(key),
						    &is_new);

	if (is_new) {
		vt__message_number(&function, 1, entry->number);
		vt__message_number(&function, 2, key.name);
		vt__message_number(&function, 3, key.name); /* as the system has it: not known */
		vt__message_number(&function, 4, key.file);
		if (vt__message_write(&function, VT__PPROF_FUNCTION, pprof->out))
			pprof->failed = true;
		vt__message_release(&function);
	}
	return number_of(entry);
}

/* ---- Mappings ------------------------------------------------------------------------------ */

static uint64_t build_id_of(struct vt__pprof *pprof, const struct vt_format_module *record)
{
	char text[2 * sizeof(record->build_id) + 1] = "";

	for (size_t i = 0; i < record->build_id_bytes && i < sizeof(record->build_id); i++)
		snprintf(text + 2 * i, 3, "%02x", record->build_id[i]);
	return vt__pprof_string(pprof, text);
}

/* A frame's mapping; NULL where its code is in no module, or out of memory. */
static struct vt__pprof_entry *mapping_of(struct vt__pprof *pprof,
					  const struct vt__process *process, uint64_t raw,
					  const struct vt__module *module)
{
	const struct vt_format_module *record = vt__recording_module(process->recording,
								     VT_FORMAT_FRAME_MODULE(raw));
	struct vt__pprof_entry *entry;
	bool is_new;

	if (!module || !record)
		return NULL;
	entry = enter(pprof, &pprof->mappings, &module, sizeof(const void *), &is_new);
	if (is_new) {
		entry->record = record;
		entry->file = vt__pprof_string(pprof, vt__module_path(module));
		entry->build_id = build_id_of(pprof, record);
	}
	return entry;
}

void vt__pprof_program(struct vt__pprof *pprof, const struct vt__process *process)
{
	const struct vt__raw program = vt__recording_string(
		process->recording, vt__recording_header(process->recording)->program);
	const uint32_t count = vt__recording_modules(process->recording);
	struct vt__place place;

	for (uint32_t i = 0; i < count && !pprof->mappings; i++) {
		const struct vt_format_module *record = vt__recording_module(process->recording, i);
		const uint64_t raw = VT_FORMAT_MAKE_FRAME(i, 0);

		if (vt__raw_is_empty(program) ||
		    !vt__raw_equal(program, vt__recording_string(process->recording, record->path)))
			continue;
		if (vt__stack_place(process->stacks, raw, &place))
			pprof->failed = true;
		else
			(void)mapping_of(pprof, process, raw, place.module);
	}
}

/* Addresses are those in the file: it begins at 0, and has no end that would be known. */
void vt__pprof_write_mappings(struct vt__pprof *pprof)
{
	const struct vt__pprof_entry *entry, *next;

	HASH_ITER(hh, pprof->mappings, entry, next) {
		vt__message_number(&pprof->message, 1, entry->number);
		vt__message_number(&pprof->message, 5, entry->file);
		vt__message_number(&pprof->message, 6, entry->build_id);
		vt__message_number(&pprof->message, 7, entry->functions);
		vt__message_number(&pprof->message, 8, entry->files);
		vt__message_number(&pprof->message, 9, entry->lines);
		vt__message_number(&pprof->message, 10, entry->inlined);
		write(pprof, VT__PPROF_MAPPING);
	}
}

/* ---- Locations ------------------------------------------------------------------------------ */

static void add_line(struct vt__pprof *pprof, const struct vt__frame *frame,
		     struct vt__pprof_entry *mapping)
{
	if (!frame->function && !frame->file)
		return;
	vt__message_number(
		&pprof->inner, 1,
		function_of(pprof, frame->function ? frame->function : "[unknown]", frame->file));
	vt__message_number(&pprof->inner, 2, frame->line);
	vt__message_message(&pprof->message, 4, &pprof->inner);
	if (!mapping)
		return;
	mapping->functions |= frame->function != NULL;
	mapping->files |= frame->file != NULL;
	mapping->lines |= frame->line != 0;
	mapping->inlined |= frame->inlined;
}

static void write_location(struct vt__pprof *pprof, const struct vt__process *process, uint64_t raw,
			   const struct vt__place *place, uint64_t number)
{
	struct vt__pprof_entry *mapping = mapping_of(pprof, process, raw, place->module);

	pprof->frames.count = 0;
	if (vt__stack_expand(process->stacks, raw, VT__NAMES_ALL, &pprof->frames)) {
		pprof->failed = true;
		return;
	}
	vt__message_number(&pprof->message, 1, number);
	vt__message_number(&pprof->message, 2, number_of(mapping));
	/* Of the call, which is before the address that it returns to. */
	vt__message_number(&pprof->message, 3, place->address ? place->address - 1 : 0);
	for (size_t i = 0; i < pprof->frames.count; i++)
		add_line(pprof, &pprof->frames.frames[i], mapping);
	write(pprof, VT__PPROF_LOCATION);
}

uint64_t vt__pprof_location(struct vt__pprof *pprof, const struct vt__process *process,
			    uint64_t raw)
{
	const struct vt__pprof_entry *entry;
	struct location_key key;
	struct vt__place place;
	bool is_new;

	if (vt__stack_place(process->stacks, raw, &place)) {
		pprof->failed = true;
		return 0;
	}
	memset(&key, 0, sizeof(key));
	key.module = place.module;
	key.source = place.source;
	key.address = place.address;
	entry = enter(pprof, &pprof->locations, &key, sizeof(key), &is_new);
	if (is_new)
		write_location(pprof, process, raw, &place, entry->number);
	return number_of(entry);
}

uint64_t vt__pprof_missing(struct vt__pprof *pprof, const char *missing)
{
	const struct vt__frame frame = {.function = missing};
	const struct vt__pprof_entry *entry;
	struct location_key key;
	bool is_new;

	memset(&key, 0, sizeof(key));
	key.missing = missing;
	entry = enter(pprof, &pprof->locations, &key, sizeof(key), &is_new);
	if (is_new) {
		vt__message_number(&pprof->message, 1, entry->number);
		add_line(pprof, &frame, NULL);
		write(pprof, VT__PPROF_LOCATION);
	}
	return number_of(entry);
}

static void clear(struct vt__pprof_entry **table)
{
	struct vt__pprof_entry *entry, *next;

	HASH_ITER(hh, *table, entry, next) {
		HASH_DEL(*table, entry);
		free(entry);
	}
}

void vt__pprof_release(struct vt__pprof *pprof)
{
	clear(&pprof->strings);
	clear(&pprof->functions);
	clear(&pprof->locations);
	clear(&pprof->mappings);
	vt__message_release(&pprof->message);
	vt__message_release(&pprof->inner);
	vt__frames_release(&pprof->frames);
}
