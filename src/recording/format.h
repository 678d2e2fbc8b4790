/*
 * The layout of a recording file: every field of it, and nothing else.
 *
 * A recording is a header followed by segments. The header is the first
 * VT_FORMAT_HEADER_BYTES of the file and holds a directory of segments; a
 * segment is an array of records of one type. Records of a type are numbered
 * from 0 through its segments in directory order; that number is the only way
 * one record refers to another (VT_FORMAT_NONE where there is none), so that
 * the file means the same wherever it is mapped.
 *
 *   offset 0      struct vt_format_header (directory, losses, identity)
 *   page-aligned  segment: STRING bytes
 *   page-aligned  segment: DEVICE records
 *   ...           any order, any number of segments of a type
 *
 * The tracked process maps the file shared and changes records in place, so
 * the file is the ledger at every moment. Integers are in the byte order of
 * the machine that wrote them. Times are nanoseconds of CLOCK_MONOTONIC,
 * sizes are bytes.
 *
 * Consistency for a reader of a live process: `sequence` is odd while records
 * change. Copy, then compare; an equal even value before and after is a
 * consistent copy. A process killed inside a change leaves it odd for ever:
 * at most one allocation or free is then half entered.
 *
 * Evolution: readers refuse a newer `version`. A new record type or a new
 * loss may be added without a new version: unknown types are skipped.
 */
#ifndef VT_LEDGER_FORMAT_H
#define VT_LEDGER_FORMAT_H

#include <stdint.h>

#include "recording/format_blocks.h"
#include "recording/format_checkpoint.h"
#include "recording/format_coverage.h"
#include "recording/format_ending.h"
#include "recording/format_faults.h"
#include "recording/format_findings.h"
#include "recording/format_fragments.h"
#include "recording/format_limits.h"
#include "recording/format_losses.h"
#include "recording/format_marks.h"
#include "recording/format_memory.h"
#include "recording/format_requests.h"
#include "recording/format_rest.h"
#include "recording/format_statement.h"
#include "recording/format_sharing.h"
#include "recording/format_timeline.h"

#define VT_FORMAT_MAGIC "VRAMTRK\n" /* 8 bytes, no terminator in the file */
#define VT_FORMAT_VERSION 3u
#define VT_FORMAT_VERSION_OLDEST 2u /* that is still read: it has no source frames */
#define VT_FORMAT_BYTE_ORDER 0x01020304u
#define VT_FORMAT_HEADER_BYTES 16384u
#define VT_FORMAT_PAGE_BYTES 4096u
#define VT_FORMAT_NONE UINT32_MAX
#define VT_FORMAT_SEGMENTS_MAX 320u
#define VT_FORMAT_SUFFIX ".vramtrack"

/* ---- The header ---------------------------------------------------------- */
enum vt_format_type {
	VT_FORMAT_STRING = 1,   /* bytes; a string is NUL-terminated, within one segment */
	VT_FORMAT_DEVICE,       /* struct vt_format_device */
	VT_FORMAT_MODULE,       /* struct vt_format_module */
	VT_FORMAT_FRAME,        /* uint64_t, see VT_FORMAT_FRAME_MODULE */
	VT_FORMAT_STACK,        /* struct vt_format_stack */
	VT_FORMAT_SITE,         /* struct vt_format_site */
	VT_FORMAT_ALLOCATION,   /* struct vt_format_allocation */
	VT_FORMAT_FINDING,      /* struct vt_format_finding */
	VT_FORMAT_HOLDER,       /* struct vt_format_holder */
	VT_FORMAT_ACCOUNT,      /* struct vt_format_account */
	VT_FORMAT_PASSAGE,      /* struct vt_format_passage */
	VT_FORMAT_MARK,         /* struct vt_format_mark */
	VT_FORMAT_GROWTH,       /* struct vt_format_growth */
	VT_FORMAT_REFUSED_FREE, /* struct vt_format_refused_free */
	VT_FORMAT_INTENT,       /* struct vt_format_intent */
	VT_FORMAT_REFERENCE,    /* struct vt_format_reference */
	VT_FORMAT_SOURCE,       /* struct vt_format_source; from version 3 on */
	VT_FORMAT_TIMELINE,     /* struct vt_format_timeline; as all that follow, from 3 on */
	VT_FORMAT_COURSE,       /* struct vt_format_course */
	VT_FORMAT_MARK_TIME,    /* struct vt_format_mark_times */
	VT_FORMAT_EVENT,        /* struct vt_format_event */
	VT_FORMAT_EVENT_RING,   /* struct vt_format_event_ring */
	VT_FORMAT_ENDING,       /* struct vt_format_ending */
	VT_FORMAT_KEPT,         /* struct vt_format_kept */
	VT_FORMAT_CHARGE,       /* struct vt_format_charge */
	VT_FORMAT_STATEMENT,    /* struct vt_format_statement */
	VT_FORMAT_CACHE,        /* struct vt_format_cache */
	VT_FORMAT_SHARING,      /* struct vt_format_sharing */
	VT_FORMAT_REST,         /* struct vt_format_rest */
	VT_FORMAT_LIMIT,        /* struct vt_format_limit */
	VT_FORMAT_FRAGMENTS,    /* struct vt_format_fragments */
	VT_FORMAT_PURPOSES,     /* struct vt_format_purposes */
	VT_FORMAT_CHECKPOINT,   /* struct vt_format_checkpoint */
	VT_FORMAT_FREED,        /* struct vt_format_freed */
	VT_FORMAT_TYPE_END
};

struct vt_format_segment {
	uint32_t type;         /* enum vt_format_type; 0 ends the directory */
	uint32_t record_bytes; /* size of one record */
	uint64_t offset;       /* of the first record, from the start of the file */
	uint64_t capacity;     /* records that fit */
	uint64_t used;         /* records ever used; those after it are zero */
};

enum vt_format_state {
	VT_FORMAT_RUNNING = 0, /* or ended without exit(): killed, _exit, exec */
	VT_FORMAT_EXITED = 1,  /* all destructors of the program have run */
};

/* How the process ended: kept as wait() tells it. */
#define VT_FORMAT_EXIT_UNKNOWN INT32_MIN

/* Environment variables by which launchers tell a process its place in a job;
 * "" where a launcher has none. The first whose rank is told is the launcher; a
 * rank whose name is in general use counts only with its size (sized).
 * VT_LAUNCHER(identifier, name in JSON, words, sized, rank, size, rank on its machine, job, step)
 */
#define VT_LAUNCHERS(VT_LAUNCHER)                                                                  \
	VT_LAUNCHER(USER, "user", "VRAMTRACK_RANK", 0, "VRAMTRACK_RANK", "VRAMTRACK_WORLD_SIZE",   \
		    "", "VRAMTRACK_JOB", "")                                                       \
	VT_LAUNCHER(TORCHRUN, "torchrun", "torchrun", 1, "RANK", "WORLD_SIZE", "LOCAL_RANK",       \
		    "TORCHELASTIC_RUN_ID", "")                                                     \
	VT_LAUNCHER(OPEN_MPI, "openmpi", "Open MPI", 0, "OMPI_COMM_WORLD_RANK",                    \
		    "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "PMIX_NAMESPACE", "")    \
	VT_LAUNCHER(PMI, "pmi", "MPI", 0, "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "", "")       \
	VT_LAUNCHER(PMIX, "pmix", "PMIx", 0, "PMIX_RANK", "", "", "PMIX_NAMESPACE", "")            \
	VT_LAUNCHER(SLURM, "slurm", "Slurm", 0, "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID",   \
		    "SLURM_JOB_ID", "SLURM_STEP_ID")

enum vt_launcher {
#define VT_LAUNCHER(id, json, words, sized, rank, size, local, job, step) VT_LAUNCHER_##id,
	VT_LAUNCHERS(VT_LAUNCHER)
#undef VT_LAUNCHER
	VT_LAUNCHER_COUNT
};

/* Environment variables by which a user switches caches of frameworks, so that what they
 * leave is not taken for a cache's. */
#define VT_SETTINGS(VT_SETTING)                                                                    \
	VT_SETTING("PYTORCH_NO_CUDA_MEMORY_CACHING")                                               \
	VT_SETTING("PYTORCH_CUDA_ALLOC_CONF")                                                      \
	VT_SETTING("PYTORCH_ALLOC_CONF")                                                           \
	VT_SETTING("XLA_PYTHON_CLIENT_ALLOCATOR")                                                  \
	VT_SETTING("TF_GPU_ALLOCATOR")

struct vt_format_header {
	char magic[8];
	uint32_t version;
	uint32_t byte_order;
	uint32_t header_bytes;
	uint32_t segment_count;
	uint64_t sequence; /* odd while a change is under way */

	/* identity */
	uint32_t pid;
	uint32_t parent_pid; /* when the process began, if that was seen; else at its first entry */
	uint64_t process_start_ticks; /* field 22 of /proc/PID/stat: tells a reused pid apart */
	uint8_t boot_id[16];          /* of the machine, zero if unknown */
	uint64_t run_id;            /* the same for all recordings of one `vramtrack run`, else 0 */
	uint32_t command;           /* string: arguments separated by U+001F */
	uint32_t program;           /* string: path of the executable */
	uint32_t host;              /* string */
	uint32_t working_directory; /* string */
	uint32_t tool_version;      /* string: of the shim that wrote this */
	uint32_t simulated;         /* 1: the device was simulated */

	/* clock */
	uint64_t start_monotonic_ns; /* the recorder was loaded, or the process was forked */
	uint64_t start_realtime_ns;  /* CLOCK_REALTIME at the same moment */
	uint64_t end_monotonic_ns;   /* 0 until exit() */

	/* end */
	uint32_t state;          /* enum vt_format_state */
	int32_t wait_status;     /* as waitpid(2) gives it, or VT_FORMAT_EXIT_UNKNOWN */
	uint32_t crash_safe;     /* 0: the file was written out at exit, see `note` */
	uint32_t note;           /* string: why the recording stopped or is not crash-safe */
	uint32_t stack_depth;    /* frames kept of a stack at most */
	uint32_t driver_version; /* as cuDriverGetVersion gives it, 0 if unknown */

	/* coverage; what could not be reached is in PASSAGE records */
	uint32_t source;                     /* enum vt_source */
	uint32_t audited;                    /* 1: an audit object redirected bindings too */
	uint64_t doors[VT_FORMAT_DOORS_MAX]; /* by enum vt_door */

	/* string: the variables of VT_LAUNCHERS, VT_SETTINGS and VT_LIMIT_SETTINGS that were set
	 * when the recording began, NAME=value separated by U+001F; VT_FORMAT_NONE if none was */
	uint32_t launch;
	uint32_t snapshot; /* 1: a copy that was made while the process ran */

	uint64_t losses[VT_FORMAT_LOSSES_MAX]; /* by enum vt_loss */
	struct vt_format_segment segments[VT_FORMAT_SEGMENTS_MAX];
	struct vt_format_request requests[VT_FORMAT_REQUESTS]; /* of others */
};

/* ---- Records ------------------------------------------------------------- */

/* A sum with its high-water mark. */
struct vt_format_total {
	uint64_t live_bytes;
	uint64_t live_count;
	uint64_t peak_bytes;
	uint64_t allocations;     /* made in all */
	uint64_t allocated_bytes; /* by them */
	uint64_t frees;           /* by the program; the end of a context is none */
};

/* A device, or the place of what belongs to no device (ordinal -1). */
struct vt_format_device {
	int32_t ordinal; /* CUDA's, as this process sees it */
	uint32_t name;   /* string */
	uint8_t uuid[16];
	uint64_t total_bytes; /* of the device; 0 if unknown */
	/* Exact peak composition without a log: when a bucket's live bytes pass
	 * its peak, its peak number goes up. A site saves its live bytes with
	 * that number before it changes (vt_format_site.peak_number). */
	uint64_t peak_number[VT_BUCKET_COUNT];
	uint64_t peak_time_ns[VT_BUCKET_COUNT];
	struct vt_format_total buckets[VT_BUCKET_COUNT];
	struct vt_format_total kinds[VT_FORMAT_KINDS_MAX];
	struct vt_format_open_point open; /* of its timeline; zero in version 2 */
};

struct vt_format_module {
	uint64_t bias;  /* run-time address minus the address in the file */
	uint64_t start; /* lowest mapped address */
	uint64_t end;   /* one past the highest */
	uint32_t path;  /* string; empty if the loader had none */
	uint8_t is_shim;
	uint8_t unloaded;
	uint8_t build_id_bytes; /* 0: none */
	uint8_t reserved;
	uint8_t build_id[32];
};

/* A frame is a module number and an address in the module's file (not a
 * run-time address), so it can be named after the module is gone. The address
 * is that of the call's return; the call is before it. Module
 * VT_FORMAT_NO_MODULE keeps the run-time address. Of module VT_FORMAT_SOURCE_MODULE the
 * address is the number of a SOURCE record. */
#define VT_FORMAT_NO_MODULE 0xffffu
#define VT_FORMAT_SOURCE_MODULE 0xfffeu
#define VT_FORMAT_FRAME_MODULE(frame) ((uint32_t)((uint64_t)(frame) >> 48))
#define VT_FORMAT_FRAME_ADDRESS(frame) ((uint64_t)(frame)&0xffffffffffffull)
#define VT_FORMAT_MAKE_FRAME(module, address)                                                      \
	(((uint64_t)(module) << 48) | ((uint64_t)(address)&0xffffffffffffull))

/* VT_LANGUAGE(identifier, name in JSON): what a frame is written in, as far as it is told. */
#define VT_LANGUAGES(VT_LANGUAGE)                                                                  \
	VT_LANGUAGE(NATIVE, "native") /* compiled: its debug information knows the rest */         \
	VT_LANGUAGE(PYTHON, "python")

enum vt_language {
#define VT_LANGUAGE(id, json) VT_LANGUAGE_##id,
	VT_LANGUAGES(VT_LANGUAGE)
#undef VT_LANGUAGE
	VT_LANGUAGE_COUNT
};

/* A frame that is told by names: of code that an interpreter runs. It stands in its stack
 * directly before the interpreter's own frame that ran it. */
struct vt_format_source {
	uint32_t function;   /* string, qualified where the language has such names */
	uint32_t file;       /* string, as the program has it */
	uint32_t line;       /* that was under way; 0: none */
	uint32_t first_line; /* of the function; 0: not known */
	uint32_t language;   /* enum vt_language */
	uint32_t reserved;
};

struct vt_format_stack {
	uint32_t first_frame; /* number of the innermost frame */
	uint16_t depth;
	uint16_t truncated; /* of enum vt_format_stack_end; not 0: there were more frames */
};

/* Why frames are missing at a stack's outer end, bits. Readers that know the first
 * alone say of each that there were more frames, which is so. */
enum vt_format_stack_end {
	VT_FORMAT_STACK_CUT = 1,  /* deeper than the frame limit */
	VT_FORMAT_STACK_LOST = 2, /* nothing tells how to go on from the last frame */
	VT_FORMAT_STACK_LIMIT = 4 /* the recording came to its limit; without a frame: all others */
};

/* One call site: the same stack, API, kind and device. */
struct vt_format_site {
	uint32_t stack;
	uint32_t device; /* number of the device record */
	uint32_t api;    /* string: the driver function called, as exported */
	uint32_t kind;   /* enum vt_kind */
	struct vt_format_total total;
	uint32_t mark;          /* the last that its history knows, see recording/format_marks.h */
	uint32_t growth_plus_1; /* its history: number of a GROWTH record + 1; 0: none */
	uint64_t peak_number;   /* of the device's bucket when the next two were saved */
	uint64_t bytes_at_peak; /* if peak_number is the bucket's current one; */
	uint64_t count_at_peak; /* else the live values are those at the peak */
	uint64_t reset_bytes;   /* freed by the end of their context, not by the program */
	uint64_t reset_count;
	uint64_t first_time_ns;
	uint64_t last_time_ns;
	uint32_t mark_first; /* these three: recording/format_marks.h */
	uint32_t mark_count;
	uint64_t mark_bytes;
};

enum vt_allocation_state {
	VT_ALLOCATION_FREE = 0, /* the record is unused */
	VT_ALLOCATION_LIVE = 1,
};

struct vt_format_allocation {
	uint64_t address; /* or the handle, for kinds that have no address */
	uint64_t bytes;
	uint64_t context; /* CUcontext that it dies with, 0: with none */
	uint64_t time_ns;
	uint32_t site;
	uint32_t thread;  /* kernel thread id */
	uint32_t state;   /* enum vt_allocation_state */
	uint32_t label;   /* string the program gave, VT_FORMAT_NONE if none */
	uint32_t purpose; /* string the program gave, VT_FORMAT_NONE if none */
	/* LIVE: the free of it that was refused last, number of a REFUSED_FREE + 1; 0:
	 * none was. FREE: the writer's own. */
	uint32_t link;
};

/* When an account was taken. VT_MOMENT(identifier, name in JSON, words in text) */
#define VT_MOMENTS(VT_MOMENT)                                                                      \
	VT_MOMENT(END, "end", "at the end")                                                        \
	VT_MOMENT(PEAK, "peak", "near the peak")                                                   \
	VT_MOMENT(REQUEST, "request", "on request")                                                \
	VT_MOMENT(OUT_OF_MEMORY, "out_of_memory", "when memory was refused")                       \
	VT_MOMENT(MARK, "mark", "at the mark")

enum vt_moment {
#define VT_MOMENT(id, json, words) VT_MOMENT_##id,
	VT_MOMENTS(VT_MOMENT)
#undef VT_MOMENT
	VT_MOMENT_COUNT
};

#define VT_FORMAT_UNKNOWN UINT64_MAX /* a number of bytes that nobody could tell */

/* The memory of one device at one moment, by the driver's own word beside what
 * is tracked. Bytes; VT_FORMAT_UNKNOWN where the driver did not tell. */
struct vt_format_account {
	uint32_t device; /* number of the device record */
	uint32_t moment; /* enum vt_moment */
	uint32_t label;  /* string: given with the request, VT_FORMAT_NONE if none */
	uint32_t reserved;
	uint64_t time_ns;
	uint64_t device_total_bytes;  /* cuMemGetInfo */
	uint64_t device_free_bytes;   /* cuMemGetInfo; what all processes leave */
	uint64_t process_bytes;       /* NVML: of this process */
	uint64_t other_bytes;         /* NVML: of other processes */
	uint64_t pool_reserved_bytes; /* by the pools known, used and unused */
	uint64_t pool_used_bytes;
	uint64_t graph_reserved_bytes; /* by graphs, used and unused */
	uint64_t graph_used_bytes;
	uint64_t live_bytes[VT_BUCKET_COUNT]; /* tracked */
	uint64_t kind_bytes[VT_FORMAT_ACCOUNT_KINDS_MAX];
	uint64_t kind_count[VT_FORMAT_ACCOUNT_KINDS_MAX];
};

_Static_assert(__builtin_offsetof(struct vt_format_header, requests) == 10784,
	       "as tests/cases/live.sh has it");
_Static_assert(sizeof(struct vt_format_header) <= VT_FORMAT_HEADER_BYTES, "header fits its pages");
_Static_assert(sizeof(struct vt_format_allocation) == 56, "no hidden padding");
_Static_assert(sizeof(struct vt_format_account) ==
		       88 + 8 * (VT_BUCKET_COUNT + 2 * VT_FORMAT_ACCOUNT_KINDS_MAX),
	       "no hidden padding");
_Static_assert(sizeof(struct vt_format_device) ==
		       32 + 64 * VT_BUCKET_COUNT + 48 * VT_FORMAT_KINDS_MAX + 160,
	       "no hidden padding");
_Static_assert(VT_KIND_COUNT <= VT_FORMAT_KINDS_MAX, "a device record has room for all kinds");
_Static_assert(VT_LOSS_COUNT <= VT_FORMAT_LOSSES_MAX, "the header has room for all losses");

#endif
