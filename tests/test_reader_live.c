/*
 * The reader beside a process that still writes, and after one that died.
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/recording/process.h"
#include "reports/recording/reader.h"
#include "tests/make_recording.h"

static char folder[] = "/tmp/test_reader_live.XXXXXX";
static char path[64];
static char message[VT__MESSAGE_BYTES];

struct mapped {
	unsigned char *bytes;
	size_t size;
	struct vt_format_header *header;
	struct vt_format_site *site;
	struct vt_format_device *device;
};

/* The identity of this very process, as the recorder would enter it. */
static void become_this_process(struct vt_format_header *header)
{
	char text[1024], *at;
	unsigned byte, i;
	size_t got;
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");

	assert_non_null(file);
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			assert_int_equal(fgetc(file), '-');
		assert_int_equal(fscanf(file, "%2x", &byte), 1);
		header->boot_id[i] = (uint8_t)byte;
	}
	fclose(file);
	file = fopen("/proc/self/stat", "r");
	assert_non_null(file);
	got = fread(text, 1, sizeof(text) - 1, file);
	text[got] = '\0';
	fclose(file);
	for (at = strrchr(text, ')') + 2, i = 3; i < 22; i++)
		at = strchr(at, ' ') + 1;
	header->process_start_ticks = strtoull(at, NULL, 10);
	header->pid = (uint32_t)getpid();
	header->state = VT_FORMAT_RUNNING;
	header->wait_status = VT_FORMAT_EXIT_UNKNOWN;
	header->end_monotonic_ns = 0;
}

static struct mapped map_running(void)
{
	struct made *made = made_new();
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 0x1234);
	struct mapped mapped = {0};
	struct stat status;
	uint32_t i;
	int fd;

	made_device(made, 0, "NVIDIA H200", 1u << 30);
	made_site(made, made_stack(made, &frame, 1), 0, made_string(made, "cuMemAlloc_v2"),
		  VT_KIND_LINEAR);
	made_allocation(made, 0, 0x1000, 64);
	become_this_process(made_header(made));
	assert_int_equal(made_write(made, path), 0);
	made_free(made);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	mapped.size = (size_t)status.st_size;
	mapped.bytes = mmap(NULL, mapped.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(mapped.bytes != MAP_FAILED);
	close(fd);
	mapped.header = (void *)mapped.bytes;
	for (i = 0; i < mapped.header->segment_count; i++) {
		const struct vt_format_segment *segment = &mapped.header->segments[i];

		if (segment->type == VT_FORMAT_SITE)
			mapped.site = (void *)(mapped.bytes + segment->offset);
		if (segment->type == VT_FORMAT_DEVICE)
			mapped.device = (void *)(mapped.bytes + segment->offset);
	}
	return mapped;
}

static struct vt__recording *open_it(void)
{
	struct vt__recording *recording;

	if (vt__recording_open(path, &recording, message))
		fail_msg("refused: %s", message);
	return recording;
}

static void assert_note(const struct vt__recording *recording, const char *words)
{
	assert_non_null(vt__recording_note(recording, 0));
	if (!strstr(vt__recording_note(recording, 0), words))
		fail_msg("note \"%s\" has no \"%s\"", vt__recording_note(recording, 0), words);
}

/* ---- Alive or not ------------------------------------------------------------- */

static void a_process_that_maps_its_recording_is_running(void **state)
{
	struct mapped mapped = map_running();
	struct vt__recording *recording = open_it();

	(void)state;
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_RUNNING);
	assert_null(vt__recording_note(recording, 0));
	vt__recording_close(recording);
	munmap(mapped.bytes, mapped.size);
}

static void after_exec_the_same_pid_is_another_program(void **state)
{
	struct mapped mapped = map_running();
	struct vt__recording *recording;

	(void)state;
	munmap(mapped.bytes, mapped.size);
	recording = open_it();
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_ENDED);
	vt__recording_close(recording);
}

static void a_reused_pid_is_another_process(void **state)
{
	struct mapped mapped = map_running();
	struct vt__recording *recording;

	(void)state;
	mapped.header->process_start_ticks--;
	recording = open_it();
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_ENDED);
	assert_null(vt__recording_note(recording, 0));
	vt__recording_close(recording);
	munmap(mapped.bytes, mapped.size);
}

static void on_another_machine_the_end_is_only_assumed(void **state)
{
	struct mapped mapped = map_running();
	struct vt__recording *recording;

	(void)state;
	mapped.header->boot_id[3] ^= 1;
	recording = open_it();
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_ENDED);
	assert_note(recording, "another machine");
	vt__recording_close(recording);
	munmap(mapped.bytes, mapped.size);
}

static void a_process_that_was_waited_for_has_ended(void **state)
{
	struct mapped mapped = map_running();
	struct vt__recording *recording;

	(void)state;
	mapped.header->wait_status = 9;
	recording = open_it();
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_ENDED);
	vt__recording_close(recording);
	munmap(mapped.bytes, mapped.size);
}

/* ---- The change counter --------------------------------------------------------- */

static void a_process_killed_inside_a_change_is_read_with_a_note(void **state)
{
	struct mapped mapped = map_running();
	struct vt__recording *recording;

	(void)state;
	mapped.header->sequence |= 1;
	mapped.header->process_start_ticks--;
	recording = open_it();
	assert_true(vt__recording_torn(recording));
	assert_note(recording, "ended inside a change");
	vt__recording_close(recording);
	/* A half-entered record: noted too, not refused. */
	mapped.site->device = 77;
	recording = open_it();
	assert_non_null(vt__recording_note(recording, 1));
	assert_string_equal(vt__recording_note(recording, 1), "torn: 1 record left out");
	assert_non_null(strstr(vt__recording_note(recording, 2), "site record 0"));
	assert_int_equal(vt__recording_site(recording, 0)->device, 0);
	vt__recording_close(recording);
	munmap(mapped.bytes, mapped.size);
}

static void a_process_stopped_inside_a_change_is_not_waited_for_for_ever(void **state)
{
	struct mapped mapped = map_running();
	struct vt__recording *recording;

	(void)state;
	mapped.header->sequence |= 1;
	alarm(20);
	recording = open_it();
	alarm(0);
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_RUNNING);
	assert_true(vt__recording_torn(recording));
	assert_note(recording, "all the while");
	vt__recording_close(recording);
	munmap(mapped.bytes, mapped.size);
}

static atomic_bool stop;

/* Changes three records together, as an allocation does, with pauses. */
static void *change(void *argument)
{
	const struct mapped *mapped = argument;
	uint64_t *sequence = &mapped->header->sequence, n;

	for (n = 1; !atomic_load(&stop); n++) {
		const struct timespec pause = {0, 200000};
		int spin;

		__atomic_store_n(sequence, n * 2 + 1, __ATOMIC_SEQ_CST);
		__atomic_store_n(&mapped->site->total.live_bytes, n, __ATOMIC_SEQ_CST);
		for (spin = 0; spin < 20000; spin++)
			__asm__ volatile("");
		__atomic_store_n(&mapped->device->buckets[0].live_bytes, n, __ATOMIC_SEQ_CST);
		__atomic_store_n(&mapped->header->losses[0], n, __ATOMIC_SEQ_CST);
		__atomic_store_n(sequence, n * 2 + 2, __ATOMIC_SEQ_CST);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void a_copy_beside_a_writer_is_never_half_a_change(void **state)
{
	struct mapped mapped = map_running();
	uint64_t first = 0, last = 0;
	pthread_t writer;
	int i;

	(void)state;
	mapped.device->buckets[0].live_bytes = mapped.site->total.live_bytes = 0;
	assert_int_equal(pthread_create(&writer, NULL, change, &mapped), 0);
	for (i = 0; i < 300; i++) {
		struct vt__recording *recording = open_it();
		const uint64_t live = vt__recording_site(recording, 0)->total.live_bytes;

		if (!vt__recording_torn(recording)) {
			assert_int_equal(vt__recording_device(recording, 0)->buckets[0].live_bytes,
					 live);
			assert_int_equal(vt__recording_header(recording)->losses[0], live);
			first = first ? first : live;
			last = live;
		}
		vt__recording_close(recording);
	}
	atomic_store(&stop, true);
	pthread_join(writer, NULL);
	assert_true(last > first);
	munmap(mapped.bytes, mapped.size);
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
		cmocka_unit_test(a_process_that_maps_its_recording_is_running),
		cmocka_unit_test(after_exec_the_same_pid_is_another_program),
		cmocka_unit_test(a_reused_pid_is_another_process),
		cmocka_unit_test(on_another_machine_the_end_is_only_assumed),
		cmocka_unit_test(a_process_that_was_waited_for_has_ended),
		cmocka_unit_test(a_process_killed_inside_a_change_is_read_with_a_note),
		cmocka_unit_test(a_process_stopped_inside_a_change_is_not_waited_for_for_ever),
		cmocka_unit_test(a_copy_beside_a_writer_is_never_half_a_change),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
