/* Signals and stack of the command, made the same whatever it was started with. */
#ifndef VT_CLI_FOOTING_H
#define VT_CLI_FOOTING_H

/*
 * Calls work(argc, argv) and returns what it returned.
 *
 * A file that grows beyond `ulimit -f`, or a reader that went away, is an error of the write
 * and no death by a signal, so that the command can say it and leave no half-written file.
 * With a small stack (`ulimit -s`) the work has one of its own: debug information and names
 * nest as deep as they like.
 */
int vt__footing(int (*work)(int argc, char **argv), int argc, char **argv);

/* In a child that is about to become another program: the signals as this process found them. */
void vt__footing_return_signals(void);

#endif
