/*
 * Writes the recordings of many ranks of one program, for bench/many_recordings.sh.
 *
 * many_recordings FOLDER [RECORDINGS [SITES]]: 1000 of 1000 call sites each, with
 * stacks of 16 frames in the functions of this program, so that they have names.
 */
#include "config.h"

#include <inttypes.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/make_recording.h"

#define DEPTH 16
#define LIVE_OF_SITE 2
#define CODE_BYTES 20000 /* of this program, in which the frames lie */

/* A generator that gives the same recordings every time. */
static uint32_t next_number(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 33);
}

static int find_bias(struct dl_phdr_info *info, size_t size, void *closure)
{
	(void)size;
	*(uint64_t *)closure = info->dlpi_addr;
	return 1; /* the program itself comes first */
}

static void fill(struct made *made, uint32_t sites, const char *program, uint64_t start,
		 uint32_t rank)
{
	const uint32_t device = made_device(made, 0, "NVIDIA H200", 150754820096ull);
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	uint64_t frames[DEPTH], state = 1;
	uint32_t i, frame, live;

	made_module(made, "/nonexistent/libvramtrack_preload.so", 1);
	made_module(made, program, 0);
	for (i = 0; i < sites; i++) {
		uint32_t site;

		for (frame = 0; frame < DEPTH; frame++)
			frames[frame] = VT_FORMAT_MAKE_FRAME(1, start + next_number(&state) %
										CODE_BYTES);
		site = made_site(made, made_stack(made, frames, DEPTH), device, api,
				 VT_KIND_LINEAR);
		for (live = 0; live < LIVE_OF_SITE; live++)
			made_allocation(made, site, 0x700000000000ull + (i * 2 + live) * 512ull,
					512 + (rank == 7 && i == 3 ? 1u << 30 : i));
	}
}

static int write_one(const char *folder, uint32_t rank, uint32_t count, uint32_t sites,
		     const char *program, uint64_t start)
{
	struct made *made = made_new();
	struct vt_format_header *header = made_header(made);
	char path[PATH_MAX], launch[96];
	int error;

	snprintf(path, sizeof(path), "%s/worker.%" PRIu32 ".vramtrack", folder, 10000 + rank);
	snprintf(launch, sizeof(launch), "RANK=%" PRIu32 "\x1fWORLD_SIZE=%" PRIu32, rank, count);
	header->pid = 10000 + rank;
	header->launch = made_string(made, launch);
	header->start_realtime_ns += rank;
	memset(header->boot_id, 0xb0, sizeof(header->boot_id));
	fill(made, sites, program, start, rank);
	error = made_write(made, path);
	made_free(made);
	if (error)
		fprintf(stderr, "many_recordings: %s: %s\n", path, strerror(-error));
	return error;
}

int main(int argc, char **argv)
{
	const uint32_t count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : 1000;
	const uint32_t sites = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 0) : 1000;
	char program[PATH_MAX] = "";
	uint64_t bias = 0;
	uint32_t i;
	int error = 0;

	if (argc < 2 || readlink("/proc/self/exe", program, sizeof(program) - 1) < 0) {
		fputs("usage: many_recordings FOLDER [RECORDINGS [SITES]]\n", stderr);
		return 2;
	}
	dl_iterate_phdr(find_bias, &bias);
	for (i = 0; i < count && !error; i++)
		error = write_one(argv[1], i, count, sites, program,
				  (uint64_t)(uintptr_t)main - bias);
	return error != 0;
}
