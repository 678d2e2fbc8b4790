/*
 * Findings, totals and peaks from composed recordings.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/findings/analysis.h"
#include "tests/make_recording.h"

#define SITES 12

static char folder[] = "/tmp/test_analysis.XXXXXX";
static char path[64];

/* What every test starts with: a device, the host, sites of several kinds. */
struct fixture {
	struct made *made;
	uint32_t gpu, host, stack, api;
};

static struct fixture start(void)
{
	struct fixture fixture = {.made = made_new()};
	const uint64_t frames[] = {VT_FORMAT_MAKE_FRAME(0, 0x10), VT_FORMAT_MAKE_FRAME(0, 0x20),
				   VT_FORMAT_MAKE_FRAME(1, 0x30), VT_FORMAT_MAKE_FRAME(0, 0x40)};

	fixture.gpu = made_device(fixture.made, 0, "NVIDIA H200", 1ull << 37);
	fixture.host = made_device(fixture.made, -1, "", 0);
	made_module(fixture.made, "/nonexistent/libshim.so", 1);
	made_module(fixture.made, "/nonexistent/app", 0);
	fixture.stack = made_stack(fixture.made, frames, 4);
	fixture.api = made_string(fixture.made, "cuMemAlloc_v2");
	return fixture;
}

static uint32_t add_site(struct fixture *fixture, enum vt_kind kind)
{
	return made_site(fixture->made, fixture->stack,
			 vt__bucket_of(kind) == VT_BUCKET_HOST ? fixture->host : fixture->gpu,
			 fixture->api, kind);
}

/* Writes, reads and analyses; frees the composed recording. */
static struct vt__analysis *analyse(struct fixture *fixture)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;
	struct vt__analysis *analysis;

	assert_int_equal(made_write(fixture->made, path), 0);
	made_free(fixture->made);
	if (vt__recording_open(path, &recording, message))
		fail_msg("refused: %s", message);
	assert_int_equal(vt__analysis_new(&analysis), 0);
	assert_int_equal(vt__analysis_add(analysis, recording), 0);
	vt__analysis_finish(analysis);
	return analysis;
}

static void assert_finding(const struct vt__process *process, size_t number,
			   enum vt__class finding_class, uint64_t bytes, uint64_t count)
{
	assert_true(number < process->finding_count);
	assert_int_equal(process->findings[number].finding_class, finding_class);
	assert_int_equal(process->findings[number].sum.bytes, bytes);
	assert_int_equal(process->findings[number].sum.count, count);
}

/* ---- Findings ------------------------------------------------------------------ */

static void live_allocations_are_leaks_by_site_and_largest_first(void **state)
{
	struct fixture fixture = start();
	const uint32_t small = add_site(&fixture, VT_KIND_LINEAR);
	const uint32_t large = add_site(&fixture, VT_KIND_STREAM_ORDERED);
	const uint32_t pinned = add_site(&fixture, VT_KIND_PINNED);
	struct vt__analysis *analysis;

	(void)state;
	made_allocation(fixture.made, small, 1, 100);
	made_allocation(fixture.made, large, 2, 4000);
	made_allocation(fixture.made, large, 3, 4000);
	made_freed(fixture.made, made_allocation(fixture.made, large, 4, 9000));
	made_allocation(fixture.made, pinned, 5, 500);
	analysis = analyse(&fixture);
	assert_int_equal(analysis->processes[0].finding_count, 3);
	assert_finding(&analysis->processes[0], 0, VT__CLASS_LEAK, 8000, 2);
	assert_finding(&analysis->processes[0], 1, VT__CLASS_LEAK, 500, 1);
	assert_finding(&analysis->processes[0], 2, VT__CLASS_LEAK, 100, 1);
	assert_int_equal(analysis->processes[0].findings[0].thread, 7);
	assert_int_equal(analysis->summary.sums[VT__CLASS_LEAK][VT_BUCKET_VRAM].bytes, 8100);
	assert_int_equal(analysis->summary.sums[VT__CLASS_LEAK][VT_BUCKET_HOST].bytes, 500);
	vt__analysis_free(analysis);
}

static void what_owns_no_memory_is_live_and_no_leak(void **state)
{
	struct fixture fixture = start();
	struct vt__analysis *analysis;

	(void)state;
	made_allocation(fixture.made, add_site(&fixture, VT_KIND_IPC), 1, 1000);
	made_allocation(fixture.made, add_site(&fixture, VT_KIND_VMM_IMPORTED), 2, 1000);
	made_allocation(fixture.made, add_site(&fixture, VT_KIND_RESERVATION), 3, 1000);
	made_reset(fixture.made,
		   made_allocation(fixture.made, add_site(&fixture, VT_KIND_IPC), 4, 1000));
	analysis = analyse(&fixture);
	assert_int_equal(analysis->processes[0].finding_count, 2);
	assert_finding(&analysis->processes[0], 0, VT__CLASS_IMPORTED, 1000, 1);
	assert_finding(&analysis->processes[0], 1, VT__CLASS_IMPORTED, 1000, 1);
	assert_false(vt__class_words[VT__CLASS_IMPORTED].is_finding);
	assert_int_equal(analysis->summary.live, 3);
	assert_int_equal(vt__live_of(&analysis->processes[0].devices[0], VT_BUCKET_IMPORTED).bytes,
			 2000);
	vt__analysis_free(analysis);
}

/* Only of what stayed, most first; those of another site, as a torn recording may
 * have them, count for none. */
static void a_refused_free_stands_with_what_it_left_live(void **state)
{
	struct fixture fixture = start();
	const uint32_t site = add_site(&fixture, VT_KIND_LINEAR);
	const uint32_t other = add_site(&fixture, VT_KIND_STREAM_ORDERED);
	struct vt_format_refused_free refused = {.site = site,
						 .stack = fixture.stack,
						 .api = fixture.api,
						 .result = 900,
						 .count = 5};
	const uint32_t rare = made_add(fixture.made, VT_FORMAT_REFUSED_FREE, &refused);
	const uint32_t links[] = {rare, 1, 1, 1, 0, 1};
	struct vt__analysis *analysis;
	const struct vt__finding_row *leak;

	(void)state;
	refused.result = 700;
	made_add(fixture.made, VT_FORMAT_REFUSED_FREE, &refused);
	for (uint32_t i = 0; i < 6; i++) {
		const uint32_t number = made_allocation(fixture.made, i == 4 ? other : site, i + 1,
							i == 4 ? 1 : 100);
		struct vt_format_allocation *record = made_record(fixture.made,
								  VT_FORMAT_ALLOCATION, number);

		record->link = links[i] + 1;
		if (i == 5)
			made_freed(fixture.made, number);
	}
	analysis = analyse(&fixture);
	leak = &analysis->processes[0].findings[0];
	assert_int_equal(analysis->processes[0].finding_count, 2);
	assert_int_equal(leak->refused_count, 2);
	assert_int_equal(leak->refused[0].record->result, 700);
	assert_int_equal(leak->refused[0].live, 3);
	assert_int_equal(leak->refused[1].record->result, 900);
	assert_int_equal(leak->refused[1].live, 1);
	assert_int_equal(leak[1].refused_count, 0);
	vt__analysis_free(analysis);
}

/* Those of one place are one row; those of what is gone are none. */
static void references_stand_with_the_memory_that_they_keep(void **state)
{
	struct fixture fixture = start();
	const uint32_t site = add_site(&fixture, VT_KIND_VMM);
	const uint32_t other = add_site(&fixture, VT_KIND_LINEAR);
	struct vt_format_reference reference = {
		.how = VT_REFERENCE_HANDLE, .stack = VT_FORMAT_NONE, .object = 1};
	struct vt__analysis *analysis;
	const struct vt__finding_row *leak;

	(void)state;
	made_allocation(fixture.made, site, 1, 100);
	made_allocation(fixture.made, site, 2, 100);
	made_allocation(fixture.made, other, 3, 1);
	made_freed(fixture.made, made_allocation(fixture.made, site, 4, 100));
	made_add(fixture.made, VT_FORMAT_REFERENCE, &reference);
	for (uint64_t i = 0; i < 6; i++) {
		reference = (struct vt_format_reference){.how = i < 5 ? VT_REFERENCE_MAPPING
								      : VT_REFERENCE_NONE,
							 .stack = fixture.stack,
							 .object = 1 + i % 4,
							 .start = 0x9000 - i,
							 .bytes = 10,
							 .count = 1};
		made_add(fixture.made, VT_FORMAT_REFERENCE, &reference);
	}
	analysis = analyse(&fixture);
	leak = &analysis->processes[0].findings[0];
	assert_finding(&analysis->processes[0], 0, VT__CLASS_LEAK, 200, 2);
	assert_int_equal(leak->reference_count, 2);
	assert_int_equal(leak->references[0].how, VT_REFERENCE_HANDLE);
	assert_int_equal(leak->references[0].count, 0);
	assert_int_equal(leak->references[1].count, 3);
	assert_int_equal(leak->references[1].bytes, 30);
	assert_int_equal(leak->references[1].start, 0x9000 - 4);
	assert_int_equal(leak[1].reference_count, 0);
	vt__analysis_free(analysis);
}

static void freed_by_reset_is_its_own_class_beside_leaks(void **state)
{
	struct fixture fixture = start();
	const uint32_t site = add_site(&fixture, VT_KIND_LINEAR);
	struct vt__analysis *analysis;

	(void)state;
	made_reset(fixture.made, made_allocation(fixture.made, site, 1, 700));
	made_reset(fixture.made, made_allocation(fixture.made, site, 2, 700));
	made_allocation(fixture.made, site, 3, 50);
	analysis = analyse(&fixture);
	assert_int_equal(analysis->processes[0].finding_count, 2);
	assert_finding(&analysis->processes[0], 0, VT__CLASS_LEAK, 50, 1);
	assert_finding(&analysis->processes[0], 1, VT__CLASS_FREED_BY_RESET, 1400, 2);
	vt__analysis_free(analysis);
}

static void events_become_findings_after_the_leaks(void **state)
{
	struct fixture fixture = start();
	struct vt_format_finding finding = {.finding_class = VT_FINDING_OUT_OF_MEMORY,
					    .allocation_stack = VT_FORMAT_NONE,
					    .free_stack = VT_FORMAT_NONE,
					    .result = 2,
					    .bytes = 1ull << 40,
					    .count = 2,
					    .label = VT_FORMAT_NONE,
					    .purpose = VT_FORMAT_NONE,
					    .account = VT_FORMAT_NONE};
	struct vt__analysis *analysis;

	(void)state;
	made_allocation(fixture.made, add_site(&fixture, VT_KIND_LINEAR), 3, 50);
	made_finding(fixture.made, &finding);
	finding.finding_class = VT_FINDING_BAD_FREE;
	finding.kind = finding.device = VT_FORMAT_NONE;
	finding.bytes = 0;
	made_finding(fixture.made, &finding);
	analysis = analyse(&fixture);
	assert_finding(&analysis->processes[0], 0, VT__CLASS_LEAK, 50, 1);
	assert_finding(&analysis->processes[0], 1, VT__CLASS_BAD_FREE, 0, 2);
	assert_finding(&analysis->processes[0], 2, VT__CLASS_OUT_OF_MEMORY, 1ull << 40, 2);
	assert_int_equal(analysis->processes[0].findings[1].device, VT_FORMAT_NONE);
	assert_int_equal(analysis->summary.findings[VT__CLASS_BAD_FREE], 1);
	assert_int_equal(analysis->summary.occurrences[VT__CLASS_BAD_FREE], 2);
	vt__analysis_free(analysis);
}

static void live_bytes_come_from_the_allocations_not_from_totals(void **state)
{
	struct fixture fixture = start();
	const uint32_t site = add_site(&fixture, VT_KIND_LINEAR);
	struct vt_format_device *device;
	struct vt__analysis *analysis;

	(void)state;
	made_allocation(fixture.made, site, 1, 640);
	device = made_record(fixture.made, VT_FORMAT_DEVICE, fixture.gpu);
	device->buckets[VT_BUCKET_VRAM].live_bytes = 1;
	device->kinds[VT_KIND_LINEAR].live_bytes = 2;
	analysis = analyse(&fixture);
	assert_int_equal(vt__live_of(&analysis->processes[0].devices[0], VT_BUCKET_VRAM).bytes,
			 640);
	assert_finding(&analysis->processes[0], 0, VT__CLASS_LEAK, 640, 1);
	vt__analysis_free(analysis);
}

static void a_torn_recording_drops_what_points_nowhere(void **state)
{
	struct fixture fixture = start();
	const uint32_t site = add_site(&fixture, VT_KIND_LINEAR);
	const struct vt_format_finding zero = {0};
	struct vt_format_allocation *allocation;
	struct vt__analysis *analysis;

	(void)state;
	made_allocation(fixture.made, site, 1, 640);
	made_allocation(fixture.made, site, 2, 640);
	made_finding(fixture.made, &zero);
	allocation = made_record(fixture.made, VT_FORMAT_ALLOCATION, 1);
	allocation->site = 4711;
	made_header(fixture.made)->sequence = 1001;
	made_header(fixture.made)->state = VT_FORMAT_RUNNING;
	analysis = analyse(&fixture);
	assert_int_equal(analysis->processes[0].finding_count, 1);
	assert_finding(&analysis->processes[0], 0, VT__CLASS_LEAK, 640, 1);
	vt__analysis_free(analysis);
}

/* ---- Peaks ---------------------------------------------------------------------- */

struct model {
	uint64_t live[SITES], at_peak[SITES], total, peak;
};

/* The plain way: remember every site's bytes whenever the total passes its peak. */
static void model_allocation(struct model *model, uint32_t site, uint64_t bytes)
{
	model->live[site] += bytes;
	model->total += bytes;
	if (model->total <= model->peak)
		return;
	model->peak = model->total;
	memcpy(model->at_peak, model->live, sizeof(model->live));
}

static void assert_peak(const struct vt__process *process, const struct model *model)
{
	const struct vt__peak_row *peak = &process->peaks[VT_BUCKET_VRAM];
	uint64_t sum = 0, before = UINT64_MAX;
	size_t i;

	assert_non_null(peak);
	assert_int_equal(peak->bytes, model->peak);
	for (i = 0; i < peak->share_count; i++) {
		const uint32_t site = (uint32_t)(peak->shares[i].site -
						 vt__recording_site(process->recording, 0));

		assert_int_equal(peak->shares[i].sum.bytes, model->at_peak[site]);
		assert_true(peak->shares[i].sum.bytes <= before);
		before = peak->shares[i].sum.bytes;
		sum += before;
	}
	assert_int_equal(sum, model->peak);
}

static void the_peak_is_made_of_what_was_live_then(void **state)
{
	unsigned seed = 1, round;

	(void)state;
	for (round = 0; round < 20; round++) {
		struct fixture fixture = start();
		struct model model = {0};
		struct vt__analysis *analysis;
		/* Few operations after the peak leave sites that did not change since. */
		const uint32_t operations = 20 + round * 20;
		uint32_t live[400], count = 0, i;

		for (i = 0; i < SITES; i++)
			add_site(&fixture, VT_KIND_LINEAR);
		for (i = 0; i < operations; i++) {
			const uint32_t site = (uint32_t)rand_r(&seed) % SITES;
			const uint64_t bytes = 1 + (uint64_t)rand_r(&seed) % 1000;

			if (count && rand_r(&seed) % 5 < (i < operations * 15 / 16 ? 2 : 3)) {
				const uint32_t which = (uint32_t)rand_r(&seed) % count;
				const struct vt_format_allocation *gone = made_record(
					fixture.made, VT_FORMAT_ALLOCATION, live[which]);

				model.live[gone->site] -= gone->bytes;
				model.total -= gone->bytes;
				made_freed(fixture.made, live[which]);
				live[which] = live[--count];
				continue;
			}
			live[count++] = made_allocation(fixture.made, site, i, bytes);
			model_allocation(&model, site, bytes);
		}
		analysis = analyse(&fixture);
		assert_peak(&analysis->processes[0], &model);
		vt__analysis_free(analysis);
	}
}

/* ---- Stacks and processes ---------------------------------------------------------- */

static void the_tools_own_frames_are_dropped_from_the_inside_only(void **state)
{
	struct fixture fixture = start();
	struct vt__frames frames = {0};
	struct vt__analysis *analysis;

	(void)state;
	made_allocation(fixture.made, add_site(&fixture, VT_KIND_LINEAR), 1, 1);
	analysis = analyse(&fixture);
	assert_int_equal(vt__stack_frames(analysis->processes[0].stacks,
					  analysis->processes[0].findings[0].stack, &frames),
			 0);
	assert_int_equal(frames.count, 2);
	assert_string_equal(frames.frames[0].module, "/nonexistent/app");
	assert_int_equal(frames.frames[0].offset, 0x30);
	assert_int_equal(frames.frames[1].offset, 0x40);
	assert_int_equal(vt__stack_frames(analysis->processes[0].stacks, VT_FORMAT_NONE, &frames),
			 0);
	assert_int_equal(frames.count, 0);
	vt__frames_release(&frames);
	vt__analysis_free(analysis);
}

static void losses_are_counted_but_short_stacks_are_none(void **state)
{
	struct fixture fixture = start();
	struct vt__analysis *analysis;

	(void)state;
	made_header(fixture.made)->losses[VT_LOSS_ALLOCATIONS] = 3;
	made_header(fixture.made)->losses[VT_LOSS_TRUNCATED] = 100;
	made_header(fixture.made)->losses[VT_FORMAT_LOSSES_MAX - 1] = 4; /* a later version's */
	analysis = analyse(&fixture);
	assert_int_equal(analysis->summary.lost, 7);
	vt__analysis_free(analysis);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/a.vramtrack", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_allocations_are_leaks_by_site_and_largest_first),
		cmocka_unit_test(what_owns_no_memory_is_live_and_no_leak),
		cmocka_unit_test(a_refused_free_stands_with_what_it_left_live),
		cmocka_unit_test(references_stand_with_the_memory_that_they_keep),
		cmocka_unit_test(freed_by_reset_is_its_own_class_beside_leaks),
		cmocka_unit_test(events_become_findings_after_the_leaks),
		cmocka_unit_test(live_bytes_come_from_the_allocations_not_from_totals),
		cmocka_unit_test(a_torn_recording_drops_what_points_nowhere),
		cmocka_unit_test(the_peak_is_made_of_what_was_live_then),
		cmocka_unit_test(the_tools_own_frames_are_dropped_from_the_inside_only),
		cmocka_unit_test(losses_are_counted_but_short_stacks_are_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
