/*
 * Composes recordings by format.h for tests and benchmarks.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/make_recording.h"

#define START_NS 5000000000ull
#define STEP_NS 1000000ull /* between two events */

struct column {
	unsigned char *bytes;
	size_t count, capacity;
};

struct made {
	struct vt_format_header header;
	struct column columns[VT_FORMAT_TYPE_END];
	uint32_t split;
	uint64_t now_ns;
};

static const size_t record_bytes[VT_FORMAT_TYPE_END] = {
	[VT_FORMAT_STRING] = 1,
	[VT_FORMAT_DEVICE] = sizeof(struct vt_format_device),
	[VT_FORMAT_MODULE] = sizeof(struct vt_format_module),
	[VT_FORMAT_FRAME] = sizeof(uint64_t),
	[VT_FORMAT_STACK] = sizeof(struct vt_format_stack),
	[VT_FORMAT_SITE] = sizeof(struct vt_format_site),
	[VT_FORMAT_ALLOCATION] = sizeof(struct vt_format_allocation),
	[VT_FORMAT_FINDING] = sizeof(struct vt_format_finding),
	[VT_FORMAT_HOLDER] = sizeof(struct vt_format_holder),
	[VT_FORMAT_ACCOUNT] = sizeof(struct vt_format_account),
	[VT_FORMAT_PASSAGE] = sizeof(struct vt_format_passage),
	[VT_FORMAT_MARK] = sizeof(struct vt_format_mark),
	[VT_FORMAT_GROWTH] = sizeof(struct vt_format_growth),
	[VT_FORMAT_REFUSED_FREE] = sizeof(struct vt_format_refused_free),
	[VT_FORMAT_INTENT] = sizeof(struct vt_format_intent),
	[VT_FORMAT_REFERENCE] = sizeof(struct vt_format_reference),
	[VT_FORMAT_SOURCE] = sizeof(struct vt_format_source),
	[VT_FORMAT_TIMELINE] = sizeof(struct vt_format_timeline),
	[VT_FORMAT_COURSE] = sizeof(struct vt_format_course),
	[VT_FORMAT_MARK_TIME] = sizeof(struct vt_format_mark_times),
	[VT_FORMAT_EVENT] = sizeof(struct vt_format_event),
	[VT_FORMAT_EVENT_RING] = sizeof(struct vt_format_event_ring),
	[VT_FORMAT_ENDING] = sizeof(struct vt_format_ending),
	[VT_FORMAT_KEPT] = sizeof(struct vt_format_kept),
	[VT_FORMAT_CHARGE] = sizeof(struct vt_format_charge),
	[VT_FORMAT_STATEMENT] = sizeof(struct vt_format_statement),
	[VT_FORMAT_SHARING] = sizeof(struct vt_format_sharing),
	[VT_FORMAT_REST] = sizeof(struct vt_format_rest),
	[VT_FORMAT_LIMIT] = sizeof(struct vt_format_limit),
	[VT_FORMAT_FRAGMENTS] = sizeof(struct vt_format_fragments),
	[VT_FORMAT_PURPOSES] = sizeof(struct vt_format_purposes),
	[VT_FORMAT_CHECKPOINT] = sizeof(struct vt_format_checkpoint),
	[VT_FORMAT_FREED] = sizeof(struct vt_format_freed),
};

static void *need(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* Appends records; those of one call do not span segments. */
static uint32_t append(struct made *made, enum vt_format_type type, const void *records,
		       size_t count)
{
	struct column *column = &made->columns[type];
	size_t first = column->count;

	if (made->split && first / made->split != (first + count - 1) / made->split)
		first = (first / made->split + 1) * made->split;
	if (first + count > column->capacity) {
		column->capacity = (first + count) * 2;
		column->bytes = need(
			reallocarray(column->bytes, column->capacity, record_bytes[type]));
	}
	memset(column->bytes + column->count * record_bytes[type], 0,
	       (first - column->count) * record_bytes[type]);
	memcpy(column->bytes + first * record_bytes[type], records, count * record_bytes[type]);
	column->count = first + count;
	return (uint32_t)first;
}

struct made *made_new(void)
{
	struct made *made = need(calloc(1, sizeof(*made)));
	struct vt_format_header *header = &made->header;

	memcpy(header->magic, VT_FORMAT_MAGIC, sizeof(header->magic));
	header->version = VT_FORMAT_VERSION;
	header->byte_order = VT_FORMAT_BYTE_ORDER;
	header->header_bytes = VT_FORMAT_HEADER_BYTES;
	header->sequence = 1000;
	header->pid = 4242;
	header->parent_pid = 4000;
	header->command = made_string(made, "./worker\x1f--model\x1flarge model.bin");
	header->program = made_string(made, "/srv/app/worker");
	header->host = made_string(made, "node7");
	header->working_directory = made_string(made, "/srv/app");
	header->tool_version = made_string(made, "0.1.0");
	header->start_monotonic_ns = made->now_ns = START_NS;
	header->start_realtime_ns = 1735787045123000000ull; /* 2025-01-02T03:04:05.123Z */
	header->end_monotonic_ns = START_NS + 12340000000ull;
	header->state = VT_FORMAT_EXITED;
	header->wait_status = 0;
	header->crash_safe = 1;
	header->note = VT_FORMAT_NONE;
	header->launch = VT_FORMAT_NONE;
	header->stack_depth = 64;
	return made;
}

void made_free(struct made *made)
{
	size_t type;

	for (type = 0; type < VT_FORMAT_TYPE_END; type++)
		free(made->columns[type].bytes);
	free(made);
}

void made_split(struct made *made, uint32_t records)
{
	made->split = records;
}

struct vt_format_header *made_header(struct made *made)
{
	return &made->header;
}

void *made_record(struct made *made, enum vt_format_type type, uint32_t number)
{
	return made->columns[type].bytes + number * record_bytes[type];
}

uint32_t made_string(struct made *made, const char *text)
{
	return append(made, VT_FORMAT_STRING, text, strlen(text) + 1);
}

uint32_t made_device(struct made *made, int32_t ordinal, const char *name, uint64_t total_bytes)
{
	struct vt_format_device device = {
		.ordinal = ordinal, .name = VT_FORMAT_NONE, .total_bytes = total_bytes};

	if (ordinal >= 0) {
		device.name = made_string(made, name);
		memset(device.uuid, 0x10 + ordinal, sizeof(device.uuid));
	}
	return append(made, VT_FORMAT_DEVICE, &device, 1);
}

uint32_t made_module(struct made *made, const char *path, int is_shim)
{
	struct vt_format_module module = {.is_shim = (uint8_t)is_shim};

	module.path = made_string(made, path);
	return append(made, VT_FORMAT_MODULE, &module, 1);
}

uint32_t made_stack(struct made *made, const uint64_t *frames, uint16_t depth)
{
	struct vt_format_stack stack = {.depth = depth};

	stack.first_frame = append(made, VT_FORMAT_FRAME, frames, depth);
	return append(made, VT_FORMAT_STACK, &stack, 1);
}

uint32_t made_site(struct made *made, uint32_t stack, uint32_t device, uint32_t api_string,
		   enum vt_kind kind)
{
	const struct vt_format_site site = {
		.stack = stack, .device = device, .api = api_string, .kind = kind};

	return append(made, VT_FORMAT_SITE, &site, 1);
}

uint32_t made_finding(struct made *made, const struct vt_format_finding *finding)
{
	return made_add(made, VT_FORMAT_FINDING, finding);
}

uint32_t made_add(struct made *made, enum vt_format_type type, const void *record)
{
	return append(made, type, record, 1);
}

struct vt_format_account made_account(uint32_t device, enum vt_moment moment)
{
	return (struct vt_format_account){
		.device = device,
		.moment = moment,
		.label = VT_FORMAT_NONE,
		.time_ns = START_NS,
		.device_total_bytes = VT_FORMAT_UNKNOWN,
		.device_free_bytes = VT_FORMAT_UNKNOWN,
		.process_bytes = VT_FORMAT_UNKNOWN,
		.other_bytes = VT_FORMAT_UNKNOWN,
		.pool_reserved_bytes = VT_FORMAT_UNKNOWN,
		.pool_used_bytes = VT_FORMAT_UNKNOWN,
		.graph_reserved_bytes = VT_FORMAT_UNKNOWN,
		.graph_used_bytes = VT_FORMAT_UNKNOWN,
	};
}

/* ---- Bookkeeping, as the ledger does it ------------------------------------- */

static enum vt_bucket bucket_of(uint32_t kind)
{
	static const enum vt_bucket buckets[] = {
#define VT_KIND(id, json, words, bucket, with_context) VT_BUCKET_##bucket,
		VT_KINDS(VT_KIND)
#undef VT_KIND
	};

	return buckets[kind];
}

static int enter(struct vt_format_total *total, uint64_t bytes)
{
	total->live_bytes += bytes;
	total->live_count++;
	total->allocations++;
	total->allocated_bytes += bytes;
	if (total->live_bytes <= total->peak_bytes)
		return 0;
	total->peak_bytes = total->live_bytes;
	return 1;
}

static void leave(struct vt_format_total *total, uint64_t bytes)
{
	total->live_bytes -= bytes;
	total->live_count--;
	total->frees++;
}

static void save_peak(struct vt_format_site *site, const struct vt_format_device *device)
{
	const uint64_t current = device->peak_number[bucket_of(site->kind)];

	if (site->peak_number == current)
		return;
	site->peak_number = current;
	site->bytes_at_peak = site->total.live_bytes;
	site->count_at_peak = site->total.live_count;
}

uint32_t made_allocation(struct made *made, uint32_t number, uint64_t address, uint64_t bytes)
{
	struct vt_format_site *site = made_record(made, VT_FORMAT_SITE, number);
	struct vt_format_device *device = made_record(made, VT_FORMAT_DEVICE, site->device);
	const enum vt_bucket bucket = bucket_of(site->kind);
	const struct vt_format_allocation allocation = {
		.address = address,
		.bytes = bytes,
		.time_ns = made->now_ns += STEP_NS,
		.site = number,
		.thread = 7,
		.state = VT_ALLOCATION_LIVE,
		.label = VT_FORMAT_NONE,
		.purpose = VT_FORMAT_NONE,
	};

	save_peak(site, device);
	(void)enter(&site->total, bytes);
	(void)enter(&device->kinds[site->kind], bytes);
	if (enter(&device->buckets[bucket], bytes)) {
		device->peak_number[bucket]++;
		device->peak_time_ns[bucket] = made->now_ns;
	}
	site->last_time_ns = made->now_ns;
	return append(made, VT_FORMAT_ALLOCATION, &allocation, 1);
}

void made_named(struct made *made, uint32_t number, uint32_t purpose, uint32_t label)
{
	struct vt_format_allocation *allocation = made_record(made, VT_FORMAT_ALLOCATION, number);

	allocation->purpose = purpose;
	allocation->label = label;
}

void made_freed(struct made *made, uint32_t number)
{
	struct vt_format_allocation *allocation = made_record(made, VT_FORMAT_ALLOCATION, number);
	struct vt_format_site *site = made_record(made, VT_FORMAT_SITE, allocation->site);
	struct vt_format_device *device = made_record(made, VT_FORMAT_DEVICE, site->device);

	made->now_ns += STEP_NS;
	save_peak(site, device);
	leave(&site->total, allocation->bytes);
	leave(&device->kinds[site->kind], allocation->bytes);
	leave(&device->buckets[bucket_of(site->kind)], allocation->bytes);
	allocation->state = VT_ALLOCATION_FREE;
}

void made_reset(struct made *made, uint32_t number)
{
	const struct vt_format_allocation *allocation = made_record(made, VT_FORMAT_ALLOCATION,
								    number);
	struct vt_format_site *site = made_record(made, VT_FORMAT_SITE, allocation->site);

	site->reset_bytes += allocation->bytes;
	site->reset_count++;
	made_freed(made, number);
}

/* ---- The file ---------------------------------------------------------------- */

static size_t page_up(size_t bytes)
{
	return (bytes + VT_FORMAT_PAGE_BYTES - 1) / VT_FORMAT_PAGE_BYTES * VT_FORMAT_PAGE_BYTES;
}

static void add_segments(struct made *made, enum vt_format_type type, size_t *end)
{
	const size_t count = made->columns[type].count;
	const size_t most = made->split ? made->split : count;
	size_t first;

	for (first = 0; first < count; first += most) {
		const size_t used = count - first < most ? count - first : most;
		struct vt_format_segment *segment =
			&made->header.segments[made->header.segment_count++];

		*segment = (struct vt_format_segment){
			.type = type,
			.record_bytes = (uint32_t)record_bytes[type],
			.offset = *end,
			.capacity = most,
			.used = used,
		};
		*end = page_up(*end + most * record_bytes[type]);
	}
}

unsigned char *made_bytes(struct made *made, size_t *bytes)
{
	size_t end = VT_FORMAT_HEADER_BYTES, done[VT_FORMAT_TYPE_END] = {0};
	unsigned char *file;
	uint32_t i;
	int type;

	made->header.segment_count = 0;
	memset(made->header.segments, 0, sizeof(made->header.segments));
	for (type = VT_FORMAT_STRING; type < VT_FORMAT_TYPE_END; type++)
		add_segments(made, (enum vt_format_type)type, &end);
	file = need(calloc(1, end));
	memcpy(file, &made->header, sizeof(made->header));
	for (i = 0; i < made->header.segment_count; i++) {
		const struct vt_format_segment *segment = &made->header.segments[i];
		const size_t length = segment->used * segment->record_bytes;

		memcpy(file + segment->offset,
		       made->columns[segment->type].bytes + done[segment->type], length);
		done[segment->type] += length;
	}
	*bytes = end;
	return file;
}

int made_write(struct made *made, const char *path)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t bytes, done = 0;
	unsigned char *file;
	int error = 0;

	if (fd < 0)
		return -errno;
	file = made_bytes(made, &bytes);
	while (!error && done < bytes) {
		const ssize_t wrote = write(fd, file + done, bytes - done);

		if (wrote < 0)
			error = -errno;
		else
			done += (size_t)wrote;
	}
	free(file);
	return close(fd) && !error ? -errno : error;
}
