/* Reads a number of the command line. */
#include "config.h"

#include <errno.h>

#include "cli/number.h"

int vt__parse_number(const char *text, unsigned long least, unsigned long most,
		     unsigned long *number_out)
{
	unsigned long number = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned long digit = (unsigned long)(*text - '0');

		if (*text < '0' || *text > '9' || number > (most - digit) / 10)
			return -EINVAL;
		number = number * 10 + digit;
		if (number > most)
			return -EINVAL;
	}
	if (number < least)
		return -EINVAL;
	*number_out = number;
	return 0;
}
