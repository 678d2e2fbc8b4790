/*
 * Composed recordings of the ranks of a job, written into a folder of the test.
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

#include "tests/ranks_sample.h"

char ranks_folder[] = "/tmp/test_ranks.XXXXXX";
const char *ranks_paths[RANKS_MOST];
static char paths[RANKS_MOST][64];

static void add_sites(struct made *made, const struct ranked_process *process)
{
	const uint32_t gpu = made_device(made, 0, "NVIDIA H200", 1ull << 37);
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	const uint64_t bytes[] = {process->weights, process->cache, process->freed};
	uint64_t address = 0x1000, i;

	made_module(made, "/nonexistent/libshim.so", 1);
	/* an identity without names is of modules: a module for each call site */
	made_module(made, "/nonexistent/libweights.so", 0);
	made_module(made, "/nonexistent/libcache.so", 0);
	made_module(made, "/nonexistent/libscratch.so", 0);
	for (i = 0; i < 3; i++) {
		const uint64_t frames[] = {VT_FORMAT_MAKE_FRAME(0, 0x10),
					   VT_FORMAT_MAKE_FRAME(i + 1, 0x100 + process->moved)};
		uint32_t site, allocation;

		if (!bytes[i])
			continue;
		site = made_site(made, made_stack(made, frames, 2), gpu, api, VT_KIND_LINEAR);
		allocation = made_allocation(made, site, address++, bytes[i]);
		if (i == 2)
			made_freed(made, allocation);
	}
}

void ranks_write_part(size_t number, const struct ranked_process *process, uint64_t lost)
{
	struct made *made = made_new();
	struct vt_format_header *header = made_header(made);

	assert_true(number < RANKS_MOST);
	snprintf(paths[number], sizeof(paths[number]), "%s/%zu.vramtrack", ranks_folder, number);
	ranks_paths[number] = paths[number];
	header->pid = process->pid ? process->pid : 5000 + (uint32_t)number;
	header->parent_pid = process->parent_pid;
	header->process_start_ticks = process->start_ticks;
	header->start_realtime_ns += number * 1000;
	memset(header->boot_id, 0xb0, sizeof(header->boot_id));
	header->losses[VT_LOSS_ALLOCATIONS] = lost;
	if (process->launch)
		header->launch = made_string(made, process->launch);
	add_sites(made, process);
	assert_int_equal(made_write(made, ranks_paths[number]), 0);
	made_free(made);
}

void ranks_write(size_t number, const struct ranked_process *process)
{
	ranks_write_part(number, process, 0);
}

int ranks_make_folder(void **state)
{
	(void)state;
	/* what is given twice is named there */
	return mkdtemp(ranks_folder) && freopen("/dev/null", "w", stderr) ? 0 : -1;
}

int ranks_remove_folder(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < RANKS_MOST; i++)
		if (ranks_paths[i])
			unlink(ranks_paths[i]);
	return rmdir(ranks_folder);
}
