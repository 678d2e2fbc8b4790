/*
 * Composed processes, and a judgement about them: what each test of the gate
 * starts with.
 */
#ifndef VT_TESTS_GATE_FIXTURE_H
#define VT_TESTS_GATE_FIXTURE_H

#include "reports/gate/gate.h"
#include "reports/gate/policy.h"
#include "reports/gate/suppressions.h"
#include "tests/report_sample.h"

/* A recording that saw everything; the leaks are the test's. */
struct sample gate_process(void);

/* `bytes` live at the sample's stack `stack`. */
void gate_leak(const struct sample *sample, uint32_t stack, uint64_t bytes);

/* A bad free there, once. */
void gate_bad_free(const struct sample *sample, uint32_t stack, uint32_t reason);

/* Writes and reads the recordings, and frees them: an analysis of all. */
struct vt__analysis *gate_analysis(const struct sample *samples, size_t count);

/* What is judged by, all empty. */
struct gate_judges {
	struct vt__policy policy;
	struct vt__suppressions *suppressions;
	struct vt__baseline *baseline;
};
void gate_judges_make(struct gate_judges *judges);
void gate_judges_free(struct gate_judges *judges);

/* A clause of the policy; it has to be well-formed. */
void gate_fail_on(struct gate_judges *judges, const char *clause);

struct vt__gate gate_judge(const struct gate_judges *judges, const struct vt__analysis *analysis);

/* Writes a text file for a test and reads it: 0, or -errno and the message. */
extern char gate_message[VT__MESSAGE_BYTES];
extern char gate_path[80];
void gate_write(const void *text, size_t bytes);
int gate_read_suppressions(struct gate_judges *judges, const char *text);
int gate_read_baseline(struct gate_judges *judges, const char *text);
int gate_read_policy(struct gate_judges *judges, const char *text);

/* Fails the test unless the message begins with "FILE:place: " and has the words. */
void assert_refused_at(const char *place, const char *words);

/* Whether a reason has the words. */
bool has_reason(const struct vt__gate *gate, const char *words);

/* Set-up and tear-down of a group. */
int gate_make_folder(void **state);
int gate_remove_folder(void **state);

#endif
