/*
 * A judgement made by hand, with a finding in each standing and hostile names,
 * and what each format makes of it.
 */
#ifndef VT_TESTS_GATE_SAMPLE_H
#define VT_TESTS_GATE_SAMPLE_H

#include "reports/gate/gate.h"

/* In gate_sources.c: below /srv/app, where the sample's process ran. */
int gate_sample_load(int number);
int gate_sample_run(int number);

/* Newlines, markup, quotes, a terminal's escape, and bytes that are no UTF-8. */
#define HOSTILE                                                                                    \
	"a|b `c` <script>alert(1)</script> ]]> & \"q' @me 100%, x: \n::error::y\033[31m\xff \xe2\x80\xae"

/* By enum: what is to be judged how, in the order of struct gate_sample's rows. */
enum gate_sample_row {
	ROW_LOAD,     /* leak with source lines: new, fails */
	ROW_LIBRARY,  /* leak without: grown, fails */
	ROW_PINNED,   /* leak of host memory: known */
	ROW_RESET,    /* freed by reset: suppressed */
	ROW_BAD_FREE, /* new, fails */
	ROW_REFUSED,  /* out of memory: allowed */
	ROW_COUNT
};

struct gate_sample {
	struct vt__analysis *analysis;
	struct vt__gate gate;
	struct vt__judged rows[ROW_COUNT];
	struct vt__gone gone[1];
	struct vt__idle_rule idle[2];
	char *reasons[2];
};

/* `path` is where the recording may be written. Ends the process on failure. */
void gate_sample_make(struct gate_sample *sample, const char *path);
void gate_sample_free(struct gate_sample *sample);

/* Makes it a judgement without anything: `verdict` for the one reason given. */
void gate_sample_empty(struct gate_sample *sample, enum vt__verdict verdict, const char *reason);

/* The judgement in a format; the caller frees it. */
char *gate_sample_write(const struct vt__gate *gate, const char *format);

#endif
