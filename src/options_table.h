/*
 * The keys of VRAMTRACK_OPTIONS: parser, defaults, --help and the man page
 * all come from this table.
 *
 * VT_OPTION(key, type, default, least, most, shown as, what it does)
 *   type      FOLDER, COUNT or SWITCH (0 or 1)
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
	VT_OPTION(free_stacks, SWITCH, "1", 0, 1, "0|1",                                           \
		  "take the stack of each free, so that a double free shows both")                 \
	VT_OPTION(report, SWITCH, "1", 0, 1, "0|1",                                                \
		  "print the report when the process ends (LD_PRELOAD without the command)")       \
	VT_OPTION(keep, SWITCH, "1", 0, 1, "0|1", "keep the recording after that report")          \
	VT_OPTION(announce, SWITCH, "0", 0, 1, "0|1",                                              \
		  "say where the recording is when it is created")                                 \
	VT_OPTION(verify_stacks, SWITCH, "0", 0, 1, "0|1",                                         \
		  "compare every stack with a full walk by libunwind (slow; finds our bugs)")

#endif
