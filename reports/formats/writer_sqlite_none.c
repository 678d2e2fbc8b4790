/*
 * The SQLite report of a vramtrack that was built without SQLite: there is none.
 */
#include "config.h"

#include <errno.h>

#include "reports/formats/writer.h"

int vt__write_sqlite(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	(void)analysis;
	(void)colour;
	(void)out;
	return -ENOTSUP;
}
