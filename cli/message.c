/* Writes one-line messages to standard error. */
#include "config.h"

#include "cli/message.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "reports/files.h"
#include "vramtrack/exit_codes.h"

/* Longer than PATH_MAX twice, so that a line can name two files. */
#define LINE_BYTES 10240

static char **captured; /* NULL: lines go to standard error */

void vt__say_into(char **into)
{
	captured = into;
	if (into)
		*into = NULL;
}

__attribute__((format(printf, 1, 0))) static void capture(const char *format, va_list arguments)
{
	char *line;

	if (!*captured && vasprintf(&line, format, arguments) >= 0)
		*captured = line;
}

/* What did not fit is cut. */
static size_t bounded(size_t used, int more)
{
	if (more < 0)
		return used;
	return (size_t)more < LINE_BYTES - used ? used + (size_t)more : LINE_BYTES - 1;
}

__attribute__((format(printf, 2, 0))) static void say(const char *command, const char *format,
						      va_list arguments, bool names_help)
{
	const char *space = command ? " " : "";
	char line[LINE_BYTES];
	size_t used = 0;
	ssize_t written;

	if (captured) {
		capture(format, arguments);
		return;
	}
	command = command ? command : "";
	used = bounded(used, snprintf(line, LINE_BYTES, "vramtrack%s%s: ", space, command));
	used = bounded(used, vsnprintf(line + used, LINE_BYTES - used, format, arguments));
	if (names_help)
		used = bounded(used, snprintf(line + used, LINE_BYTES - used,
					      "; see vramtrack%s%s --help", space, command));
	line[used] = '\0';
	vt__make_harmless(line);
	line[used] = '\n';
	written = write(STDERR_FILENO, line, used + 1);
	(void)written; /* there is nowhere left to say that it failed */
}

void vt__say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(NULL, format, arguments, false);
	va_end(arguments);
}

void vt__say_for(const char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(command, format, arguments, false);
	va_end(arguments);
}

int vt__usage_error(const char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(command, format, arguments, true);
	va_end(arguments);
	return VT_EXIT_USAGE;
}
