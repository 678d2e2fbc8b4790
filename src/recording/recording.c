/*
 * The records of a recording: columns of doubling segments over one file.
 */
#include "config.h"

#include "recording/recording.h"

#include <errno.h>
#include <string.h>

#include "recording/guard.h"
#include "base/page.h"
#include "base/text.h"

#define NOTE_BYTES 256u

static uint64_t segment_bytes(enum vt_format_type type, uint32_t level)
{
	uint64_t bytes = ((uint64_t)vt__shapes[type].record_bytes << vt__shapes[type].first_log2)
			 << level;

	return (bytes + VT_FORMAT_PAGE_BYTES - 1) / VT_FORMAT_PAGE_BYTES * VT_FORMAT_PAGE_BYTES;
}

/* Enters a mapped segment as the next level of its type. */
static void add_segment(struct vt__recording *recording, enum vt_format_type type, uint64_t offset,
			void *at)
{
	struct vt_format_header *header = recording->header;
	struct vt__column *column = &recording->columns[type];
	uint32_t place = header->segment_count;
	uint32_t capacity = (1u << vt__shapes[type].first_log2) << column->levels;

	header->segments[place] = (struct vt_format_segment){
		.type = type,
		.record_bytes = vt__shapes[type].record_bytes,
		.offset = offset,
		.capacity = capacity,
	};
	recording->segments[column->levels][vt__recording_place(type)] = at;
	column->directory[column->levels] = (uint16_t)place;
	column->levels++;
	column->room += capacity;
	__atomic_store_n(&header->segment_count, place + 1, __ATOMIC_RELEASE);
}

static void fill_header(struct vt_format_header *header)
{
	memcpy(header->magic, VT_FORMAT_MAGIC, sizeof(header->magic));
	header->version = VT_FORMAT_VERSION;
	header->byte_order = VT_FORMAT_BYTE_ORDER;
	header->header_bytes = VT_FORMAT_HEADER_BYTES;
	header->note = VT_FORMAT_NONE;
	header->wait_status = VT_FORMAT_EXIT_UNKNOWN;
	header->crash_safe = 1;
}

/* Losses counted so far move to the header, where later ones go at once. */
static void publish_losses(struct vt__recording *recording, struct vt_format_header *header)
{
	__atomic_store_n(&recording->header, header, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < VT_FORMAT_LOSSES_MAX; i++) {
		uint64_t count = __atomic_exchange_n(&recording->losses[i], 0, __ATOMIC_RELAXED);

		__atomic_fetch_add(&header->losses[i], count, __ATOMIC_RELAXED);
	}
}

static void reserve_note(struct vt__recording *recording)
{
	recording->note_room = vt__recording_reserve(recording, VT_FORMAT_STRING, NOTE_BYTES);
	if (recording->note_room != VT_FORMAT_NONE)
		vt__recording_commit(recording, VT_FORMAT_STRING, NOTE_BYTES);
}

int vt__recording_create(struct vt__recording *recording, const char *folder, const char *program,
			 uint32_t pid)
{
	uint64_t bytes = VT_FORMAT_HEADER_BYTES;
	struct vt_format_header *header;
	uint8_t *at;
	void *map;
	int error;

	for (unsigned type = 1; type < VT_FORMAT_TYPE_END; type++)
		bytes += segment_bytes(type, 0);
	error = vt__recording_file_create(&recording->file, folder, program, pid,
					  vt__page_round(bytes), &map);
	if (error)
		return error;
	header = map;
	at = map;
	fill_header(header);
	publish_losses(recording, header);
	bytes = VT_FORMAT_HEADER_BYTES;
	for (unsigned type = 1; type < VT_FORMAT_TYPE_END; type++) {
		add_segment(recording, type, bytes, at + bytes);
		bytes += segment_bytes(type, 0);
	}
	reserve_note(recording);
	if (recording->file.in_memory) {
		header->crash_safe = 0;
		vt__recording_warn(recording,
				   "kept in memory and written at exit: the file cannot be mapped",
				   -recording->file.memory_error);
	}
	return 0;
}

/* The first failure is final: trying again would put system calls into every
 * allocation of a program whose disk is full. */
static int grow(struct vt__recording *recording, enum vt_format_type type)
{
	struct vt__column *column = &recording->columns[type];
	uint64_t offset = recording->file.bytes;
	void *map;

	if (recording->growth_error)
		return recording->growth_error;
	if (column->levels == VT__RECORDING_LEVELS ||
	    vt__shapes[type].first_log2 + column->levels >= 31 ||
	    recording->header->segment_count == VT_FORMAT_SEGMENTS_MAX)
		recording->growth_error = -EOVERFLOW;
	else
		recording->growth_error = vt__recording_file_extend(
			&recording->file, vt__page_round(segment_bytes(type, column->levels)),
			&map);
	if (recording->growth_error == -ENODATA)
		vt__recording_abandon(recording);
	if (recording->growth_error) {
		vt__recording_warn(recording, "the recording stopped growing",
				   recording->growth_error);
		return recording->growth_error;
	}
	add_segment(recording, type, offset, map);
	return 0;
}

void vt__recording_abandon(struct vt__recording *recording)
{
	recording->growth_error = -ENODATA;
	vt__guard_replace();
}

/* Release: a record below the count is written for who reads the count. */
static void set_used(struct vt__recording *recording, struct vt__column *column, uint32_t level,
		     uint32_t used)
{
	struct vt_format_segment *segment = &recording->header->segments[column->directory[level]];

	__atomic_store_n(&segment->used, used, __ATOMIC_RELEASE);
}

static uint32_t level_of(enum vt_format_type type, uint32_t number)
{
	return 31u - (uint32_t)__builtin_clz((number >> vt__shapes[type].first_log2) + 1);
}

static uint32_t first_of(enum vt_format_type type, uint32_t level)
{
	return ((1u << level) - 1) << vt__shapes[type].first_log2;
}

/* Records of one reservation do not span segments: the rest of one that is
 * too short counts as used and stays zero. */
uint32_t vt__recording_reserve(struct vt__recording *recording, enum vt_format_type type,
			       uint32_t count)
{
	struct vt__column *column = &recording->columns[type];
	uint32_t level, end;

	if (count > 1u << vt__shapes[type].first_log2)
		return VT_FORMAT_NONE;
	if (column->used == column->room && grow(recording, type))
		return VT_FORMAT_NONE;
	level = level_of(type, column->used);
	end = first_of(type, level + 1);
	if (count <= end - column->used)
		return column->used;
	if (end == column->room && grow(recording, type))
		return VT_FORMAT_NONE;
	set_used(recording, column, level, end - first_of(type, level));
	column->used = end;
	return end;
}

void vt__recording_commit(struct vt__recording *recording, enum vt_format_type type, uint32_t count)
{
	struct vt__column *column = &recording->columns[type];
	uint32_t level = level_of(type, column->used);

	column->used += count;
	set_used(recording, column, level, column->used - first_of(type, level));
}

uint32_t vt__recording_add_text(struct vt__recording *recording, const char *text)
{
	size_t most = (1u << vt__shapes[VT_FORMAT_STRING].first_log2) - 1;
	uint32_t length = (uint32_t)strnlen(text, most);
	uint32_t number = vt__recording_reserve(recording, VT_FORMAT_STRING, length + 1);

	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_STRINGS);
		return number;
	}
	memcpy(vt__recording_at(recording, VT_FORMAT_STRING, number), text, length);
	vt__recording_commit(recording, VT_FORMAT_STRING, length + 1);
	return number;
}

/* Acquire: the header is mapped and filled in for who finds it. Counts need no order. */
void vt__recording_lose(struct vt__recording *recording, enum vt_loss loss)
{
	struct vt_format_header *header = __atomic_load_n(&recording->header, __ATOMIC_ACQUIRE);
	uint64_t *losses = header ? header->losses : recording->losses;

	__atomic_fetch_add(&losses[loss], 1, __ATOMIC_RELAXED);
}

void vt__recording_lose_once(struct vt__recording *recording, enum vt_loss loss)
{
	struct vt_format_header *header = __atomic_load_n(&recording->header, __ATOMIC_ACQUIRE);
	uint64_t *losses = header ? header->losses : recording->losses;
	uint64_t none = 0;

	__atomic_compare_exchange_n(&losses[loss], &none, 1, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
}

void vt__recording_warn(struct vt__recording *recording, const char *before, int error)
{
	struct vt__text text = {.room = NOTE_BYTES};

	if (recording->header->note != VT_FORMAT_NONE || recording->note_room == VT_FORMAT_NONE)
		return;
	text.bytes = vt__recording_at(recording, VT_FORMAT_STRING, recording->note_room);
	vt__text_add(&text, before);
	vt__text_add(&text, ": ");
	vt__text_add(&text, vt__text_of_error(-error));
	/* After its text. */
	__atomic_store_n(&recording->header->note, recording->note_room, __ATOMIC_RELEASE);
}

int vt__recording_write_out(struct vt__recording *recording)
{
	const struct vt_format_header *header = recording->header;
	int error;

	if (!recording->file.in_memory)
		return 0;
	error = vt__recording_file_write(&recording->file, 0, header, VT_FORMAT_HEADER_BYTES);
	for (unsigned type = 1; type < VT_FORMAT_TYPE_END; type++) {
		struct vt__column *column = &recording->columns[type];

		for (uint32_t level = 0; !error && level < column->levels; level++)
			error = vt__recording_file_write(
				&recording->file, header->segments[column->directory[level]].offset,
				recording->segments[level][vt__recording_place(type)],
				segment_bytes(type, level));
	}
	return error;
}
