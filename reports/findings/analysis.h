/*
 * What recordings say: totals, findings, and what the peaks were made of.
 *
 * Live bytes are summed from the allocation records, so that they are right
 * even where a process died inside a change of its totals.
 */
#ifndef VT_REPORTS_ANALYSIS_H
#define VT_REPORTS_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/recording/reader.h"
#include "reports/names/keep_rules.h"
#include "reports/names/stacks.h"
#include "reports/names/symbolizer.h"
#include "reports/text/view.h"

/* VT__CLASS(identifier, name in JSON, is a finding, fails, is of call sites, heading, one, many) */
#define VT__CLASSES(VT__CLASS)                                                                     \
	/* the first: what comes after a fault may come of it */                                   \
	VT__CLASS(FAULT, "fault", 1, 1, 0, "FAULT", "fault", "faults")                             \
	VT__CLASS(LEAK, "leak", 1, 1, 1, "LEAK", "leak", "leaks")                                  \
	VT__CLASS(LIVE, "live", 0, 0, 1, "LIVE", "live call site", "live call sites")              \
	VT__CLASS(FREED_BY_RESET, "freed_by_reset", 1, 0, 1, "FREED BY RESET", "freed by reset",   \
		  "freed by reset")                                                                \
	VT__CLASS(BAD_FREE, "bad_free", 1, 1, 0, "BAD FREE", "bad free", "bad frees")              \
	VT__CLASS(OUT_OF_MEMORY, "out_of_memory", 1, 0, 0, "OUT OF MEMORY", "out of memory",       \
		  "out of memory")                                                                 \
	VT__CLASS(STALE_GRAPH, "stale_graph", 1, 1, 0, "STALE GRAPH", "stale graph",               \
		  "stale graphs")                                                                  \
	VT__CLASS(GROWTH, "growth", 1, 1, 1, "GROWTH", "growing call site", "growing call sites")  \
	VT__CLASS(UNATTRIBUTED_GROWTH, "unattributed_growth", 1, 1, 1, "UNATTRIBUTED GROWTH",      \
		  "growth that nobody owns", "growths that nobody owns")                           \
	VT__CLASS(IMPORTED, "imported", 0, 0, 1, "IMPORTED", "import not closed",                  \
		  "imports not closed")                                                            \
	VT__CLASS(REGISTERED, "registered", 0, 0, 1, "REGISTERED", "registration not undone",      \
		  "registrations not undone")                                                      \
	VT__CLASS(LATE_FREE, "late_free", 0, 0, 0, "LATE FREE", "late free", "late frees")         \
	VT__CLASS(UNFINISHED_FREE, "unfinished_free", 0, 0, 0, "UNFINISHED FREE",                  \
		  "unfinished free", "unfinished frees")                                           \
	VT__CLASS(STALE_GRAPH_IDLE, "stale_graph_idle", 0, 0, 0, "STALE GRAPH, NOT LAUNCHED",      \
		  "stale graph that was not launched since",                                       \
		  "stale graphs that were not launched since")                                     \
	VT__CLASS(RETAINED, "retained", 0, 0, 1, "RETAINED", "retained by a library",              \
		  "retained by libraries")                                                         \
	VT__CLASS(CACHED, "cached", 0, 0, 1, "CACHED", "kept by a cache", "kept by caches")        \
	VT__CLASS(HELD_UNTIL_END, "held_until_end", 0, 0, 1, "HELD UNTIL THE END",                 \
		  "held until the interpreter ended", "held until the interpreter ended")          \
	/* the last: rows of it stand in vt__process.held, and in no list of findings */           \
	VT__CLASS(HELD_OBJECT, "held_object", 0, 0, 1, "HELD OBJECT", "held object", "held objects")

enum vt__class {
#define VT__CLASS(id, json, counts, fails, sites, heading, one, many) VT__CLASS_##id,
	VT__CLASSES(VT__CLASS)
#undef VT__CLASS
	VT__CLASS_COUNT
};

struct vt__class_words {
	const char *json, *heading, *one, *many;
	bool is_finding; /* false: worth a look, and nothing that a gate counts */
	bool fails;      /* where nothing else was said: in the gate, and for --error-exitcode */
	bool of_sites;   /* a sum of allocations; else something that happened, with a record */
};
extern const struct vt__class_words vt__class_words[VT__CLASS_COUNT];

struct vt__kind_words {
	const char *json, *text;
	enum vt_bucket bucket;
};
extern const struct vt__kind_words vt__kind_words[VT_KIND_COUNT];

struct vt__bucket_words {
	const char *json, *text;
	bool owned; /* memory of this process: what is left of it is a leak */
};
extern const struct vt__bucket_words vt__bucket_words[VT_BUCKET_COUNT];

struct vt__sum {
	uint64_t bytes;
	uint64_t count;
};

struct vt__device_row {
	const struct vt_format_device *record;
	struct vt__sum live[VT_KIND_COUNT];
};

/* Live allocations of one call site for the same purpose, under the same label. */
struct vt__part {
	uint32_t site;
	uint32_t purpose; /* string; VT_FORMAT_NONE: none was said */
	uint32_t label;   /* the same */
	struct vt__sum sum;
};

/* Live memory for one purpose, of all devices. */
struct vt__purpose_row {
	enum vt_bucket bucket;
	uint32_t purpose; /* string; VT_FORMAT_NONE: none was said */
	struct vt__sum sum;
};

/* Frees of a call site's live allocations that the driver refused at one place. */
struct vt__refused_row {
	const struct vt_format_refused_free *record;
	uint64_t live; /* allocations that stayed and met it last */
};

/* References of one kind, had at one place, that keep a call site's physical memory. */
struct vt__reference_row {
	uint32_t site;
	enum vt_reference_how how;
	uint32_t stack;
	uint64_t count;
	uint64_t start; /* of the first; as in its record */
	uint64_t bytes; /* of all */
};

struct vt__growth;   /* reports/findings/growth.h */
struct vt__rest_row; /* reports/findings/rest.h */
struct vt__segment;  /* reports/findings/caches.h, as is the next */
struct vt__cache_row;

struct vt__finding_row {
	enum vt__class finding_class;
	struct vt__sum sum; /* bytes of a bad free or out of memory: of one occurrence */
	uint32_t kind;      /* enum vt_kind; VT_FORMAT_NONE: unknown */
	uint32_t device;    /* number; VT_FORMAT_NONE: unknown */
	uint32_t stack;
	uint32_t site_number; /* of what is live; else 0 */
	uint32_t thread;      /* 0: several, or not known */
	struct vt__raw api;
	struct vt__raw made_by;       /* API that allocated what was freed; none: not known */
	const struct vt__part *parts; /* of a leak: largest first, all of it; NULL: no names */
	size_t part_count;
	const struct vt__refused_row *refused; /* of what is live: most first; NULL: none was */
	size_t refused_count;
	const struct vt__reference_row *references; /* of physical memory; NULL: none is known */
	size_t reference_count;
	struct vt__keeper keeper;        /* of what is retained or cached; else its name is NULL */
	const struct vt__growth *growth; /* of growth: sum is the rise; NULL for other classes */
	const struct vt_format_finding *record; /* of what happened; NULL for call sites */
	uint32_t number;                        /* of the record */
	const struct vt_format_site *site;      /* of call sites; else NULL */
	bool unfinished; /* a free in which the process ended: `record` has no result */
	bool shared;     /* other processes have it too; set by vt__shared_find() */
};

/* What a call site is counted by, where it is one number (reports/findings/samples.h).
 * VT__MEASURE(identifier, name in formats) */
#define VT__MEASURES(VT__MEASURE)                                                                  \
	VT__MEASURE(LEAKED, "leaked")                                                              \
	VT__MEASURE(LIVE, "live")                                                                  \
	VT__MEASURE(PEAK, "peak")                                                                  \
	VT__MEASURE(ALLOCATED, "allocated")

enum vt__measure {
#define VT__MEASURE(id, name) VT__MEASURE_##id,
	VT__MEASURES(VT__MEASURE)
#undef VT__MEASURE
	VT__MEASURE_COUNT
};

/* A call site and its part of something. */
struct vt__share {
	const struct vt_format_site *site;
	struct vt__sum sum;
};

struct vt__peak_row {
	uint32_t device;
	enum vt_bucket bucket;
	uint64_t bytes;
	struct vt__share *shares; /* largest first */
	size_t share_count;
};

struct vt__process {
	struct vt__recording *recording;
	struct vt__stacks *stacks;
	struct vt__device_row *devices;
	size_t device_count;
	struct vt__part *parts; /* by call site, then largest first */
	size_t part_count;
	struct vt__refused_row *refused; /* by call site, then most first */
	size_t refused_count;
	struct vt__reference_row *references; /* by call site, kind, most first */
	size_t reference_count;
	struct vt__purpose_row *purposes; /* by bucket, then largest first; none: no purposes */
	size_t purpose_count;
	/* Call sites of live objects (bucket HELD), most first: of class HELD_OBJECT where the
	 * program has not destroyed them, RETAINED or CACHED where somebody else keeps them, LIVE
	 * while the process runs. */
	struct vt__finding_row *held;
	size_t held_count;
	struct vt_format_holder *holders; /* copies, by finding; see reports/findings/holders.h */
	size_t holder_count;
	struct vt__growth *growth;  /* what rows of growth refer to */
	struct vt__rest_row *rests; /* of devices that were asked about at marks */
	size_t rest_count;
	struct vt__finding_row *findings; /* by class, then largest first */
	size_t finding_count;
	struct vt__peak_row *peaks; /* VT_BUCKET_COUNT for each device; bytes 0: none to list */
	size_t peak_count;
	struct vt__cache_row *caches; /* whose blocks were looked for */
	size_t cache_count;
	struct vt__segment *segments; /* device memory by address; none where there is no cache */
	size_t segment_count;
	unsigned char *cached_sites; /* caches.c's own */
};

/* Buckets are never added to one another: sums of findings are by bucket. */
struct vt__summary {
	size_t findings[VT__CLASS_COUNT];
	uint64_t occurrences[VT__CLASS_COUNT];
	struct vt__sum sums[VT__CLASS_COUNT][VT_BUCKET_COUNT];
	size_t running;
	size_t uncovered;     /* processes that are known to have gone past the recorder */
	uint64_t allocations; /* of every bucket but HELD, as the next two */
	uint64_t frees;
	uint64_t live;                         /* allocations still live */
	uint64_t held;                         /* objects still live */
	struct vt__sum objects[VT_KIND_COUNT]; /* those of class HELD_OBJECT */
	uint64_t graph_kept_bytes;             /* at the ends, see vt__kept_by_graphs() */
	uint64_t lost; /* losses that make totals too low, see vt__loss_counts() */
};

struct vt__two_marks; /* reports/findings/between.h */
struct vt__asked;     /* reports/formats/whereabouts_writer.h */

struct vt__analysis {
	struct vt__symbolizer *symbolizer;
	struct vt__process *processes;
	size_t process_count;
	size_t unreadable;
	bool unread_folder;               /* there may be more recordings than were found */
	bool full_stacks;                 /* text shows every frame */
	const struct vt__text_view *view; /* of text; NULL: a first reading on no terminal */
	enum vt__measure measure;         /* of formats with one number for a stack: which, */
	enum vt_bucket bucket;            /* and of which memory */
	struct vt__summary summary;
	const struct vt__verification *verification; /* beside another source; NULL: none */
	const struct vt__two_marks *between;         /* reports/findings/between.h; NULL: none */
	const struct vt__asked *asked;               /* addresses; NULL: none */
	const struct vt__ranks *ranks;               /* beside one another; NULL: nothing to show */
};

/*
 * Makes what one recording says. Takes over the recording (closes it also on
 * error); the symbolizer is borrowed. 0 and a process to be released, or -ENOMEM.
 */
int vt__process_make(struct vt__recording *recording, struct vt__symbolizer *symbolizer,
		     struct vt__process *out);
void vt__process_release(struct vt__process *process);

/* Returns 0 or -ENOMEM. */
int vt__analysis_new(struct vt__analysis **out);
void vt__analysis_free(struct vt__analysis *analysis);

/* Takes over the recording (closes it also on -ENOMEM) and adds what it says. */
int vt__analysis_add(struct vt__analysis *analysis, struct vt__recording *recording);

/* Orders the processes by their start and sums up; call once, after the last add. */
void vt__analysis_finish(struct vt__analysis *analysis);

/* The class or kind whose name in JSON is the `bytes` at `name`; VT__CLASS_COUNT, VT_KIND_COUNT:
 * none of these. */
enum vt__class vt__class_named(const char *name, size_t bytes);
uint32_t vt__kind_named(const char *name, size_t bytes);

/* The bucket of a kind; VRAM for VT_FORMAT_NONE. */
enum vt_bucket vt__bucket_of(uint32_t kind);

/* Sums that do not wrap. */
static inline void vt__sum_add(struct vt__sum *sum, struct vt__sum more)
{
	if (__builtin_add_overflow(sum->bytes, more.bytes, &sum->bytes))
		sum->bytes = UINT64_MAX;
	if (__builtin_add_overflow(sum->count, more.count, &sum->count))
		sum->count = UINT64_MAX;
}

/* Live bytes and allocations of one bucket of a device. */
struct vt__sum vt__live_of(const struct vt__device_row *device, enum vt_bucket bucket);

#endif
