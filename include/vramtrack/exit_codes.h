/*
 * The exit codes of the vramtrack command.
 *
 * `vramtrack run` and `vramtrack gate` pass the tracked program's own code
 * through: its exit status, or 128 + n where signal n ended it. The codes
 * below are the command's own. Scripts may depend on them; they never change.
 */
#ifndef VRAMTRACK_EXIT_CODES_H
#define VRAMTRACK_EXIT_CODES_H

/* VT_EXIT(identifier, code, meaning): also the source of --help and the man page */
#define VT_EXITS(VT_EXIT)                                                                          \
	VT_EXIT(OK, 0, "done; nothing to complain of")                                             \
	VT_EXIT(FINDINGS, 1,                                                                       \
		"gate: findings beyond the policy; diff --fail-on-growth: growth; "                \
		"doctor: an obstacle")                                                             \
	VT_EXIT(USAGE, 2, "the command line is wrong")                                             \
	VT_EXIT(UNCOVERED, 3,                                                                      \
		"gate, diff --fail-on-growth: not everything was seen, or some was lost")          \
	VT_EXIT(BAD_INPUT, 4, "a recording, or a file that the gate reads, cannot be read")        \
	VT_EXIT(SYSTEM, 5, "the system refused something needed (memory, files, a process)")       \
	VT_EXIT(NOT_EXECUTABLE, 126,                                                               \
		"run: the program was found but could not be started; doctor too")                 \
	VT_EXIT(NOT_FOUND, 127, "run: the program was not found; doctor too")                      \
	VT_EXIT(SIGNAL, 128, "run: plus n, the program was ended by signal n")

enum vt_exit {
#define VT_EXIT(id, code, meaning) VT_EXIT_##id = code,
	VT_EXITS(VT_EXIT)
#undef VT_EXIT
};

#endif
