/*
 * Names of source files: below the repository, below the folder of the process,
 * through links, and odd ones.
 */
#include "config.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/names/source_path.h"
#include "tests/report_sample.h"

static char *start;            /* the folder in which the test began */
static char root[PATH_MAX];    /* a repository, with "sub" in it */
static char link_to[PATH_MAX]; /* a link to it */
static struct vt__recording *recording;
static struct vt__source_paths *paths;

static int make_repository(void **state)
{
	struct sample sample = sample_start();
	char name[PATH_MAX + 16], message[VT__MESSAGE_BYTES];
	int error;

	if (sample_make_folder(state))
		return -1;
	start = getcwd(NULL, 0);
	snprintf(root, sizeof(root), "%.*s/repo", (int)(strrchr(sample_path, '/') - sample_path),
		 sample_path);
	snprintf(link_to, sizeof(link_to), "%.4000s-link", root);
	error = !start || mkdir(root, 0700) || symlink(root, link_to) || chdir(root) ||
		mkdir(".git", 0700) || mkdir("sub", 0700) || chdir("sub");
	snprintf(name, sizeof(name), "%s/sub/x.c", root);
	error = error || !freopen(name, "w", stdin); /* any open file will do */
	error = error || made_write(sample.made, sample_path) ||
		vt__recording_open(sample_path, &recording, message) ||
		vt__source_paths_new(&paths);
	made_free(sample.made);
	return error;
}

static int remove_repository(void **state)
{
	vt__source_paths_free(paths);
	vt__recording_close(recording);
	return unlink("x.c") || chdir("..") || rmdir("sub") || rmdir(".git") || chdir(start) ||
	       unlink(link_to) || rmdir(root) || (free(start), sample_remove_folder(state));
}

static void assert_path(const char *file, const char *wanted)
{
	assert_string_equal(vt__source_path(paths, recording, file), wanted);
	/* Once more: what is remembered is the same. */
	assert_string_equal(vt__source_path(paths, recording, file), wanted);
}

static void the_root_is_the_repository_above(void **state)
{
	(void)state;
	assert_string_equal(vt__source_root(paths), root);
}

static void files_below_the_repository_are_named_from_it(void **state)
{
	char file[PATH_MAX * 2];

	(void)state;
	snprintf(file, sizeof(file), "%s/sub/../src//./a.c", root);
	assert_path(file, "src/a.c");
	snprintf(file, sizeof(file), "%s/sub/x.c", link_to);
	assert_path(file, "sub/x.c");
	snprintf(file, sizeof(file), "%sx/a.c", root);
	assert_path(file, file);
}

static void files_below_the_folder_of_the_process_are_named_from_it(void **state)
{
	(void)state;
	assert_path("/srv/app/src/a.c", "src/a.c");
	assert_path("/srv/app/src/../../b.c", "/srv/b.c");
	assert_path("/srv/application/a.c", "/srv/application/a.c");
}

static void odd_names_stay_names(void **state)
{
	(void)state;
	assert_path("", ".");
	assert_path("/", "/");
	assert_path("/../..", "/");
	assert_path("a/../..", "..");
	assert_path("../../a.c", "../../a.c");
	assert_path("./src/./a.c", "src/a.c");
	assert_path("a b\n%.c", "a b\n%.c");
	assert_path("..a/b", "..a/b");
}

static void a_file_of_the_command_is_from_the_current_folder(void **state)
{
	(void)state;
	assert_string_equal(vt__source_path_here(paths, "x.c"), "sub/x.c");
	assert_string_equal(vt__source_path_here(paths, "not-there.supp"), "not-there.supp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_root_is_the_repository_above),
		cmocka_unit_test(files_below_the_repository_are_named_from_it),
		cmocka_unit_test(files_below_the_folder_of_the_process_are_named_from_it),
		cmocka_unit_test(odd_names_stay_names),
		cmocka_unit_test(a_file_of_the_command_is_from_the_current_folder),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_repository, remove_repository);
}
