/*
 * Families of driver functions.
 */
#include "config.h"

#include "reports/findings/api_family.h"

#include <string.h>

size_t vt__family_bytes(struct vt__raw api)
{
	const char *name = vt__raw_to_compare(api);
	static const char *const suffixes[] = {"_ptsz", "_ptds"};
	size_t bytes = strlen(name), i;

	for (i = 0; i < 2; i++)
		if (bytes > strlen(suffixes[i]) &&
		    !strcmp(name + bytes - strlen(suffixes[i]), suffixes[i]))
			bytes -= strlen(suffixes[i]);
	for (i = bytes; i > 2 && name[i - 1] >= '0' && name[i - 1] <= '9'; i--)
		;
	return i < bytes && name[i - 1] == 'v' && name[i - 2] == '_' ? i - 2 : bytes;
}
