/* What one `vramtrack gate` was asked for, what it reads and what it writes. */
#ifndef VT_CLI_GATE_H
#define VT_CLI_GATE_H

#include "cli/run.h"
#include "reports/gate_report.h"
#include "reports/files.h"

/* The options of the command line. */
struct vt__gate_settings {
	struct vt__run_settings run; /* first: options of `run` are set in it */
	const char *baseline;
	bool update_baseline;
	const char *tolerance;
	struct vt__list suppressions;
	bool no_default_suppressions;
	bool print_suppressions;
	const char *policy;
	struct vt__list fail_on;
	struct vt__list reports;                             /* "FORMAT=FILE" */
	unsigned long findings_exitcode, uncovered_exitcode; /* 0: not given */
	bool allow_no_cuda;
	bool allow_unwatched_end;
	struct vt__list allow_unseen; /* patterns of programs' names */
	bool debuginfod;
};

/* The files that say what is allowed. */
struct vt__gate_rules {
	struct vt__policy policy;
	struct vt__suppressions *suppressions;
	struct vt__baseline *baseline; /* NULL: none, or there is none yet */
	const char *baseline_path;     /* NULL: none */
};

/* Reads them, with what the command line says in place of the policy file's.
 * Returns 0, or an exit code and has said why. Free them in any case. */
int vt__gate_rules_read(const struct vt__gate_settings *settings, struct vt__gate_rules *rules);
void vt__gate_rules_free(struct vt__gate_rules *rules);

/* A report to be written. */
struct vt__gate_report {
	const struct vt__gate_writer *writer;
	const char *path;            /* "-": standard output */
	struct vt__atomic_file file; /* beside its place until it is whole */
};

struct vt__gate_reports {
	struct vt__gate_report *items;
	size_t count;
};

/* Parses and opens all of them. Returns 0, or an exit code and has said why. */
int vt__gate_reports_open(const struct vt__list *wanted, struct vt__gate_reports *reports);

/* Writes each and puts it in its place. Returns 0, or an exit code and has said
 * which could not be written. */
int vt__gate_reports_write(struct vt__gate_reports *reports, const struct vt__gate *gate);

/* Whether one of them has that format. */
bool vt__gate_reports_have(const struct vt__gate_reports *reports, const char *format);

/* Drops what was not written. */
void vt__gate_reports_free(struct vt__gate_reports *reports);

#endif
