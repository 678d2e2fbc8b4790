/* What is known about one `vramtrack run`: what was asked for, and how it went. */
#ifndef VT_CLI_RUN_H
#define VT_CLI_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/folder.h"
#include "cli/launch.h"
#include "cli/options.h"
#include "cli/program.h"
#include "cli/run_page.h"
#include "cli/stack_options.h"
#include "cli/text_options.h"
#include "reports/files.h"

/* The options of the command line. */
struct vt__run_settings {
	const char *command; /* that runs the program: "run", "gate" */
	const char *output;  /* NULL: not given */
	const char *format;
	const char *report_file; /* NULL: standard error */
	bool no_report;
	unsigned long error_exitcode; /* 0: not asked for */
	const char *simulate;         /* NULL: no; "" without keys */
	const char *source;           /* "preload" or "cupti" */
	const char *route;            /* "preload" or "audit"; NULL: not given */
	bool no_caching;              /* caches of frameworks are switched off */
	bool verify;                  /* both, and compare what they saw */
	const char *timeline;         /* "history" or "events"; NULL: not given */
	struct vt__list options;      /* of the shim */
	struct vt__stack_settings stacks;
	struct vt__text_settings text;
	const char *colour; /* NULL: not given */
};

struct vt__run_facts {
	const char *name; /* of the program, as given */
	enum vt__obstacle obstacle;
	struct vt__folder folder; /* path NULL: the program ran without the shim */
	uint64_t run_id;
	struct vt__run_page page;
	int page_error; /* -errno: it could not be made */
	const char *shim_path;
	struct vt__atomic_file *report_file; /* open for --report-file, else NULL */
	struct vt__ended ended;
};

#endif
