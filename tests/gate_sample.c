/*
 * A judgement made by hand, with a finding in each standing and hostile names.
 */
#include "config.h"

#include <link.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/formats/gate_writer.h"
#include "tests/gate_sample.h"
#include "tests/report_sample.h"

static void need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "gate sample: %s failed\n", what);
	abort();
}

/* ---- The recording ------------------------------------------------------------------ */

static int find_bias(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	(void)bytes;
	*(uint64_t *)closure = info->dlpi_addr;
	return 1; /* the first is the program */
}

/* A return address inside a function of this program. */
static uint64_t frame_in(uint32_t module, int (*function)(int number))
{
	uint64_t bias = 0;

	dl_iterate_phdr(find_bias, &bias);
	return VT_FORMAT_MAKE_FRAME(module, (uint64_t)(uintptr_t)function - bias + 4);
}

static void add_leak_with_sources(const struct sample *sample)
{
	char program[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	uint32_t module;
	uint64_t frames[4];

	need(length > 0, "readlink");
	program[length] = '\0';
	module = made_module(sample->made, program, 0);
	frames[0] = VT_FORMAT_MAKE_FRAME(0, 0x10);
	frames[1] = VT_FORMAT_MAKE_FRAME(1, 0xaa0);
	frames[2] = frame_in(module, gate_sample_load);
	frames[3] = frame_in(module, gate_sample_run);
	made_allocation(sample->made,
			made_site(sample->made, made_stack(sample->made, frames, 4), sample->gpu,
				  made_string(sample->made, "cuMemAlloc" HOSTILE), VT_KIND_LINEAR),
			0x9000, 128 * MIB);
}

static void add_recording(struct vt__analysis *analysis, const char *path)
{
	struct sample sample = sample_start();
	struct vt__recording *recording;
	char message[VT__MESSAGE_BYTES];
	int error;

	sample_fill(&sample);
	add_leak_with_sources(&sample);
	made_header(sample.made)->host = made_string(sample.made, "node7 " HOSTILE);
	made_header(sample.made)->command = made_string(sample.made,
							"./worker\x1f" HOSTILE "\x1f--last");
	made_header(sample.made)->wait_status = 3 << 8;
	error = made_write(sample.made, path);
	made_free(sample.made);
	need(!error, "writing the recording");
	error = vt__recording_open(path, &recording, message);
	need(!error, "reading the recording");
	unlink(path);
	need(!vt__analysis_add(analysis, recording), "the analysis");
}

/* ---- The judgement -------------------------------------------------------------------- */

static struct vt__judged judged(const struct vt__analysis *analysis, enum vt__class class,
				size_t number, enum vt__standing standing)
{
	const struct vt__process *process = &analysis->processes[0];
	struct vt__judged made = {.process = process, .processes = 1, .standing = standing};
	size_t i;

	for (i = 0; i < process->finding_count; i++)
		if (process->findings[i].finding_class == class && !number--)
			made.row = &process->findings[i];
	need(made.row, "finding the row");
	made.sum = made.largest = made.row->sum;
	snprintf(made.identity, sizeof(made.identity), "%08zx%024x",
		 0xabcd0000u + (size_t)(made.row - process->findings), (unsigned)class);
	return made;
}

static void judge(struct gate_sample *sample)
{
	const struct vt__analysis *analysis = sample->analysis;
	struct vt__judged *rows = sample->rows;

	rows[ROW_LOAD] = judged(analysis, VT__CLASS_LEAK, 0, VT__STANDING_NEW);
	rows[ROW_LIBRARY] = judged(analysis, VT__CLASS_LEAK, 1, VT__STANDING_GROWN);
	rows[ROW_PINNED] = judged(analysis, VT__CLASS_LEAK, 2, VT__STANDING_KNOWN);
	rows[ROW_RESET] = judged(analysis, VT__CLASS_FREED_BY_RESET, 0, VT__STANDING_SUPPRESSED);
	rows[ROW_BAD_FREE] = judged(analysis, VT__CLASS_BAD_FREE, 0, VT__STANDING_NEW);
	rows[ROW_REFUSED] = judged(analysis, VT__CLASS_OUT_OF_MEMORY, 0, VT__STANDING_NEW);
	rows[ROW_LOAD].fails = rows[ROW_LIBRARY].fails = rows[ROW_BAD_FREE].fails = true;
	rows[ROW_LOAD].clause = rows[ROW_LIBRARY].clause = "leak:>1M";
	rows[ROW_BAD_FREE].clause = "bad_free";
	rows[ROW_LIBRARY].known = (struct vt__sum){32 * MIB, 1};
	rows[ROW_LIBRARY].processes = 3;
	rows[ROW_PINNED].known = rows[ROW_PINNED].sum;
	rows[ROW_RESET].suppressed_file = "ci/gate " HOSTILE ".supp";
	rows[ROW_RESET].suppressed_line = 7;
	rows[ROW_RESET].suppressed_rule = "leak:" HOSTILE;
}

void gate_sample_make(struct gate_sample *sample, const char *path)
{
	memset(sample, 0, sizeof(*sample));
	need(!vt__analysis_new(&sample->analysis), "the analysis");
	add_recording(sample->analysis, path);
	vt__analysis_finish(sample->analysis);
	judge(sample);
	sample->gone[0] = (struct vt__gone){.identity = "feedfeedfeedfeedfeedfeedfeedfeed",
					    .kind = "linear",
					    .class_name = "leak",
					    .title = "old_leak at " HOSTILE ":9",
					    .known = {4096, 1}};
	sample->idle[0] = (struct vt__idle_rule){"ci/gate.supp", 3, "leak:" HOSTILE, false};
	sample->idle[1] = (struct vt__idle_rule){"ci/gate.supp", 4, "leak:old*", true};
	sample->reasons[0] = strdup("3 findings beyond the policy");
	sample->reasons[1] = strdup("and " HOSTILE);
	sample->gate = (struct vt__gate){.analysis = sample->analysis,
					 .judged = sample->rows,
					 .judged_count = ROW_COUNT,
					 .gone = sample->gone,
					 .gone_count = 1,
					 .idle = sample->idle,
					 .idle_count = 2,
					 .verdict = VT__VERDICT_FINDINGS,
					 .reasons = sample->reasons,
					 .reason_count = 2,
					 .program = "./worker " HOSTILE,
					 .program_status = 3};
}

void gate_sample_empty(struct gate_sample *sample, enum vt__verdict verdict, const char *reason)
{
	free(sample->reasons[0]);
	sample->reasons[0] = strdup(reason);
	sample->gate.judged_count = sample->gate.gone_count = sample->gate.idle_count = 0;
	sample->gate.reason_count = 1;
	sample->gate.verdict = verdict;
	sample->gate.program_status = 0;
}

void gate_sample_free(struct gate_sample *sample)
{
	free(sample->reasons[0]);
	free(sample->reasons[1]);
	vt__analysis_free(sample->analysis);
}

char *gate_sample_write(const struct vt__gate *gate, const char *format)
{
	const struct vt__gate_writer *writer = vt__gate_writer(format);
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	need(writer && !writer->write(gate, out), format);
	need(!fclose(out), "closing the text");
	return text;
}
