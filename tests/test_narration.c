/* Events: when they come, what they say, and the lines of JSON. */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "library/error.h"
#include "library/narrate.h"
#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

#define MOST 16

static struct {
	unsigned count;
	vt_event events[MOST];
	char humans[MOST][160];
	char labels[MOST][160];
} heard;

static void hear(const vt_event *event, void *closure)
{
	assert_ptr_equal(closure, &heard);
	assert_true(heard.count < MOST);
	assert_int_equal(event->struct_size, sizeof(*event));
	assert_true(strlen(event->human) <= 100);
	assert_string_equal(event->actor, "vram-residency");
	assert_string_equal(event->target, event->device);
	heard.events[heard.count] = *event;
	strcpy(heard.humans[heard.count], event->human);
	strcpy(heard.labels[heard.count], event->label);
	heard.count++;
}

static int listen(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	vt_set_narrator(hear, &heard);
	return 0;
}

static int stop_listening(void **state)
{
	(void)state;
	vt_set_narrator(NULL, NULL);
	return 0;
}

static void assert_heard(unsigned number, vt_event_kind kind, const char *human)
{
	assert_true(number < heard.count);
	assert_int_equal(heard.events[number].kind, kind);
	assert_string_equal(heard.humans[number], human);
}

static void test_allocation_and_free_are_told(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer = NULL, *other = NULL;
	vt_tracker *tracker;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	options.purpose = VT_PURPOSE_KV_CACHE;
	options.label = "layer 3";
	options.tracker = tracker;
	assert_int_equal(vt_buffer_create(&buffer, 16 * MIB, &options), VT_OK);
	assert_int_equal(vt_buffer_create(&other, 2 * MIB, &options), VT_OK);
	vt_buffer_destroy(buffer);
	vt_buffer_destroy(other);
	vt_tracker_destroy(tracker);
	assert_int_equal(heard.count, 4);
	assert_heard(0, VT_EVENT_ALLOCATED, "Allocated 16 MB VRAM on GPU0 for KVCache");
	assert_heard(2, VT_EVENT_FREED, "Deallocated 16 MB VRAM on GPU0 (2 MB still in use)");
	assert_heard(3, VT_EVENT_FREED, "Deallocated 2 MB VRAM on GPU0 (0 MB still in use)");
	assert_string_equal(heard.labels[0], "layer 3");
	assert_string_equal(heard.events[0].action, "vram_allocate");
	assert_string_equal(heard.events[2].action, "vram_deallocate");
	assert_int_equal(heard.events[0].bytes, 16 * MIB);
	assert_int_equal(heard.events[0].device_ordinal, 0);
}

static void test_small_sizes_are_not_0_MB(void **state)
{
	(void)state;
	vt__narrate_allocated(2, 1, VT_PURPOSE_UNKNOWN, NULL);
	vt__narrate_allocated(2, 1023, VT_PURPOSE_UNKNOWN, NULL);
	vt__narrate_allocated(2, 1024, VT_PURPOSE_UNKNOWN, NULL);
	vt__narrate_allocated(2, MIB - 1, VT_PURPOSE_UNKNOWN, NULL);
	vt__narrate_freed(2, MIB, VT_PURPOSE_UNKNOWN, "", 100);
	assert_heard(0, VT_EVENT_ALLOCATED, "Allocated 1 byte VRAM on GPU2 for Unknown");
	assert_heard(1, VT_EVENT_ALLOCATED, "Allocated 1023 bytes VRAM on GPU2 for Unknown");
	assert_heard(2, VT_EVENT_ALLOCATED, "Allocated 1 KiB VRAM on GPU2 for Unknown");
	assert_heard(3, VT_EVENT_ALLOCATED, "Allocated 1023 KiB VRAM on GPU2 for Unknown");
	assert_heard(4, VT_EVENT_FREED, "Deallocated 1 MB VRAM on GPU2 (100 bytes still in use)");
}

static void test_out_of_memory_is_told(void **state)
{
	vt_buffer *buffer = NULL;

	(void)state;
	assert_int_equal(vt_buffer_create(&buffer, 4096 * MIB, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(heard.count, 1);
	assert_int_equal(heard.events[0].kind, VT_EVENT_FAILED);
	assert_int_equal(heard.events[0].status, VT_ERROR_OUT_OF_MEMORY);
	assert_string_equal(heard.events[0].error_kind, "vram_oom");
	assert_int_equal(strncmp(heard.humans[0],
				 "VRAM allocation failed on GPU0: requested 4096 MB, only 10", 58),
			 0);
	assert_non_null(strstr(heard.humans[0], " MB available"));
}

static void test_bad_input_is_not_told(void **state)
{
	vt_buffer *buffer = NULL;

	(void)state;
	assert_int_equal(vt_buffer_create(&buffer, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(heard.count, 0);
}

static void test_other_failures_and_findings_have_their_words(void **state)
{
	(void)state;
	vt__fail(VT_ERROR_BUDGET, "details");
	vt__narrate_failed(0, 3 * MIB, VT_PURPOSE_KV_CACHE, "x");
	vt__fail(VT_ERROR_DEVICE_FAULT, "details");
	vt__narrate_failed(0, UINT64_MAX, VT_PURPOSE_KV_CACHE, "x");
	vt__narrate_free_failed(0, 5 * MIB, VT_PURPOSE_KV_CACHE, "x");
	vt__narrate_residency(1, 12, VT_OK);
	vt__narrate_residency(1, 12, VT_ERROR_NOT_RESIDENT);
	vt__narrate_residency(-1, 12, VT_ERROR_DEVICE_FAULT);
	vt__narrate_leak(0, 123, VT_PURPOSE_KV_CACHE, "lost");
	assert_heard(0, VT_EVENT_FAILED,
		     "Failed to allocate 3 MB: the tracker's budget or a source's limit would be "
		     "exceeded");
	assert_string_equal(heard.events[0].error_kind, "vram_budget");
	assert_string_equal(heard.events[1].error_kind, "device_fault");
	assert_heard(2, VT_EVENT_FAILED,
		     "Failed to free 5 MB: an earlier fault of the device, not this call's");
	assert_string_equal(heard.events[2].action, "vram_deallocate");
	assert_heard(3, VT_EVENT_RESIDENCY,
		     "VRAM residency verified on GPU1: all 12 allocations resident");
	assert_string_equal(heard.events[3].error_kind, "");
	assert_string_equal(heard.events[3].action, "verify");
	assert_heard(4, VT_EVENT_RESIDENCY,
		     "CRITICAL: VRAM residency violated on GPU1: RAM fallback or UMA detected");
	assert_string_equal(heard.events[4].error_kind, "residency_violation");
	assert_int_equal(heard.events[5].device_ordinal, -1);
	assert_heard(6, VT_EVENT_LEAK, "Memory leak detected: 123 bytes");
	assert_string_equal(heard.events[6].error_kind, "memory_leak");
	assert_string_equal(heard.events[6].action, "test_complete");
	/* Telling does not change the thread's detail. */
	assert_detail(VT_ERROR_DEVICE_FAULT, "details");
}

/* ---- Recursion ---------------------------------------------------------------- */

static unsigned calls;

static void use_the_library(const vt_event *event, void *closure)
{
	vt_buffer *buffer = NULL;

	(void)event;
	(void)closure;
	calls++;
	assert_int_equal(vt_buffer_create(&buffer, 4096, NULL), VT_OK);
	vt_buffer_destroy(buffer);
	assert_int_equal(vt_buffer_create(&buffer, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
}

static void test_a_narrator_may_use_the_library(void **state)
{
	vt_buffer *buffer = NULL;

	(void)state;
	calls = 0;
	vt_set_narrator(use_the_library, NULL);
	assert_int_equal(vt_buffer_create(&buffer, 4096 * MIB, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(calls, 1);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "requested: 4.0 GB");
	assert_int_equal(vt_buffer_create(&buffer, 4096, NULL), VT_OK);
	vt_buffer_destroy(buffer);
	assert_int_equal(calls, 3);
}

/* ---- JSON --------------------------------------------------------------------- */

static size_t read_lines(int file, char *out, size_t room)
{
	ssize_t length = read(file, out, room - 1);

	assert_true(length > 0);
	out[length] = '\0';
	return (size_t)length;
}

static void test_lines_of_json_are_whole_and_escaped(void **state)
{
	char text[8192], label[128];
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer = NULL;
	json_t *line;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	vt_set_narrator(vt_narrate_json_lines, (void *)(intptr_t)ends[1]);
	options.label = "a \"label\"\n\x01 \xff";
	options.purpose = VT_PURPOSE_INTERMEDIATE_BUFFERS;
	assert_int_equal(vt_buffer_create(&buffer, 3 * MIB, &options), VT_OK);
	vt_set_narrator(NULL, NULL);
	vt_buffer_destroy(buffer);
	read_lines(ends[0], text, sizeof(text));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(line);
	assert_string_equal(json_string_value(json_object_get(line, "human")),
			    "Allocated 3 MB VRAM on GPU0 for IntermediateBuffers");
	assert_string_equal(json_string_value(json_object_get(line, "label")),
			    "a \"label\"\n\x01 \xef\xbf\xbd");
	assert_string_equal(json_string_value(json_object_get(line, "target")), "GPU0");
	assert_string_equal(json_string_value(json_object_get(line, "status")), "VT_OK");
	assert_int_equal(json_integer_value(json_object_get(line, "bytes")), 3 * MIB);
	assert_true(json_integer_value(json_object_get(line, "emitted_at_ms")) > 0);
	json_decref(line);
	/* The longest label of the worst bytes still makes one whole line. */
	memset(label, 1, 127);
	label[127] = '\0';
	options.label = label;
	vt_set_narrator(vt_narrate_json_lines, (void *)(intptr_t)ends[1]);
	assert_int_equal(vt_buffer_create(&buffer, 4096, &options), VT_OK);
	vt_set_narrator(NULL, NULL);
	vt_buffer_destroy(buffer);
	read_lines(ends[0], text, sizeof(text));
	line = json_loads(text, 0, NULL);
	assert_non_null(line);
	assert_string_equal(json_string_value(json_object_get(line, "label")), label);
	json_decref(line);
	close(ends[0]);
	close(ends[1]);
}

static void test_a_closed_file_is_no_trouble(void **state)
{
	vt_buffer *buffer = NULL;

	(void)state;
	vt_set_narrator(vt_narrate_json_lines, (void *)(intptr_t)-1);
	assert_int_equal(vt_buffer_create(&buffer, 4096, NULL), VT_OK);
	vt_buffer_destroy(buffer);
}

int main(void)
{
#define HEARD(test) cmocka_unit_test_setup_teardown(test, listen, stop_listening)
	const struct CMUnitTest tests[] = {
		HEARD(test_allocation_and_free_are_told),
		HEARD(test_small_sizes_are_not_0_MB),
		HEARD(test_out_of_memory_is_told),
		HEARD(test_bad_input_is_not_told),
		HEARD(test_other_failures_and_findings_have_their_words),
		HEARD(test_a_narrator_may_use_the_library),
		HEARD(test_lines_of_json_are_whole_and_escaped),
		HEARD(test_a_closed_file_is_no_trouble),
	};

	simulated_device("memory=1G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("narration", tests, NULL, NULL);
}
