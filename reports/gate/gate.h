/*
 * The gate: what is found in recordings, held against what is known, what is
 * suppressed and what is allowed.
 *
 * vt__gate_judge() makes one judgement of an analysis; the gate's writers
 * (text, JSON, Markdown, JUnit, SARIF, annotations) only show it.
 */
#ifndef VT_REPORTS_GATE_H
#define VT_REPORTS_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/findings/analysis.h"

struct vt__suppressions; /* reports/gate/suppressions.h */
struct vt__baseline;     /* reports/gate/baseline.h */
struct vt__policy;       /* reports/gate/policy.h */

/* How a finding stands. VT__STANDING(identifier, name in JSON, words) */
#define VT__STANDINGS(VT__STANDING)                                                                \
	VT__STANDING(NEW, "new", "new")                                                            \
	VT__STANDING(GROWN, "grown", "grown since the baseline")                                   \
	VT__STANDING(KNOWN, "known", "in the baseline")                                            \
	VT__STANDING(SUPPRESSED, "suppressed", "suppressed")

enum vt__standing {
#define VT__STANDING(id, json, words) VT__STANDING_##id,
	VT__STANDINGS(VT__STANDING)
#undef VT__STANDING
	VT__STANDING_COUNT
};

/* One finding of all processes: rows of the same identity are one. */
struct vt__judged {
	/* Where it was seen first, and the row of it there: stack, class, kind. */
	const struct vt__process *process;
	const struct vt__finding_row *row;
	char identity[33]; /* 32 hex digits; survives rebuilds and moved lines */
	/* By former schemes, each once; only where the baseline is of one. */
	char (*former)[33];
	size_t former_count;
	/* Of all processes. Bytes of what happened (bad free, out of memory) are those
	 * of the largest occurrence, as they are in a row. */
	struct vt__sum sum;
	struct vt__sum largest; /* the most in one process */
	size_t processes;       /* in which it was found */
	uint64_t devices;       /* bit n: on the device with ordinal n */
	enum vt__standing standing;
	struct vt__sum known;        /* in the baseline, 0 if it is not */
	const char *suppressed_file; /* the rule that did it: file, line and text; else NULL */
	unsigned suppressed_line;
	const char *suppressed_rule;
	bool fails;         /* beyond the policy */
	const char *clause; /* the part of the policy it is beyond, as "leak:>1M"; else NULL */
};

/* In the baseline and not found any more. */
struct vt__gone {
	const char *identity;
	const char *class_name;
	const char *kind;
	const char *title; /* one line, as it was written into the baseline */
	struct vt__sum known;
};

/* A rule of a suppressions file that did nothing, or must not any more. */
struct vt__idle_rule {
	const char *file;
	unsigned line;
	const char *text;
	bool expired; /* else unused */
};

enum vt__verdict {
	VT__VERDICT_CLEAN,
	VT__VERDICT_FINDINGS,  /* beyond the policy */
	VT__VERDICT_UNCOVERED, /* what was not seen might be anything: fails closed */
	VT__VERDICT_UNREADABLE,
};

struct vt__gate {
	const struct vt__analysis *analysis;
	struct vt__judged *judged; /* failing first, then by class and size */
	size_t judged_count;
	struct vt__gone *gone;
	size_t gone_count;
	bool gone_unsure; /* not everything was seen, or the program, or a process that was
			     recorded, failed: it may be there still */
	struct vt__idle_rule *idle;
	size_t idle_count;
	enum vt__verdict verdict;
	bool incomplete; /* something was not covered, lost or unreadable, whatever the verdict */
	char **reasons;  /* sentences that give the verdict; at least one */
	size_t reason_count;
	const char *program; /* as given to the command, NULL for recordings */
	int program_status;  /* as a shell's $?, -1 if none was run */
	/* set by who wrote the findings into a baseline; NULL: nobody did */
	const char *baseline_path;
	size_t baseline_count; /* findings that are in it now */
};

/*
 * What is judged, and by what; all borrowed. Strings of the judgement are loans
 * from here and from the analysis.
 */
struct vt__gate_request {
	const struct vt__analysis *analysis;   /* finished */
	struct vt__suppressions *suppressions; /* remembers which rules were used */
	const struct vt__baseline *baseline;   /* NULL: nothing is known */
	const struct vt__policy *policy;
	const char *program;     /* NULL for recordings */
	int program_status;      /* -1 if none was run */
	const char *const *gaps; /* sentences: what the command knows was not seen */
	size_t gap_count;
	uint32_t today; /* in UTC, as 20261231 */
};

/* Returns 0 or -ENOMEM. vt__gate_release() frees what is in it. */
int vt__gate_judge(const struct vt__gate_request *request, struct vt__gate *out);
void vt__gate_release(struct vt__gate *gate);

/*
 * One line for people: function and place of the site of the stack, as "load_weights at
 * worker/weights.c:12". Any byte that a program can have in a name may be in it but control
 * characters, which are \xNN; it is UTF-8. "" never: a stack without names gives its module.
 */
void vt__judged_title(const struct vt__judged *judged, char *out, size_t room);

/* The same without the line, which moves when the file is edited, and with the
 * file's name alone: the same on every machine. */
void vt__judged_place(const struct vt__judged *judged, char *out, size_t room);

/* The words of a standing, and its name in JSON. Static. */
const char *vt__standing_words(enum vt__standing standing);
const char *vt__standing_json(enum vt__standing standing);

/* "clean", "findings", "uncovered", "unreadable". Static. */
const char *vt__verdict_json(enum vt__verdict verdict);

#endif
