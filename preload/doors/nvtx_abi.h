/*
 * What a library that NVTX loads (NVTX_INJECTION64_PATH) has to know of it: the
 * tables of functions that it may fill, and the attributes of an event. The
 * layout is that of NVTX 2 and 3; tests/hazards/nvtx.c is built with NVIDIA's
 * headers and compares.
 */
#ifndef VT_PRELOAD_NVTX_ABI_H
#define VT_PRELOAD_NVTX_ABI_H

#include <stddef.h>
#include <stdint.h>

/* Each of NVTX's functions calls a pointer of its own; a table has the places
 * of these pointers, NULL where the function is not in this NVTX. */
typedef void (*vt__nvtx_function)(void);
typedef vt__nvtx_function **vt__nvtx_table;

struct vt__nvtx_callbacks {
	size_t struct_size;
	int (*get_table)(int module, vt__nvtx_table *table, unsigned *size);
};

/* An export table by its number. There is one for each library with an NVTX in it. */
typedef const void *vt__nvtx_exports(uint32_t number);
#define VT__NVTX_CALLBACKS 1u

/* A message in an event. */
enum {
	VT__NVTX_ASCII = 1,
	VT__NVTX_REGISTERED = 3 /* `text` is what the string was registered as */
};

struct vt__nvtx_event {
	uint16_t version;
	uint16_t size;
	uint32_t category;
	int32_t color_type;
	uint32_t color;
	int32_t payload_type;
	int32_t reserved;
	uint64_t payload;
	int32_t message_type;
	const char *text;
};

/* The functions that name something, as VT__NVTX_FUNCTION(module, place, name).
 * Modules: 1, without a domain, and 5, with one. */
#define VT__NVTX_FUNCTIONS(VT__NVTX_FUNCTION)                                                      \
	VT__NVTX_FUNCTION(1, 1, mark_event)                                                        \
	VT__NVTX_FUNCTION(1, 2, mark_text)                                                         \
	VT__NVTX_FUNCTION(1, 4, start_event)                                                       \
	VT__NVTX_FUNCTION(1, 5, start_text)                                                        \
	VT__NVTX_FUNCTION(1, 8, push_event)                                                        \
	VT__NVTX_FUNCTION(1, 9, push_text)                                                         \
	VT__NVTX_FUNCTION(5, 1, domain_mark)                                                       \
	VT__NVTX_FUNCTION(5, 2, domain_start)                                                      \
	VT__NVTX_FUNCTION(5, 4, domain_push)                                                       \
	VT__NVTX_FUNCTION(5, 10, domain_register)

#define VT__NVTX_NO_TRACKING (-2) /* what pushing a range returns without a tool */

#endif
