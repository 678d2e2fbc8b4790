/*
 * Makes ledgers for tests and reads recordings back.
 */
#include "config.h"

#include "tests/ledger_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "unwind/loaded.h"

void fixture_open(struct fixture *fixture)
{
	/* As the shim does; without it each made-up return address is looked for in a list. */
	vt__loaded_init();
	memset(fixture, 0, sizeof(*fixture));
	strcpy(fixture->folder, "/tmp/vramtrack-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	fixture->identity.folder = fixture->folder;
	fixture->identity.tool_version = "1.2.3";
	fixture->identity.stack_depth = 16;
	assert_int_equal(vt__ledger_open(&fixture->identity, &fixture->ledger), 0);
}

/* Calls unlink() for every file if `remove_them`; returns how many there are. */
static unsigned walk(const char *folder, int remove_them)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	unsigned count = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		count++;
		if (remove_them)
			assert_int_equal(unlinkat(dirfd(directory), entry->d_name, 0), 0);
	}
	closedir(directory);
	return count;
}

unsigned fixture_files(const struct fixture *fixture)
{
	return walk(fixture->folder, 0);
}

void fixture_file(const struct fixture *fixture, char *path, size_t room)
{
	DIR *directory = opendir(fixture->folder);
	struct dirent *entry;

	assert_non_null(directory);
	do
		entry = readdir(directory);
	while (entry && entry->d_name[0] == '.');
	assert_non_null(entry);
	assert_true((size_t)snprintf(path, room, "%s/%s", fixture->folder, entry->d_name) < room);
	closedir(directory);
}

void fixture_close(struct fixture *fixture)
{
	walk(fixture->folder, 1);
	assert_int_equal(rmdir(fixture->folder), 0);
}

const struct vt__stack *fixture_stack(unsigned number)
{
	static __thread uintptr_t ips[2];
	static __thread struct vt__stack stack;

	/* No object is mapped there. */
	ips[0] = 0x1000 + (uintptr_t)number * 16;
	ips[1] = 0x900;
	stack = (struct vt__stack){.ips = ips, .depth = 2};
	return &stack;
}

void fixture_enter(struct fixture *fixture, uint64_t address, uint64_t bytes, unsigned stack)
{
	const struct vt__allocation allocation = {
		.space = VT__SPACE_DEVICE,
		.kind = VT_KIND_LINEAR,
		.address = address,
		.bytes = bytes,
		.context = 1,
		.device = 0,
		.api = "cuMemAlloc_v2",
	};

	vt__ledger_enter(fixture->ledger, &allocation, fixture_stack(stack));
}

void fixture_free(struct fixture *fixture, uint64_t address, unsigned stack)
{
	struct vt__taken taken;

	assert_int_equal(vt__ledger_take(fixture->ledger, VT__SPACE_DEVICE, address,
					 fixture_stack(stack), &taken),
			 0);
}

static void check_segments(const struct view *view)
{
	const struct vt_format_header *header = view->header;

	assert_in_range(header->segment_count, 1, VT_FORMAT_SEGMENTS_MAX);
	for (uint32_t i = 0; i < header->segment_count; i++) {
		const struct vt_format_segment *segment = &header->segments[i];

		assert_in_range(segment->type, 1, VT_FORMAT_TYPE_END - 1);
		assert_int_equal(segment->offset % VT_FORMAT_PAGE_BYTES, 0);
		assert_true(segment->offset >= VT_FORMAT_HEADER_BYTES);
		assert_true(segment->used <= segment->capacity);
		assert_true(segment->offset + segment->capacity * segment->record_bytes <=
			    view->size);
	}
}

void view_open(struct view *view, const char *path)
{
	struct stat status;
	int fd;

	assert_non_null(path);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	view->size = (size_t)status.st_size;
	assert_true(view->size >= VT_FORMAT_HEADER_BYTES);
	view->bytes = malloc(view->size);
	assert_non_null(view->bytes);
	assert_int_equal(read(fd, view->bytes, view->size), (ssize_t)view->size);
	close(fd);
	view->header = (const void *)view->bytes;
	assert_memory_equal(view->header->magic, VT_FORMAT_MAGIC, 8);
	assert_int_equal(view->header->version, VT_FORMAT_VERSION);
	assert_int_equal(view->header->byte_order, VT_FORMAT_BYTE_ORDER);
	assert_int_equal(view->header->header_bytes, VT_FORMAT_HEADER_BYTES);
	check_segments(view);
}

void view_close(struct view *view)
{
	free(view->bytes);
}

uint64_t view_count(const struct view *view, enum vt_format_type type)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < view->header->segment_count; i++)
		if (view->header->segments[i].type == (uint32_t)type)
			count += view->header->segments[i].used;
	return count;
}

const void *view_at(const struct view *view, enum vt_format_type type, uint64_t number)
{
	for (uint32_t i = 0; i < view->header->segment_count; i++) {
		const struct vt_format_segment *segment = &view->header->segments[i];

		if (segment->type != (uint32_t)type)
			continue;
		if (number < segment->used)
			return view->bytes + segment->offset + number * segment->record_bytes;
		if (number < segment->capacity)
			return NULL;
		number -= segment->capacity;
	}
	return NULL;
}

const char *view_string(const struct view *view, uint32_t number)
{
	const char *text = view_at(view, VT_FORMAT_STRING, number);

	assert_non_null(text);
	return text;
}

uint64_t view_live(const struct view *view)
{
	uint64_t live = 0, count = view_count(view, VT_FORMAT_ALLOCATION);

	for (uint64_t i = 0; i < count; i++) {
		const struct vt_format_allocation *record = view_at(view, VT_FORMAT_ALLOCATION, i);

		live += record->state == VT_ALLOCATION_LIVE;
	}
	return live;
}

const struct vt_format_allocation *view_allocation(const struct view *view, uint64_t address)
{
	uint64_t count = view_count(view, VT_FORMAT_ALLOCATION);

	for (uint64_t i = 0; i < count; i++) {
		const struct vt_format_allocation *record = view_at(view, VT_FORMAT_ALLOCATION, i);

		if (record->state == VT_ALLOCATION_LIVE && record->address == address)
			return record;
	}
	return NULL;
}

const struct vt_format_device *view_device(const struct view *view, int32_t ordinal)
{
	uint64_t count = view_count(view, VT_FORMAT_DEVICE);

	for (uint64_t i = 0; i < count; i++) {
		const struct vt_format_device *device = view_at(view, VT_FORMAT_DEVICE, i);

		if (device->ordinal == ordinal)
			return device;
	}
	return NULL;
}
