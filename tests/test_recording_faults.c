/*
 * The recording where the system refuses: folders that cannot be written,
 * file size limits, full disks, file systems that cannot map. Linked with
 * --wrap for mmap and posix_fallocate.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/standard_error.h"
#include "tests/ledger_fixture.h"

static struct fixture fixture;
static int refuse_map;         /* errno for every shared mapping, 0: none */
static off_t refuse_room_from; /* posix_fallocate() fails beyond, 0: never */
static int interruptions;      /* posix_fallocate() gives EINTR that often */

void *__real_mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset);
int __real_posix_fallocate(int fd, off_t offset, off_t bytes);
int __wrap_posix_fallocate(int fd, off_t offset, off_t bytes);

void *__wrap_mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset)
{
	if (refuse_map && (flags & MAP_SHARED)) {
		errno = refuse_map;
		return MAP_FAILED;
	}
	return __real_mmap(at, bytes, protection, flags, fd, offset);
}

int __wrap_posix_fallocate(int fd, off_t offset, off_t bytes)
{
	if (interruptions) {
		interruptions--;
		return EINTR;
	}
	if (refuse_room_from && offset + bytes > refuse_room_from)
		return ENOSPC;
	return __real_posix_fallocate(fd, offset, bytes);
}

static int set_up(void **state)
{
	(void)state;
	refuse_map = 0;
	refuse_room_from = 0;
	interruptions = 0;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

/* Runs `child` in a forked process with its standard error in `text`. */
static int run_child(void (*child)(void), char *text, size_t room)
{
	int pipe_fds[2], status;
	size_t length = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(pipe_fds[1], STDERR_FILENO);
		vt__remember_standard_error();
		close(pipe_fds[0]);
		close(pipe_fds[1]);
		if (vt__ledger_open(&fixture.identity, &fixture.ledger))
			_exit(99);
		child();
		_exit(0);
	}
	close(pipe_fds[1]);
	while ((got = read(pipe_fds[0], text + length, room - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	close(pipe_fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void allocate_some(void)
{
	struct vt__taken taken;

	for (unsigned i = 0; i < 100; i++) {
		fixture_enter(&fixture, 0x1000 + i, 1, i);
		if (vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 0x1000 + i, NULL, &taken) ==
		    0)
			_exit(1);
	}
	vt__ledger_lose(fixture.ledger, VT_LOSS_MAPPINGS);
	vt__ledger_drop_context(fixture.ledger, 1);
	vt__ledger_end(fixture.ledger, 0);
	if (vt__ledger_path(fixture.ledger))
		_exit(2);
}

static void a_folder_that_cannot_be_is_said_once(void **state)
{
	char text[1024];

	(void)state;
	fixture.identity.folder = "/proc/version/recordings";
	assert_int_equal(run_child(allocate_some, text, sizeof(text)), 0);
	assert_string_equal(text, "vramtrack: cannot write a recording in "
				  "/proc/version/recordings: Not a directory; "
				  "this process is not recorded\n");
}

static void limit_to(rlim_t bytes)
{
	const struct rlimit limit = {bytes, bytes};

	if (setrlimit(RLIMIT_FSIZE, &limit))
		_exit(98);
}

static void allocate_some_within_no_size(void)
{
	limit_to(4096);
	allocate_some();
}

static void a_file_size_limit_at_creation_raises_no_signal(void **state)
{
	char text[1024];

	(void)state;
	assert_int_equal(run_child(allocate_some_within_no_size, text, sizeof(text)), 0);
	assert_non_null(strstr(text, "File too large; this process is not recorded\n"));
	assert_int_equal(fixture_files(&fixture), 0);
}

/* Asserts that nothing more than what fits was kept, and that it says why. */
static void check_stopped(const char *path, unsigned entered, const char *note)
{
	const struct vt_format_header *header;
	struct view view;

	view_open(&view, path);
	header = view.header;
	assert_int_not_equal(header->note, VT_FORMAT_NONE);
	assert_string_equal(view_string(&view, header->note), note);
	assert_true(view_live(&view) >= 100);
	assert_true(header->losses[VT_LOSS_ALLOCATIONS] > 0);
	assert_int_equal(view_live(&view) + header->losses[VT_LOSS_ALLOCATIONS], entered);
	assert_int_equal(view_device(&view, 0)->buckets[VT_BUCKET_VRAM].live_count,
			 view_live(&view));
	view_close(&view);
}

#define MANY 20000u

static void allocate_many(void)
{
	for (unsigned i = 0; i < MANY; i++)
		fixture_enter(&fixture, 0x1000 + i, 1, i % 5);
	vt__ledger_end(fixture.ledger, 0);
}

static void allocate_many_within_a_limit(void)
{
	limit_to(256 * 1024);
	allocate_many();
}

static void a_file_size_limit_later_stops_the_growth(void **state)
{
	char text[1024], path[PATH_MAX];

	(void)state;
	assert_int_equal(run_child(allocate_many_within_a_limit, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	fixture_file(&fixture, path, sizeof(path));
	check_stopped(path, MANY, "the recording stopped growing: File too large");
}

static void a_disk_that_fills_up_stops_the_growth(void **state)
{
	(void)state;
	refuse_room_from = 300 * 1024;
	allocate_many();
	check_stopped(vt__ledger_path(fixture.ledger), MANY,
		      "the recording stopped growing: No space left on device");
	fixture_free(&fixture, 0x1000, 1);
	fixture_enter(&fixture, 0x1000, 1, 1);
}

static void a_full_disk_at_creation_leaves_no_file(void **state)
{
	char text[1024];

	(void)state;
	refuse_room_from = 1;
	assert_int_equal(run_child(allocate_some, text, sizeof(text)), 0);
	assert_non_null(strstr(text, "No space left on device; this process is not recorded\n"));
	assert_int_equal(fixture_files(&fixture), 0);
}

static void an_interrupted_reservation_is_repeated(void **state)
{
	struct view view;

	(void)state;
	interruptions = 3;
	fixture_enter(&fixture, 0x1000, 1, 1);
	interruptions = 3;
	for (unsigned i = 0; i < 1000; i++)
		fixture_enter(&fixture, 0x2000 + i, 1, 1);
	view_open(&view, vt__ledger_path(fixture.ledger));
	assert_int_equal(view_live(&view), 1001);
	view_close(&view);
}

static void another_file_at_its_path_stops_the_growth(void **state)
{
	char moved[256];

	(void)state;
	fixture_enter(&fixture, 0x10, 1, 1);
	snprintf(moved, sizeof(moved), "%s/moved", fixture.folder);
	assert_int_equal(rename(vt__ledger_path(fixture.ledger), moved), 0);
	close(open(vt__ledger_path(fixture.ledger), O_CREAT | O_WRONLY, 0600));
	allocate_many();
	check_stopped(moved, MANY + 1, "the recording stopped growing: Stale file handle");
}

static void without_shared_mappings_it_is_written_at_the_end(void **state)
{
	struct view view;

	(void)state;
	refuse_map = ENODEV;
	for (unsigned i = 0; i < MANY; i++)
		fixture_enter(&fixture, 0x1000 + i, 1, i);
	view_open(&view, vt__ledger_path(fixture.ledger));
	assert_int_equal(view.header->crash_safe, 0);
	assert_int_equal(view_live(&view), 0);
	assert_string_equal(view_string(&view, view.header->note),
			    "kept in memory and written at exit: the file cannot be mapped: "
			    "No such device");
	view_close(&view);
	vt__ledger_end(fixture.ledger, 0);
	view_open(&view, vt__ledger_path(fixture.ledger));
	assert_int_equal(view_live(&view), MANY);
	assert_int_equal(view.header->state, VT_FORMAT_EXITED);
	assert_int_equal(view.header->crash_safe, 0);
	view_close(&view);
}

static void allocate_with_standard_error_closed(void)
{
	int fds[2];

	if (pipe(fds))
		_exit(97);
	close(fds[0]);
	dup2(fds[1], STDERR_FILENO);
	vt__remember_standard_error();
	close(fds[1]);
	allocate_some();
}

static void a_broken_standard_error_kills_nobody(void **state)
{
	char text[64];

	(void)state;
	fixture.identity.folder = "/proc/version/recordings";
	assert_int_equal(run_child(allocate_with_standard_error_closed, text, sizeof(text)), 0);
}

static void announce_one(void)
{
	fixture_enter(&fixture, 0x1000, 1, 1);
}

static void it_can_announce_its_path(void **state)
{
	char text[1024], expected[128];

	(void)state;
	fixture.identity.announce = true;
	assert_int_equal(run_child(announce_one, text, sizeof(text)), 0);
	snprintf(expected, sizeof(expected), "vramtrack: recording to %s/test_recording_faults.",
		 fixture.folder);
	assert_memory_equal(text, expected, strlen(expected));
	assert_int_equal(text[strlen(text) - 1], '\n');
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));

	close(fd);
	return written == (ssize_t)strlen(text) ? 0 : -1;
}

/* A mount namespace of its own: as root, or else as root of a user namespace. */
static int enter_namespace(void)
{
	char map[64];

	snprintf(map, sizeof(map), "0 %d 1", (int)getuid());
	if (unshare(CLONE_NEWNS) &&
	    (unshare(CLONE_NEWUSER | CLONE_NEWNS) || write_text("/proc/self/uid_map", map)))
		return -1;
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

/* Exits with 77 where a tmpfs cannot be mounted. */
static void fill_a_tmpfs(void)
{
	char folder[128];
	struct view view;

	if (enter_namespace() || mount("tmpfs", fixture.folder, "tmpfs", 0, "size=512k"))
		_exit(77);
	snprintf(folder, sizeof(folder), "%s/in", fixture.folder);
	fixture.identity.folder = folder;
	if (vt__ledger_open(&fixture.identity, &fixture.ledger))
		_exit(1);
	allocate_many();
	if (!vt__ledger_path(fixture.ledger))
		_exit(3);
	view_open(&view, vt__ledger_path(fixture.ledger));
	if (view_live(&view) + view.header->losses[VT_LOSS_ALLOCATIONS] != MANY ||
	    view.header->note == VT_FORMAT_NONE ||
	    !strstr(view_string(&view, view.header->note), "No space left on device"))
		_exit(2);
	view_close(&view);
}

static void a_full_tmpfs_stops_the_growth(void **state)
{
	char text[1024];
	int status = run_child(fill_a_tmpfs, text, sizeof(text));

	(void)state;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		print_message("# no tmpfs can be mounted here: nothing was tried\n");
	else
		assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_folder_that_cannot_be_is_said_once),
		TEST(a_file_size_limit_at_creation_raises_no_signal),
		TEST(a_file_size_limit_later_stops_the_growth),
		TEST(a_disk_that_fills_up_stops_the_growth),
		TEST(a_full_disk_at_creation_leaves_no_file),
		TEST(an_interrupted_reservation_is_repeated),
		TEST(another_file_at_its_path_stops_the_growth),
		TEST(without_shared_mappings_it_is_written_at_the_end),
		TEST(a_broken_standard_error_kills_nobody),
		TEST(it_can_announce_its_path),
		TEST(a_full_tmpfs_stops_the_growth),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
