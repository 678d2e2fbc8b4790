/*
 * The one door from the command to the reports: recordings in, a report out.
 */
#ifndef VT_REPORTS_REPORT_H
#define VT_REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "reports/formats/exports.h"
#include "reports/text/view.h"

struct vt__analysis; /* reports/findings/analysis.h */
struct vt__walk;     /* reports/findings/each_process.h */

struct vt__report_request {
	const char *const *paths; /* recordings; borrowed until vt__report() returns */
	size_t path_count;
	bool unread_folder; /* there may be more: a folder that was given could not be read */
	/* Recordings of the same processes by another source: compared, and the
	 * comparison put below the verdict, or behind the JSON. */
	bool verify;
	const char *const *other_paths;
	size_t other_count;
	bool merge; /* only what the processes are beside one another, not each by itself */
	const char *between; /* "A,B": what became of memory between two marks; NULL: nothing */
	/* "ADDR,ADDR": whose memory that is, of text alone; NULL: nothing. A GPU core dump: its
	 * registers, the same. */
	const char *addresses;
	const char *core_dump;
	const char *format;        /* name of a writer, see vt__report_formats() */
	struct vt__text_view view; /* of the format text */
	/* Of formats with one number for a stack, names as below; NULL: leaked, vram. */
	const char *measure;
	const char *bucket;
	FILE *out; /* flushed, not closed */
};

struct vt__report_outcome {
	size_t processes;     /* recordings that were read */
	size_t unreadable;    /* recordings refused; each was named on standard error in one line */
	size_t findings;      /* distinct: leaks, freed by reset, bad frees, out of memory */
	size_t failing;       /* of these, those of classes that fail a gate too */
	size_t disagreements; /* processes in which the two sources do not agree */
	size_t without_marks; /* processes that have no account of both marks of `between` */
	size_t uncovered;     /* processes in which something went past the recorder */
	uint64_t leaked_bytes; /* of device memory (the VRAM bucket) in the leaks */
};

/*
 * Reads every recording and writes one report about all of them, in the order
 * in which the processes started. Recordings that cannot be read are named on
 * standard error and left out. What is live in a process that still runs is
 * shown, and is no finding.
 *
 * Returns 0, -EINVAL for an unknown format or `between`, -EIO if `out` could not be
 * written, -ENOMEM. `outcome` is set only on 0. Not thread-safe: the libraries
 * below (libdwfl) read the environment.
 */
int vt__report(const struct vt__report_request *request, struct vt__report_outcome *outcome);

/*
 * What a report is made from: reads every recording that can be read, as above, hands `use` the
 * analysis of all of them, and frees it. `walk` is what the recordings were opened by. Returns
 * what `use` returned, or -ENOMEM.
 */
int vt__report_analyse(const char *const *paths, size_t path_count,
		       int (*use)(struct vt__analysis *analysis, struct vt__walk *walk,
				  void *closure),
		       void *closure);

/* Names of the formats for messages and --help: "text, json". Static. */
const char *vt__report_formats(void);

/* Whether `between` of a request has the form that it must have. */
bool vt__report_can_be_between(const char *marks);

/* Whether `addresses` of a request has the form that it must have. */
bool vt__report_can_be_addresses(const char *addresses);

/* Whether a format is for no terminal. */
bool vt__report_is_binary(const char *format);

/* The same for what formats with one number for a stack can have. */
const char *vt__report_measures(void);
const char *vt__report_buckets(void);

/* The word for all sections, and those of enum vt__section in its order: "all, findings, ...".
 * Static. */
const char *vt__report_sections(void);

#endif
