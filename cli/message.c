/* Writes one-line messages to standard error. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/message.h"
#include "reports/text/escape.h"
#include "vramtrack/exit_codes.h"

/* Longer than PATH_MAX twice, so that a line can name two files. */
#define LINE_BYTES 10240

__attribute__((format(printf, 3, 0))) static size_t append(char *line, size_t used,
							   const char *format, va_list arguments)
{
	int more = vsnprintf(line + used, LINE_BYTES - used, format, arguments);

	if (more < 0)
		return used;
	return (size_t)more < LINE_BYTES - used ? used + (size_t)more : LINE_BYTES - 1;
}

__attribute__((format(printf, 3, 4))) static size_t append_text(char *line, size_t used,
								const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	used = append(line, used, format, arguments);
	va_end(arguments);
	return used;
}

static size_t begin(char *line, const char *command)
{
	return append_text(line, 0, "vramtrack%s%s: ", command ? " " : "", command ? command : "");
}

static void finish(char *line, size_t used)
{
	ssize_t written;

	line[used] = '\0';
	vt__make_harmless(line);
	line[used] = '\n';
	written = write(STDERR_FILENO, line, used + 1);
	(void)written; /* there is nowhere left to say that it failed */
}

void vt__say(const char *format, ...)
{
	char line[LINE_BYTES];
	size_t used = begin(line, NULL);
	va_list arguments;

	va_start(arguments, format);
	used = append(line, used, format, arguments);
	va_end(arguments);
	finish(line, used);
}

void vt__say_for(const char *command, const char *format, ...)
{
	char line[LINE_BYTES];
	size_t used = begin(line, command);
	va_list arguments;

	va_start(arguments, format);
	used = append(line, used, format, arguments);
	va_end(arguments);
	finish(line, used);
}

int vt__usage_error(const char *command, const char *format, ...)
{
	char line[LINE_BYTES];
	size_t used = begin(line, command);
	va_list arguments;

	va_start(arguments, format);
	used = append(line, used, format, arguments);
	va_end(arguments);
	used = append_text(line, used, "; see vramtrack%s%s --help", command ? " " : "",
			   command ? command : "");
	finish(line, used);
	return VT_EXIT_USAGE;
}
