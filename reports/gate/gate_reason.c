/*
 * The sentences that give a verdict.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "reports/gate/gate_private.h"

int vt__gate_reason(struct vt__gate *gate, const char *format, ...)
{
	char **grown = reallocarray(gate->reasons, gate->reason_count + 1, sizeof(*grown));
	va_list words;
	int length;

	if (!grown)
		return -ENOMEM;
	gate->reasons = grown;
	va_start(words, format);
	length = vasprintf(&grown[gate->reason_count], format, words);
	va_end(words);
	if (length < 0)
		return -ENOMEM;
	gate->reason_count++;
	return 0;
}
