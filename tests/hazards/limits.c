/*
 * A process with little to live on: few descriptors, little memory, no
 * standard streams, every descriptor closed, another current folder. Each
 * case keeps 3 MiB, writes "done" to the file arguments[0] and returns 3, the
 * same with us as without.
 */
#include <cuda_runtime_api.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hazard.h"

static FRAME void *keeps(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

static int done(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, "done\n", 5) != 5)
		_exit(99);
	close(fd);
	return 3;
}

static void limit(int resource, rlim_t value)
{
	const struct rlimit both = {value, value};

	MUST(setrlimit(resource, &both) == 0);
}

static int plain(char **arguments)
{
	keeps(3 * MIB);
	return done(arguments[0]);
}

static int few_descriptors(char **arguments)
{
	int lowest;

	CALL(cudaFree(NULL));
	lowest = open("/dev/null", O_RDONLY);
	close(lowest);
	limit(RLIMIT_NOFILE, (rlim_t)lowest + 1); /* one is left */
	keeps(3 * MIB);
	return done(arguments[0]);
}

static int no_descriptors(char **arguments)
{
	CALL(cudaFree(NULL));
	limit(RLIMIT_NOFILE, 0);
	keeps(3 * MIB);
	limit(RLIMIT_NOFILE, 0);
	(void)arguments;
	return 3;
}

/* From here on no file may grow at all, the recording included. */
static int no_file_growth(char **arguments)
{
	int result = done(arguments[0]);

	CALL(cudaFree(NULL));
	limit(RLIMIT_FSIZE, 0);
	keeps(3 * MIB);
	return result;
}

/* The address space is full but for a little. */
static int little_memory(char **arguments)
{
	char line[256];
	unsigned long pages = 0;
	FILE *file;

	CALL(cudaFree(NULL));
	file = fopen("/proc/self/statm", "re");
	MUST(file != NULL && fgets(line, sizeof(line), file) != NULL);
	pages = strtoul(line, NULL, 10);
	fclose(file);
	limit(RLIMIT_AS, pages * 4096 + 8 * MIB);
	for (int i = 0; i < 3; i++)
		keeps(MIB);
	return done(arguments[0]);
}

static int no_streams(char **arguments)
{
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	keeps(3 * MIB);
	return done(arguments[0]);
}

/* As daemons do, after the first allocation. */
static int close_everything(char **arguments)
{
	keeps(MIB);
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	keeps(2 * MIB);
	return done(arguments[0]);
}

/* What the program opens afterwards must be its own alone. */
static int closed_and_reused(char **arguments)
{
	struct stat before, after;

	keeps(MIB);
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	for (int i = 0; i < 64; i++)
		MUST(open(arguments[0], O_RDWR | O_CREAT | O_CLOEXEC, 0600) >= 0);
	MUST(stat(arguments[0], &before) == 0);
	for (int i = 0; i < 2000; i++)
		keeps(KIB);
	MUST(stat(arguments[0], &after) == 0);
	MUST(before.st_size == 0 && after.st_size == 0);
	return done(arguments[0]);
}

static int another_folder(char **arguments)
{
	MUST(chdir("/") == 0);
	keeps(3 * MIB);
	return done(arguments[0]);
}

static int other_rights(char **arguments)
{
	umask(0777);
	keeps(3 * MIB);
	umask(022);
	return done(arguments[0]);
}

/* Enough call sites and allocations that the recording must grow. */
static int grows(char **arguments)
{
	CALL(cudaFree(NULL));
	for (int i = 0; i < 20000; i++)
		keeps(512);
	return done(arguments[0]);
}

static const struct hazard_case cases[] = {
	{"plain", plain},
	{"few_descriptors", few_descriptors},
	{"no_descriptors", no_descriptors},
	{"no_file_growth", no_file_growth},
	{"little_memory", little_memory},
	{"no_streams", no_streams},
	{"close_everything", close_everything},
	{"closed_and_reused", closed_and_reused},
	{"another_folder", another_folder},
	{"other_rights", other_rights},
	{"grows", grows},
};

HAZARD_MAIN(cases)
