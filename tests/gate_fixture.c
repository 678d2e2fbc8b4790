/*
 * Composed processes, and a judgement about them.
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

#include "reports/gate/baseline.h"
#include "tests/gate_fixture.h"

#define TODAY 20260615

char gate_message[VT__MESSAGE_BYTES];
char gate_path[80];

struct sample gate_process(void)
{
	struct sample sample = sample_start();
	struct vt_format_passage passage = {.passage = VT_PASSAGE_DRIVER,
					    .path = made_string(sample.made, "libcuda.so.1"),
					    .symbol = VT_FORMAT_NONE};

	made_header(sample.made)->doors[VT_DOOR_CALLS] = 1;
	made_add(sample.made, VT_FORMAT_PASSAGE, &passage);
	return sample;
}

void gate_leak(const struct sample *sample, uint32_t stack, uint64_t bytes)
{
	static uint64_t address = 0x7f0000000000;
	const uint32_t site = made_site(sample->made, stack, sample->gpu, sample->alloc,
					VT_KIND_LINEAR);

	made_allocation(sample->made, site, address += 0x10000000, bytes);
}

void gate_bad_free(const struct sample *sample, uint32_t stack, uint32_t reason)
{
	const struct vt_format_finding finding = {.finding_class = VT_FINDING_BAD_FREE,
						  .reason = reason,
						  .api = sample->free_api,
						  .kind = VT_KIND_LINEAR,
						  .device = sample->gpu,
						  .stack = stack,
						  .allocation_stack = VT_FORMAT_NONE,
						  .free_stack = VT_FORMAT_NONE,
						  .bytes = 4096,
						  .count = 1,
						  .label = VT_FORMAT_NONE,
						  .purpose = VT_FORMAT_NONE,
						  .account = VT_FORMAT_NONE};

	made_finding(sample->made, &finding);
}

struct vt__analysis *gate_analysis(const struct sample *samples, size_t count)
{
	struct vt__recording *recording;
	struct vt__analysis *analysis;
	size_t i;

	assert_int_equal(vt__analysis_new(&analysis), 0);
	for (i = 0; i < count; i++) {
		made_header(samples[i].made)->start_realtime_ns += i;
		assert_int_equal(made_write(samples[i].made, sample_path), 0);
		made_free(samples[i].made);
		assert_int_equal(vt__recording_open(sample_path, &recording, gate_message), 0);
		assert_int_equal(vt__analysis_add(analysis, recording), 0);
	}
	vt__analysis_finish(analysis);
	return analysis;
}

/* ---- Judging ---------------------------------------------------------------------- */

void gate_judges_make(struct gate_judges *judges)
{
	*judges = (struct gate_judges){.suppressions = vt__suppressions_new()};
	assert_non_null(judges->suppressions);
	vt__policy_init(&judges->policy);
}

void gate_judges_free(struct gate_judges *judges)
{
	vt__policy_release(&judges->policy);
	vt__suppressions_free(judges->suppressions);
	vt__baseline_free(judges->baseline);
}

void gate_fail_on(struct gate_judges *judges, const char *clause)
{
	assert_int_equal(vt__policy_add(&judges->policy, clause, gate_message), 0);
}

struct vt__gate gate_judge(const struct gate_judges *judges, const struct vt__analysis *analysis)
{
	const struct vt__gate_request request = {
		.analysis = analysis,
		.suppressions = judges->suppressions,
		.baseline = judges->baseline,
		.policy = &judges->policy,
		.program_status = -1,
		.today = TODAY,
	};
	struct vt__gate gate;

	assert_int_equal(vt__gate_judge(&request, &gate), 0);
	return gate;
}

bool has_reason(const struct vt__gate *gate, const char *words)
{
	size_t i;

	for (i = 0; i < gate->reason_count; i++)
		if (strstr(gate->reasons[i], words))
			return true;
	return false;
}

/* ---- Files -------------------------------------------------------------------------- */

void gate_write(const void *text, size_t bytes)
{
	FILE *file;

	snprintf(gate_path, sizeof(gate_path), "%s.txt", sample_path);
	file = fopen(gate_path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, bytes, file), bytes);
	assert_int_equal(fclose(file), 0);
}

int gate_read_suppressions(struct gate_judges *judges, const char *text)
{
	gate_write(text, strlen(text));
	return vt__suppressions_read(judges->suppressions, gate_path, false, gate_message);
}

int gate_read_baseline(struct gate_judges *judges, const char *text)
{
	gate_write(text, strlen(text));
	vt__baseline_free(judges->baseline);
	judges->baseline = NULL;
	return vt__baseline_read(gate_path, &judges->baseline, gate_message);
}

int gate_read_policy(struct gate_judges *judges, const char *text)
{
	gate_write(text, strlen(text));
	vt__policy_release(&judges->policy);
	return vt__policy_read(&judges->policy, gate_path, gate_message);
}

void assert_refused_at(const char *place, const char *words)
{
	char start[128];

	snprintf(start, sizeof(start), "%s:%s: ", gate_path, place);
	if (strncmp(gate_message, start, strlen(start)) != 0 || !strstr(gate_message, words))
		fail_msg("\"%s\" does not begin with \"%s\" or has no \"%s\"", gate_message, start,
			 words);
}

int gate_make_folder(void **state)
{
	return sample_make_folder(state);
}

int gate_remove_folder(void **state)
{
	unlink(gate_path);
	return sample_remove_folder(state);
}
