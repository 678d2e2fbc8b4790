/*
 * The policy: which findings make the gate fail, and what a project says about
 * its gate once, in a file (docs/gate.md).
 *
 *   [gate]
 *   fail-on = leak:>1M bad_free
 *   baseline = vramtrack.baseline
 *   must-release = awake..asleep >= 4G
 *
 * A clause is CLASS[:TERM]...: a class of findings or `any`, and terms that all
 * have to hold: >BYTES, >Nx (occurrences), total>BYTES (all such findings
 * together), device=N, kind=NAME, memory or objects. Of what is in the baseline only the growth
 * counts. `none` alone: no finding fails.
 */
#ifndef VT_REPORTS_POLICY_H
#define VT_REPORTS_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "reports/gate/baseline.h"
#include "reports/gate/gate.h"
#include "reports/gate/must_release.h"

struct vt__clause {
	char *text;
	uint32_t classes; /* bit n: enum vt__class n */
	uint32_t kind;    /* VT_FORMAT_NONE: any */
	bool only_memory, only_objects;
	uint64_t devices; /* bit n: ordinal n; 0: any */
	uint64_t bytes;   /* a finding must be above; as the next two, 0: any will do */
	uint64_t count;
	uint64_t total; /* all of this clause together must be above */
};

struct vt__policy {
	struct vt__clause *clauses;
	size_t clause_count;
	bool nothing_fails;       /* "none" */
	bool allow_no_cuda;       /* a program without CUDA is clean */
	bool allow_unwatched_end; /* nobody looked through a process when it ended: clean */
	bool no_default_suppressions;
	struct vt__tolerance tolerance;                      /* of new lines of a baseline */
	unsigned long findings_exitcode, uncovered_exitcode; /* 0: not said */
	/* Paths, made absolute from the policy file's folder. */
	char *baseline; /* NULL: not said */
	char **suppressions;
	size_t suppressions_count;
	struct vt__must_release *releases;
	size_t release_count;
	/* Names of programs, as fnmatch(3) has them, that need not be seen. */
	char **allow_unseen;
	size_t allow_unseen_count;
};

/* No clause yet: vt__policy_finish() puts in the default ones. */
void vt__policy_init(struct vt__policy *policy);
void vt__policy_release(struct vt__policy *policy);

/* Adds one clause. 0; -EINVAL and a message; -ENOMEM. */
int vt__policy_add(struct vt__policy *policy, const char *text, char message[VT__MESSAGE_BYTES]);

/* Adds the names of programs that stand in a text with spaces or commas between. 0 or -ENOMEM. */
int vt__policy_allow_unseen(struct vt__policy *policy, const char *names);

/* Reads a policy file into `policy`, which is new. 0, or -errno and a message
 * "FILE:LINE:COLUMN: what was expected". */
int vt__policy_read(struct vt__policy *policy, const char *path, char message[VT__MESSAGE_BYTES]);

/* Where no clause was given: the classes that fail by default (vt__class_words), of
 * which growth is found only where marks were asked for. 0 or -ENOMEM. */
int vt__policy_finish(struct vt__policy *policy);

/*
 * Whether the finding is one of the clause's, without its total. A finding that
 * is known counts with what it grew by, and not at all if it did not grow.
 */
bool vt__clause_applies(const struct vt__clause *clause, const struct vt__judged *judged);

/* What counts of a finding: all of it, or what it grew by. */
struct vt__sum vt__judged_excess(const struct vt__judged *judged);

#endif
