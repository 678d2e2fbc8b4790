/*
 * The recording file: when it is made, how it is named, what it survives.
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/live.h"
#include "tests/ledger_fixture.h"

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void look(struct view *view)
{
	view_open(view, vt__ledger_path(fixture.ledger));
}

static void no_entry_leaves_no_file(void **state)
{
	struct vt__taken taken;

	(void)state;
	assert_int_not_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 1, NULL, &taken), 0);
	vt__ledger_drop_context(fixture.ledger, 1);
	vt__ledger_end(fixture.ledger, 0);
	assert_null(vt__ledger_path(fixture.ledger));
	assert_int_equal(fixture_files(&fixture), 0);
}

static void it_says_whose_it_is(void **state)
{
	char expected[256], folder[PATH_MAX];
	struct timespec now;
	struct view view;
	const char *command;

	(void)state;
	fixture_enter(&fixture, 0x1000, 1, 1);
	snprintf(expected, sizeof(expected), "%s/test_recording.%d.vramtrack", fixture.folder,
		 (int)getpid());
	assert_string_equal(vt__ledger_path(fixture.ledger), expected);
	look(&view);
	assert_int_equal(view.header->pid, getpid());
	assert_int_equal(view.header->parent_pid, getppid());
	assert_true(view.header->process_start_ticks > 0);
	assert_non_null(getcwd(folder, sizeof(folder)));
	assert_string_equal(view_string(&view, view.header->working_directory), folder);
	assert_string_equal(view_string(&view, view.header->tool_version), "1.2.3");
	command = view_string(&view, view.header->command);
	assert_non_null(strstr(command, "test_recording"));
	assert_int_equal(view.header->stack_depth, 16);
	assert_int_equal(view.header->crash_safe, 1);
	assert_int_equal(view.header->note, VT_FORMAT_NONE);
	assert_int_equal(view.header->state, VT_FORMAT_RUNNING);
	assert_int_equal(view.header->wait_status, VT_FORMAT_EXIT_UNKNOWN);
	clock_gettime(CLOCK_REALTIME, &now);
	assert_in_range((uint64_t)now.tv_sec - view.header->start_realtime_ns / 1000000000, 0, 60);
	assert_true(view.size < 200 * 1024);
	view_close(&view);
}

static void the_end_is_written(void **state)
{
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 1, 1);
	vt__ledger_end(fixture.ledger, 7 << 8);
	look(&view);
	assert_int_equal(view.header->state, VT_FORMAT_EXITED);
	assert_int_equal(view.header->wait_status, 7 << 8);
	assert_true(view.header->end_monotonic_ns >= view.header->start_monotonic_ns);
	view_close(&view);
}

static void a_name_in_use_gets_a_number(void **state)
{
	char expected[256];

	(void)state;
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(vt__ledger_open(&fixture.identity, &fixture.ledger), 0);
		fixture_enter(&fixture, 0x1000, 1, 1);
	}
	snprintf(expected, sizeof(expected), "%s/test_recording.%d.3.vramtrack", fixture.folder,
		 (int)getpid());
	assert_string_equal(vt__ledger_path(fixture.ledger), expected);
	assert_int_equal(fixture_files(&fixture), 3);
}

static void a_symbolic_link_is_not_followed(void **state)
{
	char link[256], target[256];
	struct stat status;

	(void)state;
	snprintf(link, sizeof(link), "%s/test_recording.%d.vramtrack", fixture.folder,
		 (int)getpid());
	snprintf(target, sizeof(target), "%s/victim", fixture.folder);
	assert_int_equal(symlink(target, link), 0);
	fixture_enter(&fixture, 0x1000, 1, 1);
	assert_int_not_equal(stat(target, &status), 0);
	assert_non_null(strstr(vt__ledger_path(fixture.ledger), ".2.vramtrack"));
}

static void a_missing_folder_is_made(void **state)
{
	char folder[128], path[PATH_MAX];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/new", fixture.folder);
	fixture.identity.folder = folder;
	assert_int_equal(vt__ledger_open(&fixture.identity, &fixture.ledger), 0);
	fixture_enter(&fixture, 0x1000, 1, 1);
	assert_non_null(vt__ledger_path(fixture.ledger));
	strcpy(path, vt__ledger_path(fixture.ledger));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void a_relative_folder_is_that_of_the_opening(void **state)
{
	char before[PATH_MAX];

	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(fixture.folder), 0);
	fixture.identity.folder = ".";
	assert_int_equal(vt__ledger_open(&fixture.identity, &fixture.ledger), 0);
	assert_int_equal(chdir("/"), 0);
	fixture_enter(&fixture, 0x1000, 1, 1);
	assert_int_equal(chdir(before), 0);
	assert_memory_equal(vt__ledger_path(fixture.ledger), fixture.folder,
			    strlen(fixture.folder));
	assert_int_equal(fixture_files(&fixture), 1);
}

static void it_grows_through_many_segments(void **state)
{
	const unsigned count = 300000;
	struct view view;

	(void)state;
	for (unsigned i = 0; i < count; i++)
		fixture_enter(&fixture, 0x100000 + i * 16, 16, i % 5000);
	look(&view);
	assert_true(view.header->segment_count > 20);
	assert_int_equal(view_live(&view), count);
	assert_int_equal(view_count(&view, VT_FORMAT_SITE), 5000);
	assert_int_equal(view_count(&view, VT_FORMAT_STACK), 5000);
	assert_int_equal(view.header->note, VT_FORMAT_NONE);
	view_close(&view);
	for (unsigned i = 0; i < count; i++)
		fixture_free(&fixture, 0x100000 + i * 16, 1);
	look(&view);
	assert_int_equal(view_live(&view), 0);
	view_close(&view);
}

static void freed_records_are_used_again(void **state)
{
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		fixture_enter(&fixture, 0x100000 + i * 16, 16, 1);
		fixture_free(&fixture, 0x100000 + i * 16, 1);
	}
	look(&view);
	/* The addresses fall on all shards, and each keeps its own free records. */
	assert_int_equal(view_count(&view, VT_FORMAT_ALLOCATION), VT__LIVE_SHARDS);
	assert_true(view.size < 200 * 1024);
	view_close(&view);
}

static void deep_stacks_lie_within_one_segment(void **state)
{
	static uintptr_t ips[256];
	struct vt__stack stack = {.ips = ips, .depth = 250};
	struct vt__allocation allocation = {.bytes = 1, .api = "cuMemAlloc_v2"};
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		for (unsigned f = 0; f < stack.depth; f++)
			ips[f] = 0x10000 + i * 256 + f;
		allocation.address = i + 1;
		vt__ledger_enter(fixture.ledger, &allocation, &stack);
	}
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_STACK), 200);
	for (unsigned i = 0; i < 200; i++) {
		const struct vt_format_stack *record = view_at(&view, VT_FORMAT_STACK, i);
		const uint64_t *frames = view_at(&view, VT_FORMAT_FRAME, record->first_frame);

		for (unsigned f = 0; f < record->depth; f++)
			assert_int_equal(VT_FORMAT_FRAME_ADDRESS(frames[f]), 0x10000 + i * 256 + f);
	}
	view_close(&view);
}

static unsigned lowest_free_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return (unsigned)fd;
}

static void no_descriptor_is_kept(void **state)
{
	unsigned before = lowest_free_descriptor();

	(void)state;
	for (unsigned i = 0; i < 10000; i++)
		fixture_enter(&fixture, 0x1000 + i, 1, i);
	assert_int_equal(lowest_free_descriptor(), before);
}

/* Runs `child` in a forked process, returns its wait status. */
static int run_child(void (*child)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		child();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void allocate_and_die(void)
{
	if (vt__ledger_open(&fixture.identity, &fixture.ledger))
		_exit(1);
	for (unsigned i = 0; i < 5000; i++)
		fixture_enter(&fixture, 0x1000 + i, 2, i % 10);
	raise(SIGKILL);
}

static void a_killed_process_leaves_a_whole_recording(void **state)
{
	char path[PATH_MAX];
	struct view view;
	int status = run_child(allocate_and_die);

	(void)state;
	assert_true(WIFSIGNALED(status));
	fixture_file(&fixture, path, sizeof(path));
	view_open(&view, path);
	assert_int_equal(view.header->sequence % 2, 0);
	assert_int_equal(view.header->state, VT_FORMAT_RUNNING);
	assert_int_equal(view_live(&view), 5000);
	assert_int_equal(view_device(&view, 0)->buckets[VT_BUCKET_VRAM].live_bytes, 10000);
	view_close(&view);
}

static void open_anew_and_allocate(void)
{
	if (vt__ledger_open(&fixture.identity, &fixture.ledger))
		_exit(1);
	fixture_enter(&fixture, 0x5000, 1, 1);
	vt__ledger_end(fixture.ledger, 0);
}

static void a_forked_child_has_a_recording_of_its_own(void **state)
{
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 1, 1);
	assert_int_equal(run_child(open_anew_and_allocate), 0);
	assert_int_equal(fixture_files(&fixture), 2);
	look(&view);
	assert_int_equal(view_live(&view), 1);
	assert_non_null(view_allocation(&view, 0x1000));
	assert_int_equal(view.header->state, VT_FORMAT_RUNNING);
	view_close(&view);
}

static void touch_the_old_ledger(void)
{
	signal(SIGSEGV, SIG_DFL);
	*(volatile uint32_t *)(void *)fixture.ledger;
}

static void a_forked_child_inherits_no_mapping(void **state)
{
	int status;

	(void)state;
	fixture_enter(&fixture, 0x1000, 1, 1);
	status = run_child(touch_the_old_ledger);
	/* A sanitizer turns the signal into an exit status. */
	assert_int_not_equal(status, 0);
}

static int stop_writing;

static void *keep_writing(void *closure)
{
	(void)closure;
	for (unsigned i = 0; !__atomic_load_n(&stop_writing, __ATOMIC_RELAXED); i++) {
		fixture_enter(&fixture, 0x1000 + i % 64, i % 1000, i % 32);
		if (i % 3 == 0)
			fixture_free(&fixture, 0x1000 + i % 64, 1);
	}
	return NULL;
}

/* Each load comes after the one before it, on every machine. */
static void copy_in_order(uint64_t *to, const uint64_t *from, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof(*to); i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_ACQUIRE);
}

/* A copy taken between two equal even numbers adds up. */
static int copy_adds_up(const uint8_t *map, uint8_t *copy, size_t size)
{
	const struct vt_format_header *header = (const void *)map;
	uint64_t before = __atomic_load_n(&header->sequence, __ATOMIC_ACQUIRE), sum = 0;
	struct view view = {.bytes = copy, .size = size, .header = (const void *)copy};

	copy_in_order((uint64_t *)(void *)copy, (const void *)map, size);
	if (before % 2 || __atomic_load_n(&header->sequence, __ATOMIC_RELAXED) != before)
		return 0;
	for (uint64_t i = 0; i < view_count(&view, VT_FORMAT_SITE); i++)
		sum += ((const struct vt_format_site *)view_at(&view, VT_FORMAT_SITE, i))
			       ->total.live_bytes;
	assert_int_equal(view_device(&view, 0)->buckets[VT_BUCKET_VRAM].live_bytes, sum);
	return 1;
}

static void a_reader_of_a_running_process_gets_consistent_copies(void **state)
{
	/* Where each copy takes long, a writer that never rests lets few succeed. */
	const time_t end = time(NULL) + 10;
	unsigned consistent = 0, tries;
	pthread_t thread;
	struct stat status;
	uint8_t *copy;
	void *map;
	int fd;

	(void)state;
	fixture_enter(&fixture, 0x1000, 1, 1);
	fd = open(vt__ledger_path(fixture.ledger), O_RDONLY);
	assert_int_equal(fstat(fd, &status), 0);
	map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
	assert_true(map != MAP_FAILED);
	close(fd);
	copy = malloc((size_t)status.st_size);
	assert_non_null(copy);
	assert_int_equal(pthread_create(&thread, NULL, keep_writing, NULL), 0);
	for (tries = 0; tries < 200000 && consistent < 20 && time(NULL) < end; tries++)
		consistent += (unsigned)copy_adds_up(map, copy, (size_t)status.st_size);
	__atomic_store_n(&stop_writing, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	consistent += (unsigned)copy_adds_up(map, copy, (size_t)status.st_size);
	assert_true(consistent >= 1);
	free(copy);
	munmap(map, (size_t)status.st_size);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_entry_leaves_no_file),
		TEST(it_says_whose_it_is),
		TEST(the_end_is_written),
		TEST(a_name_in_use_gets_a_number),
		TEST(a_symbolic_link_is_not_followed),
		TEST(a_missing_folder_is_made),
		TEST(a_relative_folder_is_that_of_the_opening),
		TEST(it_grows_through_many_segments),
		TEST(freed_records_are_used_again),
		TEST(deep_stacks_lie_within_one_segment),
		TEST(no_descriptor_is_kept),
		TEST(a_killed_process_leaves_a_whole_recording),
		TEST(a_forked_child_has_a_recording_of_its_own),
		TEST(a_forked_child_inherits_no_mapping),
		TEST(a_reader_of_a_running_process_gets_consistent_copies),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
