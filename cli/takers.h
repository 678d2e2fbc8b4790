/* Tools that answer the driver's look-ups themselves, so that wrappers alone see few of them. */
#ifndef VT_CLI_TAKERS_H
#define VT_CLI_TAKERS_H

/*
 * The tool that is at work where the program of `argv` will run, or that `argv` starts: by the
 * words of the command line, by what it sets in the environment, and by what it put into this
 * process. NULL: none that is known.
 */
const char *vt__taker_of(char *const argv[]);

#endif
