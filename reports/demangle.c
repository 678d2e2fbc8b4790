/*
 * Turns linkage names of C++ and Rust into the names that people wrote.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBIBERTY_DEMANGLE_H
#include <libiberty/demangle.h>
#else
#include <demangle.h>
#endif

#include "reports/demangle.h"

bool vt__is_mangled(const char *name)
{
	return name[0] == '_' && (name[1] == 'Z' || name[1] == 'R');
}

char *vt__demangle(const char *name)
{
	char *plain = strndup(name, (size_t)(strchrnul(name + !!*name, '@') - name)), *written;

	if (!plain || !vt__is_mangled(plain))
		return plain;
	/* Rust first: its older names are valid C++ ones with a hash at the end. */
	written = rust_demangle(plain, DMGL_NO_OPTS);
	if (!written)
		written = cplus_demangle_v3(plain, DMGL_PARAMS | DMGL_ANSI);
	if (!written)
		return plain;
	free(plain);
	return written;
}
