/*
 * Where each version of CPython keeps what a walk reads: a row for each version.
 *
 * Numbers are offsets in bytes unless it is said; 0: the version has no such field.
 */
#ifndef VT_PYTHON_LAYOUT_H
#define VT_PYTHON_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/* How the thread leads to its innermost frame. */
enum vt__python_chain {
	VT__CHAIN_OBJECTS, /* frame objects, nothing of the eval loops */
	VT__CHAIN_LOOPS,   /* frame objects; beside them a list with an entry for each eval loop */
	VT__CHAIN_CFRAME,  /* such a list leads to the frames; a flag ends those of a loop */
	VT__CHAIN_ENTRIES, /* the same list; a frame of its own ends those of a loop */
	VT__CHAIN_DIRECT,  /* the last without the list */
};

/* How positions are told, and what the line table is like. */
enum vt__python_lines {
	VT__LINES_PAIRS,  /* signed bytes from line to line, offsets in bytes */
	VT__LINES_RANGES, /* the same in ranges, some of them without a line; offsets in words */
	VT__LINES_CODED,  /* entries of varying length; the position is an address */
};

struct vt__python_layout {
	uint8_t minor; /* of version 3 */
	bool is_free_threaded;
	uint8_t chain; /* enum vt__python_chain */
	uint8_t lines; /* enum vt__python_lines */
	uint16_t object_type;
	uint16_t object_size; /* of a variable-sized one: its count */
	uint16_t thread_chain;
	uint16_t thread_loops; /* of LOOPS: the list */
	uint16_t loop_frame;   /* of an entry of the list: current frame, next entry further out */
	uint16_t loop_previous;
	uint16_t frame_code;
	uint16_t frame_previous;
	uint16_t frame_position;
	uint16_t frame_owner; /* a byte; of CFRAME: the flag */
	uint16_t frame_trace; /* of frame objects: the trace function, and the line of now */
	uint16_t frame_line;
	uint16_t frame_copy; /* index of the thread's own copy of the bytecode, 32 bits */
	uint16_t code_bytes; /* tp_basicsize of the code type */
	uint16_t code_first_line;
	uint16_t code_file;
	uint16_t code_name; /* qualified where there is such a one */
	uint16_t code_table;
	uint16_t code_version; /* 32 bits */
	uint16_t code_begin;   /* of the bytecode */
	uint16_t
		code_traceable; /* units before the first that Python shows the frame at, 32 bits */
	uint16_t code_copies;
	uint16_t string_length;
	uint16_t string_state;
	uint16_t string_ascii;   /* data of a string of ASCII characters */
	uint16_t string_compact; /* of others */
	uint8_t string_kind;     /* bit of the state word that the kind begins with */
	uint16_t bytes_data;
	uint16_t finalizing; /* in the runtime; 0: the interpreter's own description tells */
	uint16_t
		debug_chain; /* in that description: the offset of thread_chain; 0: there is none */
};

/* NULL: the version is not known. */
const struct vt__python_layout *vt__python_layout_of(unsigned major, unsigned minor,
						     bool is_free_threaded);

/* Compares the row with what the interpreter says of its code type, and of itself where it does.
 * NULL if they agree, else what does not. */
const char *vt__python_layout_fault(const struct vt__python_layout *layout, uintptr_t code_type,
				    uintptr_t runtime);

#endif
