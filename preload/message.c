/* Formatted lines of the shim on standard error. */
#include "config.h"

#include "preload/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "ledger/standard_error.h"

void vt__message(const char *format, ...)
{
	int saved = errno;
	char bytes[2048];
	struct vt__text text = VT__TEXT(bytes);
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(bytes, sizeof(bytes), format, arguments);
	va_end(arguments);
	if (length > (int)sizeof(bytes) - 1)
		length = (int)sizeof(bytes) - 1;
	text.length = length > 0 ? (size_t)length : 0;
	vt__say(&text);
	errno = saved;
}
