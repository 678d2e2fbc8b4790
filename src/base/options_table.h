/*
 * The keys of VRAMTRACK_OPTIONS: parser, defaults, --help and the man page
 * all come from this table.
 *
 * VT_OPTION(key, type, default, least, most, shown as, what it does)
 *   type      FOLDER (any path), COUNT, SWITCH (0 or 1), BYTES, FAIL, GROWTH or
 *             CHOICE (option_values.h)
 *   default   text as a user would write it; "" is none
 */
#ifndef VT_OPTIONS_TABLE_H
#define VT_OPTIONS_TABLE_H

#define VT_OPTIONS_VARIABLE "VRAMTRACK_OPTIONS"

/* Set by `vramtrack run` for its children: a number in hex that all its
 * recordings share. */
#define VT_RUN_VARIABLE "VRAMTRACK_RUN"

/* Rows that a user may set. */
#define VT_OPTIONS(VT_OPTION)                                                                      \
	VT_OPTION(output, FOLDER, ".", 0, 0, "FOLDER",                                             \
		  "where recordings are written; made if it is missing")                           \
	VT_OPTION(depth, COUNT, "64", 1, 256, "FRAMES", "frames of a stack that are kept")         \
	VT_OPTION(python, COUNT, "64", 0, 128, "FRAMES",                                           \
		  "Python frames of a stack that are kept, the innermost, beside those of C; 0: "  \
		  "none")                                                                          \
	VT_OPTION(recording, BYTES, "512M", 0, 0, "BYTES",                                         \
		  "what stacks and call sites may take of a recording: near it new stacks are "    \
		  "cut to 8 frames, then they are one, \"other call sites\"; 0: no limit")         \
	VT_OPTION(free_stacks, SWITCH, "1", 0, 1, "0|1",                                           \
		  "take the stack of each free, so that a double free shows both")                 \
	VT_OPTION(blocks, SWITCH, "1", 0, 1, "0|1",                                                \
		  "record the blocks that PyTorch's cache hands out of its segments, each with "   \
		  "its stack")                                                                     \
	VT_OPTION(report, SWITCH, "1", 0, 1, "0|1",                                                \
		  "print the report when the process ends (LD_PRELOAD without the command)")       \
	VT_OPTION(keep, SWITCH, "1", 0, 1, "0|1", "keep the recording after that report")          \
	VT_OPTION(accounts, SWITCH, "1", 0, 1, "0|1",                                              \
		  "ask the driver and NVML how much memory is in use, at the end, near the peak "  \
		  "and at a refusal")                                                              \
	VT_OPTION(oom, CHOICE, "record", 0, 0, "record|report",                                    \
		  "report: when an allocation is refused for the first time, print the report "    \
		  "of what is allocated then")                                                     \
	VT_OPTION(announce, SWITCH, "0", 0, 1, "0|1",                                              \
		  "say where the recording is when it is created")                                 \
	VT_OPTION(limit, BYTES, "0", 0, 0, "BYTES",                                                \
		  "refuse device memory beyond so many bytes of a device (512M, 8G), and let "     \
		  "cuMemGetInfo show that much; 0: no limit")                                      \
	VT_OPTION(fail, FAIL, "", 0, 0, "WHICH",                                                   \
		  "refuse allocations as if memory had run out: nth:N (the Nth), every:N, or "     \
		  "site:PATTERN (a function or library of the stack, as *load_weights*)")          \
	VT_OPTION(growth, GROWTH, "", 0, 0, "MARKS",                                               \
		  "the marks between which call sites are looked at for growth: mark:NAME "        \
		  "(vt_mark, vramtrack_preload_mark), nvtx:NAME (an NVTX mark or range), "         \
		  "call:FUNCTION (each call of that Python or exported C function), or "           \
		  "every:SECONDS; without it, those that the program names first")                 \
	VT_OPTION(timeline, CHOICE, "history", 0, 0, "history|events",                             \
		  "events: keep each allocation and free with its time, beside the history of "    \
		  "each device that is always kept")                                               \
	VT_OPTION(events, BYTES, "64M", 0, 0, "BYTES",                                             \
		  "what these events may take of a recording; the oldest go first")                \
	VT_OPTION(quarantine, BYTES, "0", 0, 0, "BYTES",                                           \
		  "give each device allocation addresses of its own, and keep BYTES of freed "     \
		  "addresses out of use, so that stale pointers fault (slow; takes memory in "     \
		  "steps of 2 MiB)")                                                               \
	VT_OPTION(cupti, FOLDER, "", 0, 0, "FILE",                                                 \
		  "the libcupti that the CUPTI source uses; found by itself if not given")         \
	VT_OPTION(verify_stacks, SWITCH, "0", 0, 1, "0|1",                                         \
		  "compare every stack with a full walk by libunwind (slow; finds our bugs)")

#endif
