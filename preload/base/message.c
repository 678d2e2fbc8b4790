/* Formatted lines of the shim on standard error. */
#include "config.h"

#include "preload/base/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "unwind/own_stack.h"
#include "base/standard_error.h"

/* Paths and the environment may hold any bytes: none moves the cursor of a terminal. */
static void make_harmless(char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t') || *text == 0x7f)
			*text = '?';
}

struct line {
	const char *format;
	va_list arguments;
};

static void print(void *closure)
{
	struct line *line = closure;
	char bytes[2048];
	struct vt__text text = VT__TEXT(bytes);
	int length = vsnprintf(bytes, sizeof(bytes), line->format, line->arguments);

	if (length > (int)sizeof(bytes) - 1)
		length = (int)sizeof(bytes) - 1;
	if (length > 0)
		make_harmless(bytes);
	text.length = length > 0 ? (size_t)length : 0;
	vt__say_text(&text);
}

void vt__message(const char *format, ...)
{
	int saved = errno;
	struct line line = {.format = format};

	va_start(line.arguments, format);
	vt__own_stack_run(print, &line);
	va_end(line.arguments);
	errno = saved;
}
