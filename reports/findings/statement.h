/*
 * Where every byte of a device went at the moment of an account: by owner, with the rest. Nothing
 * is made to fit: what is accounted for and the rest are the driver's number.
 */
#ifndef VT_REPORTS_STATEMENT_H
#define VT_REPORTS_STATEMENT_H

#include "reports/findings/accounts.h"

/* How bytes are known. VT__HOW(identifier, name in JSON, words in text) */
#define VT__HOWS(VT__HOW)                                                                          \
	VT__HOW(TRACKED, "tracked", "tracked")                                                     \
	VT__HOW(COMPUTED, "computed", "computed")                                                  \
	VT__HOW(MEASURED, "measured", "measured")                                                  \
	VT__HOW(REST, "rest", "rest")

enum vt__how {
#define VT__HOW(id, json, words) VT__HOW_##id,
	VT__HOWS(VT__HOW)
#undef VT__HOW
	VT__HOW_COUNT
};

struct vt__how_names {
	const char *json, *text;
};
extern const struct vt__how_names vt__how_names[VT__HOW_COUNT];

#define VT__OWNER_SITES 4 /* of an owner that are told */

/* A call site of an owner. */
struct vt__owner_site {
	uint32_t stack;
	uint32_t api; /* string */
	uint64_t bytes;
	uint64_t calls, moved; /* of a charge, see struct vt_format_charge; else 0 */
};

struct vt__owner {
	char name[64];  /* "PyTorch", "executable graphs" */
	const char *id; /* in JSON where it has one of its own; else the name */
	enum vt__how how;
	uint64_t bytes;
	bool negative;  /* of the rest: more is accounted for than is in use */
	bool is_shared; /* measured where others may have moved the driver's number */
	struct vt__owner_site sites[VT__OWNER_SITES]; /* largest first */
	size_t site_count;
};

#define VT__OWNERS_MOST 96

struct vt__statement {
	const struct vt_format_account *account;
	enum vt__word word;     /* whose bytes the driver told */
	uint64_t whole;         /* 0 if nobody told; then there is no rest */
	uint64_t held;          /* by this process, as far as it is accounted for */
	uint32_t untold_arrays; /* of which the elements alone are known */
	size_t count;
	struct vt__owner owners[VT__OWNERS_MOST]; /* largest first; the rest last */
};

/* What statement `number` comes to. */
void vt__statement_of(const struct vt__process *process, uint32_t number,
		      struct vt__statement *out);

/* The number of the statement of account `number`; VT_FORMAT_NONE: there is none. */
uint32_t vt__statement_number(const struct vt__recording *recording, uint32_t account);

#endif
