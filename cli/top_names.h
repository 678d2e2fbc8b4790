/*
 * What `vramtrack top` calls programs and call sites: texts that are fit for a terminal, but for
 * vt__top_site(), and belong to the caller. NULL: out of memory.
 */
#ifndef VT_CLI_TOP_NAMES_H
#define VT_CLI_TOP_NAMES_H

#include "reports/names/stacks.h"
#include "reports/recording/reader.h"

char *vt__top_text(const char *text);

/* A program with its arguments: of an interpreter they say what runs. */
char *vt__top_program(const struct vt__recording *recording);

/* The site of a stack and who called it: two of a program may be one line of a helper. NULL also
 * where no name is known. */
char *vt__top_site(const struct vt__frames *frames);

#endif
