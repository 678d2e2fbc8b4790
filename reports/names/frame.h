/*
 * A frame of a stack, as reports show it.
 */
#ifndef VT_REPORTS_FRAME_H
#define VT_REPORTS_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/format.h"

/* Whose a frame is, by the rules (frame_rules.h). VT__ROLE(identifier, name in a rules file) */
#define VT__ROLES(VT__ROLE)                                                                        \
	VT__ROLE(USER, "user")       /* of the program: no rule says otherwise */                  \
	VT__ROLE(CALL, "call")       /* of a library, and says what was called */                  \
	VT__ROLE(LIBRARY, "library") /* inside a library: allocators, dispatchers */               \
	VT__ROLE(RUNTIME, "runtime") /* C library, runtimes of languages, interpreters */          \
	VT__ROLE(CUDA, "cuda")       /* CUDA's runtime and driver */

enum vt__role {
#define VT__ROLE(id, name) VT__ROLE_##id,
	VT__ROLES(VT__ROLE)
#undef VT__ROLE
	VT__ROLE_COUNT
};

/* VT__LANGUAGE(identifier, name): those of recordings. */
#define VT__LANGUAGES(VT__LANGUAGE) VT_LANGUAGES(VT__LANGUAGE)

enum vt__language {
#define VT__LANGUAGE(id, name) VT__LANGUAGE_##id,
	VT__LANGUAGES(VT__LANGUAGE)
#undef VT__LANGUAGE
	VT__LANGUAGE_COUNT
};

struct vt__frame {
	const char *function; /* NULL: unknown */
	const char *file;     /* NULL: unknown */
	uint32_t line;        /* 0: unknown */
	const char *module;   /* path; NULL: code in no module */
	uint64_t offset;      /* return address in the module's file, else at run time */
	enum vt__language language;
	enum vt__role role; /* by the rules that are in use */
	bool kept;          /* a rule that says who keeps memory is of such a frame */
	bool inlined;
	/* What identities and suppressions leave out; no rule changes it: */
	bool runtime; /* of CUDA's runtime or driver, static or shared */
	bool library; /* of libvramtrack itself */
};

#endif
