/*
 * What `vramtrack doctor` found out, a row for each check: whether this machine and this program
 * can be tracked, and what to do.
 */
#ifndef VT_CLI_DOCTOR_H
#define VT_CLI_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/elf_facts.h"
#include "cli/loads.h"

/* As in the JSON document. */
#define VT__STATES(STATE) STATE(OK, "ok") STATE(ATTENTION, "attention") STATE(OBSTACLE, "obstacle")

enum vt__state {
#define STATE(id, word) VT__STATE_##id,
	VT__STATES(STATE)
#undef STATE
	VT__STATE_COUNT
};

struct vt__doctor_row {
	const char *check;
	enum vt__state state;
	char *found;
	char *advice; /* NULL: nothing is to be done */
};

struct vt__doctor {
	const char *output; /* folder for recordings */
	bool simulate;
	char *const *argv; /* the program and its arguments; NULL: the machine alone */

	char *shim, *simulate_folder; /* NULL: not found */
	char *program;                /* the file found for argv[0] */
	char *binary;                 /* the file that is executed in the end */
	struct vt__elf_facts facts;   /* of it */
	struct vt__loads loads;       /* what it loads */

	struct vt__doctor_row *rows;
	size_t count;
	bool failed; /* out of memory */
};

/* Adds a row. `advice` is copied; NULL: none. */
void vt__doctor_add(struct vt__doctor *doctor, const char *check, enum vt__state state,
		    const char *advice, const char *found, ...)
	__attribute__((format(printf, 5, 6)));

/* Adds a row with a line that another command says ("what: why; what to do"), and frees it. */
void vt__doctor_add_said(struct vt__doctor *doctor, const char *check, enum vt__state state,
			 char *line);

/* The parts. The program is found before; what it is and loads follows. */
void vt__doctor_machine(struct vt__doctor *doctor);
void vt__doctor_environment(struct vt__doctor *doctor);
void vt__doctor_program(struct vt__doctor *doctor);

/* Of the last: sets `binary`. */
void vt__doctor_find_binary(struct vt__doctor *doctor);

/* The gravest of all rows, and how many have it. */
enum vt__state vt__doctor_worst(const struct vt__doctor *doctor, size_t *count_out);

/* Return 0 or -errno. */
int vt__doctor_text(const struct vt__doctor *doctor, FILE *out);
int vt__doctor_json(const struct vt__doctor *doctor, FILE *out);

void vt__doctor_free(struct vt__doctor *doctor);

#endif
