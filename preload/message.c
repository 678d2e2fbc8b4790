/* The shim's own lines on standard error. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/message.h"

static struct {
	bool open;
	dev_t device;
	ino_t inode;
} at_start;

__attribute__((constructor)) static void remember_standard_error(void)
{
	int saved = errno;
	struct stat now;

	if (fstat(STDERR_FILENO, &now) == 0) {
		at_start.open = true;
		at_start.device = now.st_dev;
		at_start.inode = now.st_ino;
	}
	errno = saved;
}

bool vt__can_print(void)
{
	int saved = errno;
	struct stat now;
	bool same = at_start.open && fstat(STDERR_FILENO, &now) == 0 &&
		    now.st_dev == at_start.device && now.st_ino == at_start.inode;

	errno = saved;
	return same;
}

void vt__message(const char *format, ...)
{
	int saved = errno;
	char text[2048];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length > (int)sizeof(text) - 1)
		length = (int)sizeof(text) - 1;
	if (length > 0 && vt__can_print() && write(STDERR_FILENO, text, (size_t)length) < 0)
		errno = 0; /* nowhere left to say it */
	errno = saved;
}
