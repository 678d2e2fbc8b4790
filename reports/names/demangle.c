/*
 * Turns linkage names of C++ and Rust into the names that people wrote.
 */
#include "config.h"

#include "reports/names/demangle.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#ifdef HAVE_LIBIBERTY_DEMANGLE_H
#include <libiberty/demangle.h>
#else
#include <demangle.h>
#endif

bool vt__is_mangled(const char *name)
{
	return name[0] == '_' && (name[1] == 'Z' || name[1] == 'R');
}

/* A name of some kilobytes can stand for one of gigabytes, and for work without any
 * output. libiberty's callbacks are left by a jump when there is too much of
 * either: what it keeps is on the stack. */
#define WRITTEN_BYTES 65536u
#define WORK_US 200000 /* of processor time */

static struct {
	char bytes[WRITTEN_BYTES];
	size_t length;
	sigjmp_buf way_out;
} written;

static void add(const char *bytes, size_t length, void *unused)
{
	(void)unused;
	if (length >= WRITTEN_BYTES - written.length)
		siglongjmp(written.way_out, 1);
	memcpy(written.bytes + written.length, bytes, length);
	written.length += length;
}

static void on_timer(int number)
{
	(void)number;
	siglongjmp(written.way_out, 1);
}

static void set_timer(suseconds_t us)
{
	const struct itimerval timer = {.it_value.tv_usec = us};

	setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

/* Names of Rust are written out wherever they are followed, so that the length bounds
 * the work; there the library may be in malloc(), out of which no timer may jump. */
static bool write_rust(const char *name)
{
	written.length = 0;
	return !sigsetjmp(written.way_out, 0) &&
	       rust_demangle_callback(name, DMGL_NO_OPTS, add, NULL);
}

static bool write_cxx(const char *name)
{
	const struct sigaction ours = {.sa_handler = on_timer};
	struct sigaction before;
	volatile bool made = false;

	written.length = 0;
	if (sigaction(SIGVTALRM, &ours, &before))
		return false;
	if (!sigsetjmp(written.way_out, 1)) {
		set_timer(WORK_US);
		made = cplus_demangle_v3_callback(name, DMGL_PARAMS | DMGL_ANSI, add, NULL);
	}
	set_timer(0);
	sigaction(SIGVTALRM, &before, NULL);
	return made;
}

char *vt__demangle(const char *name)
{
	char *plain = strndup(name, (size_t)(strchrnul(name + !!*name, '@') - name)), *result;

	if (!plain || !vt__is_mangled(plain))
		return plain;
	/* Rust first: its older names are valid C++ ones with a hash at the end. */
	if (!write_rust(plain) && !write_cxx(plain))
		return plain;
	result = strndup(written.bytes, written.length);
	free(plain);
	return result;
}
