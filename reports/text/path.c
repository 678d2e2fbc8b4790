/*
 * Parts of the paths of files.
 */
#include "config.h"

#include "reports/text/path.h"

#include <string.h>

const char *vt__last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}
