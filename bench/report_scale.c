/*
 * How long a report takes over a recording of a given size, without symbols.
 *
 * report_scale [ALLOCATIONS [STACKS [FORMAT [FOLDER]]]]: 1000000, 100000, text and json. In a
 * folder that is named both stay, as scale.vramtrack and scale.FORMAT. The budget (1 M allocations,
 * 100 k stacks) is 2 s.
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "reports/report.h"
#include "tests/make_recording.h"

#define DEPTH 16
#define MODULES 40
#define FUNCTIONS 20000 /* distinct addresses over all modules */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A generator that gives the same recording every time. */
static uint32_t next_number(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 33);
}

static void fill(struct made *made, uint32_t allocations, uint32_t stacks)
{
	const uint32_t device = made_device(made, 0, "NVIDIA H200", 150754820096ull);
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	uint64_t frames[DEPTH], state = 1;
	char path[64];
	uint32_t i, frame;

	for (i = 0; i < MODULES; i++) {
		snprintf(path, sizeof(path), "/nonexistent/lib/libmodule%02" PRIu32 ".so", i);
		made_module(made, path, i == 0);
	}
	for (i = 0; i < stacks; i++) {
		for (frame = 0; frame < DEPTH; frame++) {
			const uint32_t function = next_number(&state) % FUNCTIONS;

			frames[frame] = VT_FORMAT_MAKE_FRAME(function % MODULES, function * 64ull);
		}
		made_site(made, made_stack(made, frames, DEPTH), device, api, VT_KIND_LINEAR);
	}
	for (i = 0; i < allocations; i++)
		made_allocation(made, next_number(&state) % stacks, 0x700000000000ull + i * 512ull,
				256 + next_number(&state) % 65536);
}

static FILE *open_report(const char *format, const char *folder)
{
	char path[4096];

	if (!folder)
		return tmpfile();
	snprintf(path, sizeof(path), "%s/scale.%s", folder, format);
	return fopen(path, "we");
}

static int measure(const char *path, const char *format, const char *folder)
{
	const char *const paths[] = {path};
	FILE *out = open_report(format, folder);
	const struct vt__report_request request = {
		.paths = paths, .path_count = 1, .format = format, .out = out};
	struct vt__report_outcome outcome;
	struct rusage usage;
	const double start = now();
	const int error = out ? vt__report(&request, &outcome) : -1;

	if (error) {
		fprintf(stderr, "report_scale: %s: %s\n", format,
			out ? strerror(-error) : "no file to write to");
		return 1;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%-5s %6.2f s  %8.1f MB written  %zu findings  peak memory so far %ld MB\n", format,
	       now() - start, (double)ftell(out) / 1e6, outcome.findings, usage.ru_maxrss / 1024);
	fclose(out);
	return 0;
}

/* Where the recording is: in the folder, or a file that is gone afterwards. */
static int open_recording(const char *folder, char path[static 4096])
{
	if (!folder)
		return mkstemp(strcpy(path, "/tmp/report_scale.XXXXXX"));
	snprintf(path, 4096, "%s/scale.vramtrack", folder);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

int main(int argc, char **argv)
{
	const uint32_t allocations = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 1000000;
	const uint32_t stacks = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : 100000;
	const char *folder = argc > 4 ? argv[4] : NULL;
	char path[4096];
	const int fd = open_recording(folder, path);
	struct made *made;
	int failed;

	if (fd < 0 || !stacks) {
		fputs("usage: report_scale [ALLOCATIONS [STACKS [FORMAT [FOLDER]]]]\n", stderr);
		return 2;
	}
	close(fd);
	made = made_new();
	fill(made, allocations, stacks);
	failed = made_write(made, path) != 0;
	made_free(made);
	if (!failed)
		printf("%" PRIu32 " live allocations, %" PRIu32 " stacks of %d frames\n",
		       allocations, stacks, DEPTH);
	if (!failed && argc > 3)
		failed = measure(path, argv[3], folder);
	else if (!failed)
		failed = measure(path, "text", NULL) | measure(path, "json", NULL);
	if (!folder)
		unlink(path);
	return failed;
}
