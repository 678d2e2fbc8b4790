/*
 * Ranks of jobs from composed recordings: who is which rank, who started whom,
 * what stands apart.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/findings/each_process.h"
#include "reports/compare/ranks.h"
#include "reports/report.h"
#include "tests/ranks_sample.h"

#define TORCHRUN(rank, size) "RANK=" rank "\x1fWORLD_SIZE=" size "\x1fLOCAL_RANK=0"

struct read_ranks {
	struct vt__symbolizer *symbolizer;
	struct vt__walk walk;
	struct vt__ranks *ranks;
};

static int add(struct vt__process *process, void *closure)
{
	return vt__ranks_add(closure, process, true);
}

static struct read_ranks read_ranks(size_t count, bool all)
{
	struct read_ranks read = {.symbolizer = vt__symbolizer_new()};

	read.walk.symbolizer = read.symbolizer;
	assert_int_equal(vt__ranks_new(read.symbolizer, &read.ranks), 0);
	assert_int_equal(vt__each_process(&read.walk, ranks_paths, count, add, read.ranks), 0);
	assert_int_equal(vt__ranks_finish(read.ranks, all), 0);
	return read;
}

static void release(struct read_ranks *read)
{
	vt__ranks_free(read->ranks);
	vt__duplicates_free(read->walk.duplicates);
	vt__symbolizer_free(read->symbolizer);
}

static struct vt__launch launch_of(const char *text)
{
	const struct ranked_process process = {.launch = text};
	struct vt__recording *recording;
	char message[VT__MESSAGE_BYTES];
	struct vt__launch launch;

	ranks_write(0, &process);
	assert_int_equal(vt__recording_open(ranks_paths[0], &recording, message), 0);
	vt__launch_of(recording, &launch);
	vt__recording_close(recording);
	return launch;
}

static void assert_rank(const char *text, enum vt_launcher launcher, uint32_t rank, uint32_t size,
			const char *job)
{
	const struct vt__launch launch = launch_of(text);

	assert_true(launch.known);
	assert_int_equal(launch.launcher, launcher);
	assert_int_equal(launch.rank, rank);
	assert_int_equal(launch.size, size);
	assert_string_equal(launch.job, job);
}

static void launchers_tell_rank_size_and_job(void **state)
{
	(void)state;
	assert_rank(TORCHRUN("3", "8"), VT_LAUNCHER_TORCHRUN, 3, 8, "");
	assert_rank(TORCHRUN("3", "8") "\x1fTORCHELASTIC_RUN_ID=night", VT_LAUNCHER_TORCHRUN, 3, 8,
		    "night");
	assert_rank("OMPI_COMM_WORLD_RANK=1\x1fOMPI_COMM_WORLD_SIZE=2", VT_LAUNCHER_OPEN_MPI, 1, 2,
		    "");
	assert_rank("PMI_RANK=0\x1fPMI_SIZE=4", VT_LAUNCHER_PMI, 0, 4, "");
	assert_rank("PMIX_RANK=2\x1fSLURM_PROCID=2\x1fSLURM_NTASKS=4\x1fSLURM_JOB_ID=77"
		    "\x1fSLURM_STEP_ID=1",
		    VT_LAUNCHER_PMIX, 2, 4, "77.1");
	assert_rank("SLURM_PROCID=5\x1fSLURM_NTASKS=6\x1fSLURM_JOB_ID=77", VT_LAUNCHER_SLURM, 5, 6,
		    "77");
	assert_rank("VRAMTRACK_RANK=9\x1f" TORCHRUN("3", "8"), VT_LAUNCHER_USER, 9, 0, "");
	assert_rank(TORCHRUN("3", "8") "\x1fTORCHELASTIC_RUN_ID=none\x1fSLURM_PROCID=0"
				       "\x1fSLURM_NTASKS=1\x1fSLURM_JOB_ID=12",
		    VT_LAUNCHER_TORCHRUN, 3, 8, "12");
}

static void what_is_no_number_is_no_rank(void **state)
{
	static const char *const texts[] = {
		"RANK=3",
		"RANK=\x1fWORLD_SIZE=8",
		"RANK=-1\x1fWORLD_SIZE=8",
		"RANK=3x\x1fWORLD_SIZE=8",
		"RANK=99999999999999999999\x1fWORLD_SIZE=8",
		"RANK=8\x1fWORLD_SIZE=8",
		"XRANK=3\x1fXWORLD_SIZE=8",
		"VRAMTRACK_RANK= 1",
		"\x1f\x1f\x1f=",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_false(launch_of(texts[i]).known);
	assert_int_equal(launch_of("VRAMTRACK_RANK=4\x1fVRAMTRACK_WORLD_SIZE=2").size, 0);
}

static void the_rank_that_leaks_more_stands_apart(void **state)
{
	struct read_ranks read;
	const struct vt__job *job;
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++) {
		char launch[64];
		const struct ranked_process process = {.launch = launch,
						       .weights = 1000000,
						       .cache = i == 3 ? 5000000 : 200000,
						       /* of another build: names are the same */
						       .moved = i * 16};

		snprintf(launch, sizeof(launch), "RANK=%zu\x1fWORLD_SIZE=10", i);
		ranks_write(i, &process);
	}
	read = read_ranks(8, false);
	assert_int_equal(read.ranks->job_count, 1);
	job = &read.ranks->jobs[0];
	assert_int_equal(job->rank_count, 8);
	assert_int_equal(job->missing, 2);
	assert_false(job->mixed);
	/* the cache as a leak and in the peak, then the weights */
	assert_int_equal(job->row_count, 4);
	assert_int_equal(job->rows[0].apart_count, 1);
	assert_int_equal(job->rows[0].apart[0].rank, 3);
	assert_int_equal(job->rows[0].apart[0].value, 5000000);
	assert_int_equal(job->rows[0].spread.median, 200000);
	assert_int_equal(job->rows[0].ranks, 8);
	assert_int_equal(job->rows[0].sum.bytes, 5000000 + 7 * 200000);
	assert_int_equal(job->rows[2].apart_count, 0);
	assert_int_equal(job->rows[2].spread.least, 1000000);
	assert_int_equal(job->accounts[VT__RANK_ACCOUNT_LEAKED][VT_BUCKET_VRAM].apart[0].rank, 3);
	assert_int_equal(job->accounts[VT__RANK_ACCOUNT_PEAK][VT_BUCKET_VRAM].spread.most, 6000000);
	release(&read);
}

static void a_rank_without_a_call_site_has_zero_there(void **state)
{
	struct read_ranks read;
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		char launch[64];
		const struct ranked_process process = {.launch = launch,
						       .weights = i == 1 ? 0 : 4096};

		snprintf(launch, sizeof(launch), "SLURM_PROCID=%zu\x1fSLURM_NTASKS=5", i);
		ranks_write(i, &process);
	}
	read = read_ranks(5, false);
	assert_int_equal(read.ranks->jobs[0].rows[0].ranks, 4);
	assert_int_equal(read.ranks->jobs[0].rows[0].spread.least, 0);
	assert_int_equal(read.ranks->jobs[0].rows[0].apart[0].rank, 1);
	release(&read);
}

static void children_are_of_the_rank_of_their_parent(void **state)
{
	const struct ranked_process processes[] = {
		/* a child that allocated before its parent did */
		{TORCHRUN("0", "2"), 101, 100, 60, 1000, 0, 0, 0},
		{TORCHRUN("0", "2"), 100, 50, 50, 1000, 0, 0, 0},
		{TORCHRUN("1", "2"), 200, 50, 51, 1000, 0, 0, 0},
		{TORCHRUN("0", "2"), 102, 101, 70, 1000, 0, 0, 0},
		/* its parent's number was given to 200 before, as its start tells */
		{NULL, 300, 200, 40, 0, 500, 0, 0},
	};
	const size_t tree[] = {1, 0, 3, 2, 4};
	const unsigned depths[] = {1, 0, 0, 2, 0};
	struct read_ranks read;
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		ranks_write(i, &processes[i]);
	read = read_ranks(5, false);
	assert_memory_equal(read.ranks->members.tree, tree, sizeof(tree));
	for (i = 0; i < 5; i++)
		assert_int_equal(read.ranks->members.items[i].depth, depths[i]);
	assert_int_equal(read.ranks->members.items[4].parent, VT__NO_MEMBER);
	assert_int_equal(read.ranks->jobs[0].rank_count, 2);
	assert_int_equal(read.ranks->jobs[0].ranks[0].processes, 3);
	assert_int_equal(read.ranks->jobs[0].rows[0].sum.bytes, 4000);
	assert_int_equal(read.ranks->unranked, 1);
	assert_false(read.ranks->jobs[0].mixed);
	release(&read);
}

/* Ticks are of 10 ms: parent and child may share one, whoever allocated first and
 * whatever their numbers are. */
static void ticks_that_are_equal_hide_no_parent(void **state)
{
	const struct ranked_process processes[] = {
		{NULL, 101, 100, 60, 1000, 0, 0, 0}, /* allocated before its parent */
		{NULL, 100, 1, 60, 1000, 0, 0, 0},
		{NULL, 40, 100, 60, 1000, 0, 0, 0},  /* numbers began anew */
		{NULL, 100, 1, 60, 1000, 0, 0, 0},   /* 100 called exec, and then */
		{NULL, 102, 100, 60, 1000, 0, 0, 0}, /* started another one */
		{NULL, 103, 100, 0, 1000, 0, 0, 0},  /* the kernel did not say when */
		{NULL, 104, 104, 60, 1000, 0, 0, 0}, /* its own parent: of nobody */
		{NULL, 105, 106, 60, 1000, 0, 0, 0}, /* each the other's: of nobody */
		{NULL, 106, 105, 60, 1000, 0, 0, 0},
		{NULL, 107, 106, 60, 1000, 0, 0, 0},
	};
	const size_t none = VT__NO_MEMBER,
		     parents[] = {1, none, 1, none, 3, 3, none, none, none, 8};
	struct read_ranks read;
	size_t i;

	(void)state;
	for (i = 0; i < 10; i++)
		ranks_write(i, &processes[i]);
	read = read_ranks(10, true);
	for (i = 0; i < 10; i++)
		assert_int_equal(read.ranks->members.items[i].parent, parents[i]);
	release(&read);
}

static void rings_of_parents_end(void **state)
{
	struct read_ranks read;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		const struct ranked_process process = {.pid = 10 + (uint32_t)i,
						       .parent_pid = 10 + (uint32_t)(i + 1) % 4,
						       .start_ticks = 7,
						       .weights = 1};

		ranks_write(i, &process);
	}
	read = read_ranks(4, true);
	assert_int_equal(read.ranks->job_count, 1);
	assert_false(read.ranks->jobs[0].ranked);
	assert_int_equal(read.ranks->jobs[0].rank_count, 4);
	release(&read);
}

static void runs_are_told_apart_or_their_mixture_is_said(void **state)
{
	const struct ranked_process processes[] = {
		{"SLURM_PROCID=0\x1fSLURM_NTASKS=2\x1fSLURM_JOB_ID=1", 10, 1, 1, 8, 0, 0, 0},
		{"SLURM_PROCID=1\x1fSLURM_NTASKS=2\x1fSLURM_JOB_ID=1", 11, 1, 1, 8, 0, 0, 0},
		{"SLURM_PROCID=0\x1fSLURM_NTASKS=2\x1fSLURM_JOB_ID=2", 12, 1, 1, 8, 0, 0, 0},
		{"SLURM_PROCID=1\x1fSLURM_NTASKS=2\x1fSLURM_JOB_ID=2", 13, 1, 1, 8, 0, 0, 0},
		{TORCHRUN("0", "2"), 20, 2, 1, 8, 0, 0, 0},
		{TORCHRUN("0", "2"), 21, 3, 1, 8, 0, 0, 0},
	};
	struct read_ranks read;
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		ranks_write(i, &processes[i]);
	read = read_ranks(6, false);
	assert_int_equal(read.ranks->job_count, 3);
	assert_true(read.ranks->jobs[0].mixed); /* torchrun, of two agents */
	assert_int_equal(read.ranks->jobs[1].rank_count, 2);
	assert_false(read.ranks->jobs[1].mixed);
	assert_false(read.ranks->jobs[2].mixed);
	assert_int_equal(read.ranks->jobs[2].rows[0].sum.bytes, 16);
	release(&read);
}

static void what_is_given_twice_counts_once(void **state)
{
	const struct ranked_process process = {.weights = 1000};
	struct read_ranks read;

	(void)state;
	ranks_write(0, &process);
	ranks_write(1, &process);
	ranks_paths[2] = ranks_paths[0];
	read = read_ranks(3, true);
	assert_int_equal(read.walk.read, 2);
	assert_int_equal(read.walk.repeated, 1);
	assert_int_equal(read.ranks->jobs[0].rows[0].sum.bytes, 2000);
	release(&read);
}

/* Beyond 2^63-1, as only a damaged recording has them: cut to that, as in every report. */
static void sums_in_json_fit_an_integer_of_it(void **state)
{
	const struct ranked_process process = {.weights = UINT64_MAX - 5};
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	const struct vt__report_request request = {
		.paths = ranks_paths, .path_count = 1, .merge = true, .format = "json", .out = out};
	struct vt__report_outcome outcome;

	(void)state;
	assert_non_null(out);
	ranks_write(0, &process);
	assert_int_equal(vt__report(&request, &outcome), 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "\"leaked_bytes\":9223372036854775807}"));
	assert_null(strstr(text, ":18446744073709551610"));
	free(text);
}

static void a_thousand_ranks_have_one_that_stands_apart(void **state)
{
	struct read_ranks read;
	size_t i;

	(void)state;
	for (i = 0; i < RANKS_MOST; i++) {
		char launch[64];
		const struct ranked_process process = {
			.launch = launch, .weights = 1000000 + i * 10, .cache = i == 700};

		snprintf(launch, sizeof(launch), "RANK=%zu\x1fWORLD_SIZE=1000", i);
		ranks_write(i, &process);
	}
	read = read_ranks(RANKS_MOST, false);
	assert_int_equal(read.ranks->jobs[0].missing, 0);
	assert_int_equal(read.ranks->jobs[0].row_count, 4);
	for (i = 0; i < 2; i++) {
		assert_int_equal(read.ranks->jobs[0].rows[i].apart_count, 1);
		assert_int_equal(read.ranks->jobs[0].rows[i].apart[0].rank, 700);
		assert_int_equal(read.ranks->jobs[0].rows[i + 2].apart_count, 0);
	}
	release(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(launchers_tell_rank_size_and_job),
		cmocka_unit_test(what_is_no_number_is_no_rank),
		cmocka_unit_test(the_rank_that_leaks_more_stands_apart),
		cmocka_unit_test(a_rank_without_a_call_site_has_zero_there),
		cmocka_unit_test(children_are_of_the_rank_of_their_parent),
		cmocka_unit_test(ticks_that_are_equal_hide_no_parent),
		cmocka_unit_test(rings_of_parents_end),
		cmocka_unit_test(runs_are_told_apart_or_their_mixture_is_said),
		cmocka_unit_test(what_is_given_twice_counts_once),
		cmocka_unit_test(sums_in_json_fit_an_integer_of_it),
		cmocka_unit_test(a_thousand_ranks_have_one_that_stands_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, ranks_make_folder, ranks_remove_folder);
}
