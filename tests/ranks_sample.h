/*
 * Composed recordings of the ranks of a job, written into a folder of the test.
 */
#ifndef VT_TESTS_RANKS_SAMPLE_H
#define VT_TESTS_RANKS_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/make_recording.h"

#define RANKS_MOST 1000

/* What one process allocates and leaves, and who it is. */
struct ranked_process {
	const char *launch; /* the launcher's variables, separated by U+001F; NULL: none */
	uint32_t pid, parent_pid;
	uint64_t start_ticks;
	uint64_t weights; /* bytes left at one call site, 0: none */
	uint64_t cache;   /* and at another one */
	uint64_t freed;   /* and freed by a third one, which makes a peak */
	uint64_t moved;   /* added to every address: of a rebuild, the names are the same */
};

extern char ranks_folder[];
extern const char *ranks_paths[RANKS_MOST];

/* Writes recording `number` as ranks_paths[number]. */
void ranks_write(size_t number, const struct ranked_process *process);

/* The same, of a process of which `lost` allocations were not kept. */
void ranks_write_part(size_t number, const struct ranked_process *process, uint64_t lost);

int ranks_make_folder(void **state);
int ranks_remove_folder(void **state);

#endif
