/*
 * Strings out of a recording: any bytes, of a type that no printf() takes.
 *
 * Sinks take the type and escape (vt__print_raw(), vt__json_raw(), ...). What else needs the bytes
 * says for what, and prints none of them.
 */
#ifndef VT_REPORTS_RAW_H
#define VT_REPORTS_RAW_H

#include <stdbool.h>
#include <string.h>

struct vt__raw {
	const char *bytes; /* with a NUL; NULL: there is none */
};

static inline bool vt__raw_is_empty(struct vt__raw raw)
{
	return !raw.bytes || !raw.bytes[0];
}

static inline bool vt__raw_equal(struct vt__raw a, struct vt__raw b)
{
	return !strcmp(a.bytes ? a.bytes : "", b.bytes ? b.bytes : "");
}

/* A string, or that there is none where it is empty. */
static inline struct vt__raw vt__raw_or_none(struct vt__raw raw)
{
	return vt__raw_is_empty(raw) ? (struct vt__raw){0} : raw;
}

/* The bytes, for a purpose. */
#define VT__RAW_PURPOSE(purpose)                                                                   \
	static inline const char *vt__raw_to_##purpose(struct vt__raw raw)                         \
	{                                                                                          \
		return raw.bytes;                                                                  \
	}
VT__RAW_PURPOSE(compare) /* also hash, measure and match */
VT__RAW_PURPOSE(open)    /* a file's name */
VT__RAW_PURPOSE(parse)
VT__RAW_PURPOSE(copy)   /* kept or changed; printed by who escapes */
VT__RAW_PURPOSE(escape) /* inside of a sink */
#undef VT__RAW_PURPOSE

#endif
