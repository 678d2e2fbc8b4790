/*
 * Numbers of the command line.
 */
#ifndef VT_CLI_NUMBER_H
#define VT_CLI_NUMBER_H

/* A decimal number and nothing else. Returns 0, or -EINVAL if it is not one in this range. */
int vt__parse_number(const char *text, unsigned long least, unsigned long most,
		     unsigned long *number_out);

#endif
