/* Takes names of driver functions apart. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "preload/base/abi_name.h"

static size_t base_length(const char *name)
{
	size_t length = strlen(name), digits;

	if (length > 5 &&
	    (strcmp(name + length - 5, "_ptsz") == 0 || strcmp(name + length - 5, "_ptds") == 0))
		length -= 5;
	digits = length;
	while (digits && name[digits - 1] >= '0' && name[digits - 1] <= '9')
		digits--;
	if (digits < length && digits > 2 && name[digits - 1] == 'v' && name[digits - 2] == '_')
		length = digits - 2;
	return length;
}

bool vt__abi_same_base(const char *one, const char *other)
{
	size_t length = base_length(one);

	return strncmp(one, other, length) == 0 && base_length(other) == length;
}
