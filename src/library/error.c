/* The detail of each thread's last failure. */
#include "config.h"

#include "library/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NOTHING                                                                                    \
	{                                                                                          \
		.status = VT_OK, .device = -1                                                      \
	}

static __thread vt_error_detail detail = NOTHING;

/* The arguments may lie in the detail that is replaced, so the text is made beside it. */
static vt_status fail(vt_status status, int cuda_error, const char *format, va_list arguments)
{
	char text[sizeof(detail.text)];

	vsnprintf(text, sizeof(text), format, arguments);
	vt_clear_last_error();
	detail.status = status;
	detail.cuda_error = cuda_error;
	memcpy(detail.text, text, strlen(text) + 1);
	return status;
}

vt_status vt__fail(vt_status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fail(status, 0, format, arguments);
	va_end(arguments);
	return status;
}

vt_status vt__fail_cuda(vt_status status, int cuda_error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fail(status, cuda_error, format, arguments);
	va_end(arguments);
	return status;
}

void vt__fail_on_device(int device)
{
	detail.device = device;
}

void vt__fail_with_memory(int device, uint64_t requested_bytes, uint64_t free_bytes,
			  uint64_t total_bytes)
{
	detail.device = device;
	detail.requested_bytes = requested_bytes;
	detail.free_bytes = free_bytes;
	detail.total_bytes = total_bytes;
}

void vt__fail_prepend(const char *words)
{
	char text[sizeof(detail.text)];
	const char *between = *detail.text ? "; " : "";
	int length = snprintf(text, sizeof(text), "%s%s", words, between);

	if (length < 0)
		return;
	if ((size_t)length < sizeof(text))
		snprintf(text + length, sizeof(text) - (size_t)length, "%s", detail.text);
	memcpy(detail.text, text, strlen(text) + 1);
}

void vt__fail_restore(const vt_error_detail *earlier)
{
	if (earlier != &detail)
		detail = *earlier;
}

const vt_error_detail *vt_last_error(void)
{
	return &detail;
}

const char *vt_last_error_text(void)
{
	return detail.text;
}

void vt_clear_last_error(void)
{
	static const vt_error_detail nothing = NOTHING;

	/* The text is cleared by its first byte: failures may be frequent, it is long. */
	memcpy(&detail, &nothing, offsetof(vt_error_detail, text));
	detail.text[0] = '\0';
}
