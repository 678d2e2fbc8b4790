/* Composes recordings, and damages them record by record, for libFuzzer's mutator. */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_recording.h"
#include "tests/make_recording.h"

/* Of terminals, markup, workflow commands, mangled names, and what is no UTF-8 or no XML. */
static const char *const names[] = {
	"cuMemAlloc_v2",
	"KVCache",
	"layer 3",
	"/nonexistent/lib.so",
	"libcudart.so.13",
	"\x1b[31m",
	"]]>",
	"\n::error::x",
	"%0A::error",
	"<script>&amp;\"'",
	"|`x`|",
	"# leak:*",
	"a b\tc\r",
	"\xe2\x80\xae",
	"\xff\xfe",
	"\xed\xa0\x80",
	"\xef\xbf\xbe",
	"\xc2\x9b",
	"\x01\x02\x0b",
	"_ZN3fooIiE3barEv",
	"_R",
	"_ZNSt",
	"../../..",
	"/",
	"",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static uint32_t below(uint32_t end)
{
	return fuzz_random() % end;
}

/* Often no name at all. */
static uint32_t name(struct made *made)
{
	return below(4) ? made_string(made, names[below(NAMES)]) : VT_FORMAT_NONE;
}

static uint32_t some_name(struct made *made)
{
	return made_string(made, names[below(NAMES)]);
}

static void add_findings(struct made *made, uint32_t stacks)
{
	for (uint32_t i = below(8); i; i--) {
		struct vt_format_finding finding = {
			.finding_class = 1 + below(3),
			.api = some_name(made),
			.kind = below(VT_KIND_COUNT),
			.device = below(3),
			.stack = below(stacks),
			.allocation_stack = below(2) ? below(stacks) : VT_FORMAT_NONE,
			.free_stack = VT_FORMAT_NONE,
			.bytes = 100 * i,
			.count = 1 + below(3),
			.live_bytes = 100 * i,
			.label = name(made),
			.purpose = name(made),
			.account = VT_FORMAT_NONE,
		};

		if (finding.finding_class == VT_FINDING_BAD_FREE)
			finding.reason = VT_BAD_FREE_DOUBLE + below(2);
		made_finding(made, &finding);
	}
}

/* Holders, accounts, passages, marks and histories, of every kind there is. */
static void add_details(struct made *made, uint32_t sites)
{
	for (uint32_t i = 0; i < 1 + below(6); i++) {
		const struct vt_format_mark mark = {.name = some_name(made),
						    .marker = i % VT_MARKER_COUNT,
						    .followed = i == 2,
						    .count = 40};
		struct vt_format_growth growth = {
			.site = below(sites), .stride_log2 = 1, .first_mark = 1};
		const struct vt_format_holder holder = {
			.finding = i, .site = below(sites), .purpose = name(made), .bytes = 100};
		const struct vt_format_passage passage = {.passage = below(VT_PASSAGE_COUNT),
							  .path = some_name(made),
							  .symbol = name(made)};
		struct vt_format_account account = made_account(below(3), i % VT_MOMENT_COUNT);

		for (uint32_t w = 0; w < VT_FORMAT_WINDOWS; w++)
			growth.bytes[w] = (w + 1) * 4096;
		account.process_bytes = i % 2 ? 1000 : VT_FORMAT_UNKNOWN;
		account.kind_bytes[VT_KIND_LINEAR] = 500 * i;
		made_add(made, VT_FORMAT_HOLDER, &holder);
		made_add(made, VT_FORMAT_ACCOUNT, &account);
		made_add(made, VT_FORMAT_PASSAGE, &passage);
		made_add(made, VT_FORMAT_MARK, &mark);
		made_add(made, VT_FORMAT_GROWTH, &growth);
	}
}

/* What was held when, of device 0 and a site; events, as their ring says. */
static void add_time(struct made *made, uint32_t stacks, uint32_t sites)
{
	struct vt_format_timeline *timeline = calloc(1, sizeof(*timeline));
	struct vt_format_course course = {.site = below(sites), .first = below(3), .most = 500};
	struct vt_format_mark_times times = {.mark = 0, .stride_log2 = below(4), .count = 4};
	struct vt_format_event_ring ring = {.written = 5 + below(20), .most = 5};

	if (!timeline)
		abort();
	timeline->count = below(VT_FORMAT_POINTS);
	timeline->period_ns = 1000;
	for (uint32_t i = 0; i < timeline->count; i++) {
		timeline->points[i].time_ns = 1000 * i;
		timeline->points[i].levels[0] = (struct vt_format_level){600, 1000 * i, 0, 500};
		course.bytes[i] = below(500);
	}
	timeline->open_ns = 1000 * VT_FORMAT_POINTS;
	for (uint32_t i = 0; i < times.count; i++)
		times.times_ns[i] = 10 * i;
	((struct vt_format_device *)made_record(made, VT_FORMAT_DEVICE, 0))->open.timeline_plus_1 =
		made_add(made, VT_FORMAT_TIMELINE, timeline) + 1;
	made_add(made, VT_FORMAT_COURSE, &course);
	made_add(made, VT_FORMAT_MARK_TIME, &times);
	for (uint64_t i = 0; i < ring.most; i++)
		made_add(made, VT_FORMAT_EVENT,
			 &(struct vt_format_event){.time_ns = i,
						   .address = 0x1000 * i,
						   .bytes = 100,
						   .site = below(sites),
						   .stack = below(2) ? below(stacks)
								     : VT_FORMAT_NONE,
						   .what = below(VT_EVENT_COUNT)});
	made_add(made, VT_FORMAT_EVENT_RING, &ring);
	free(timeline);
}

/* What the driver refused to take back, what was under way, what holds physical memory. */
static void add_rare(struct made *made, uint32_t stacks, uint32_t sites)
{
	const struct vt_format_refused_free refused = {.site = below(sites),
						       .stack = below(stacks),
						       .api = some_name(made),
						       .result = 900,
						       .thread = 7,
						       .count = 2};
	const struct vt_format_reference reference = {.how = VT_REFERENCE_MAPPING,
						      .object = 0x3000,
						      .start = 0x10000,
						      .bytes = 100,
						      .count = 1};
	const struct vt_format_intent intent = {
		.state = VT_INTENT_UNDER_WAY,
		.free = {.finding_class = VT_FINDING_BAD_FREE,
			 .reason = VT_BAD_FREE_DOUBLE,
			 .api = some_name(made),
			 .kind = VT_KIND_ARRAY,
			 .count = 1,
			 .label = VT_FORMAT_NONE,
			 .purpose = VT_FORMAT_NONE},
	};
	struct vt_format_allocation *left;

	made_add(made, VT_FORMAT_INTENT, &intent);
	made_add(made, VT_FORMAT_REFERENCE, &reference);
	left = made_record(made, VT_FORMAT_ALLOCATION, 0);
	left->link = made_add(made, VT_FORMAT_REFUSED_FREE, &refused) + 1;
}

static void add_allocations(struct made *made, uint32_t stacks, uint32_t sites)
{
	for (uint32_t i = 0; i < sites; i++) {
		const uint32_t site = made_site(made, below(stacks), i % 3, some_name(made),
						(enum vt_kind)below(VT_KIND_COUNT));

		for (uint32_t j = 0; j <= below(4); j++) {
			const uint32_t allocation = made_allocation(
				made, site, 0x1000 * (4 * i + j), 100 * (i + j));

			made_named(made, allocation, name(made), name(made));
			if (j && below(4) == 0)
				made_freed(made, allocation);
			else if (j && below(4) == 0)
				made_reset(made, allocation);
		}
	}
}

/* What no allocation named, and who held what: of an account that is there. */
static void add_statements(struct made *made, uint32_t stacks, uint32_t sites)
{
	struct vt_format_account account = made_account(below(3),
							(enum vt_moment)below(VT_MOMENT_COUNT));
	struct vt_format_charge charge = {
		.device = below(3),
		.what = below(VT_CHARGE_COUNT),
		.stack = below(2) ? below(stacks) : VT_FORMAT_NONE,
		.api = name(made),
		.context = below(3),
		.computed_bytes = below(1000),
		.measured_bytes = below(1000),
		.calls = below(9),
		.moved = below(9),
		.shared = below(2),
	};
	struct vt_format_statement statement = {
		.site_count = below(3),
		.charge_count = 1,
		.untold_arrays = below(3),
		.granule_bytes = below(2) ? below(5000) : VT_FORMAT_UNKNOWN,
	};

	account.label = name(made);
	account.process_bytes = below(2) ? below(5000) : VT_FORMAT_UNKNOWN;
	statement.account = made_add(made, VT_FORMAT_ACCOUNT, &account);
	statement.charges[0].number = made_add(made, VT_FORMAT_CHARGE, &charge);
	statement.charges[0].bytes = below(1000);
	statement.computed_bytes[charge.what] = below(1000);
	for (uint32_t i = 0; i < statement.site_count; i++)
		statement.sites[i] = (struct vt_format_statement_line){below(sites), 0,
								       below(1000)};
	made_add(made, VT_FORMAT_STATEMENT, &statement);
}

static void describe(struct made *made)
{
	struct vt_format_header *header = made_header(made);

	if (below(2))
		header->program = some_name(made);
	if (below(2))
		header->command = some_name(made);
	header->note = below(4) ? VT_FORMAT_NONE : some_name(made);
	header->sequence = 1000 + below(2); /* odd: read though its records disagree */
	header->state = below(2) ? VT_FORMAT_RUNNING : VT_FORMAT_EXITED;
	header->pid = 4242 + below(3);
	header->parent_pid = 4242 + below(3);
	header->losses[below(VT_LOSS_COUNT)] = below(3);
}

uint8_t *fuzz_recording(uint64_t seed, size_t *size)
{
	struct made *made;
	uint32_t stacks, sites;
	uint8_t *bytes;

	fuzz_random_seed(seed);
	made = made_new();
	stacks = 1 + below(4);
	sites = 1 + below(12);
	for (int32_t i = 0; i < 3; i++) {
		made_device(made, i - 1, names[below(NAMES)], 1u << 30);
		made_module(made, names[below(NAMES)], i == 0);
	}
	for (uint32_t i = 0; i < stacks; i++) {
		uint64_t frames[6];

		for (uint32_t j = 0; j < 6; j++)
			frames[j] = VT_FORMAT_MAKE_FRAME(below(3), 16 + below(64));
		made_stack(made, frames, (uint16_t)(1 + below(6)));
	}
	add_allocations(made, stacks, sites);
	add_findings(made, stacks);
	add_details(made, sites);
	add_rare(made, stacks, sites);
	for (uint32_t i = below(4); i; i--)
		add_statements(made, stacks, sites);
	add_time(made, stacks, sites);
	describe(made);
	bytes = made_bytes(made, size);
	made_free(made);
	return bytes;
}

/* ---- Damage ------------------------------------------------------------------ */

/* A value that is likely to be at an edge. */
static uint64_t edge(void)
{
	static const uint64_t edges[] = {0,          1,          2,          3,
					 0x7f,       0xff,       0x7fffffff, 0x80000000,
					 0xffffffff, 1ull << 63, UINT64_MAX, 4096};

	switch (fuzz_random() % 4) {
	case 0:
		return below(16);
	case 1:
		return below(4096);
	default:
		return edges[below(sizeof(edges) / sizeof(edges[0]))];
	}
}

static void change_header(uint8_t *data)
{
	const size_t first = offsetof(struct vt_format_header, header_bytes);
	const size_t words = (offsetof(struct vt_format_header, segments) - first) / 4;
	const uint32_t value = (uint32_t)edge();

	memcpy(data + first + 4 * below((uint32_t)words), &value, sizeof(value));
}

static void change_segment(struct vt_format_segment *segment)
{
	switch (fuzz_random() % 8) {
	case 0:
		segment->capacity = edge();
		break;
	case 1:
		segment->type = below(VT_FORMAT_TYPE_END + 2);
		break;
	case 2:
		segment->offset = (uint64_t)below(40) * VT_FORMAT_PAGE_BYTES;
		break;
	default:
		segment->used = below(2) ? edge() : segment->used + below(3) - 1;
	}
}

static void change_record(uint8_t *records, uint64_t bytes, bool is_text)
{
	const char *text = names[below(NAMES)];
	const size_t width = is_text ? strlen(text)
				     : (size_t)1 << (fuzz_random() % 3 ? 2 : below(4));
	const uint64_t value = edge();
	uint64_t at = fuzz_random() % bytes;

	if (!is_text)
		at = at / width * width;
	if (at + width <= bytes)
		memcpy(records + at, is_text ? (const void *)text : &value, width);
}

static void change(uint8_t *data, size_t size)
{
	struct vt_format_header *header = (struct vt_format_header *)(void *)data;
	struct vt_format_segment *segment;
	uint64_t bytes;
	uint32_t count = header->segment_count;

	if (!count || count > VT_FORMAT_SEGMENTS_MAX)
		count = 16;
	segment = &header->segments[below(count)];
	if (__builtin_mul_overflow(segment->used, segment->record_bytes, &bytes) ||
	    segment->offset > size || bytes > size - segment->offset)
		bytes = 0;
	switch (bytes ? fuzz_random() % 10 : fuzz_random() % 2) {
	case 0:
		change_header(data);
		break;
	case 1:
		change_segment(segment);
		break;
	default:
		change_record(data + segment->offset, bytes, segment->type == VT_FORMAT_STRING);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	uint8_t *fresh;

	fuzz_random_seed(seed);
	if (size < VT_FORMAT_HEADER_BYTES || fuzz_random() % 64 == 0) {
		fresh = fuzz_recording(seed, &size);
		if (size > most)
			size = most;
		memcpy(data, fresh, size);
		free(fresh);
		return size;
	}
	if (fuzz_random() % 64 == 0)
		return LLVMFuzzerMutate(data, size, most);
	if (fuzz_random() % 32 == 0)
		return VT_FORMAT_HEADER_BYTES +
		       below((uint32_t)(size - VT_FORMAT_HEADER_BYTES + 1));
	for (unsigned changes = 1 + fuzz_random() % 6; changes; changes--)
		change(data, size);
	return size;
}
