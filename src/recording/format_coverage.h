/*
 * The part of the recording's format about what called the recorder, and about
 * the ways to the driver.
 */
#ifndef VT_LEDGER_FORMAT_COVERAGE_H
#define VT_LEDGER_FORMAT_COVERAGE_H

#include <stdint.h>

/* What called the recorder: VT_SOURCE(identifier, name in JSON, words in text) */
#define VT_SOURCES(VT_SOURCE)                                                                      \
	VT_SOURCE(PRELOAD, "preload", "LD_PRELOAD")                                                \
	VT_SOURCE(CUPTI, "cupti", "CUPTI callbacks")

enum vt_source {
#define VT_SOURCE(id, json, words) VT_SOURCE_##id,
	VT_SOURCES(VT_SOURCE)
#undef VT_SOURCE
	VT_SOURCE_COUNT
};

/* How often a door to the driver was gone through.
 * VT_DOOR(identifier, name in JSON, what a report says after the count; "(s)" where it is not one)
 */
#define VT_DOORS(VT_DOOR)                                                                          \
	VT_DOOR(DLSYM, "dlsym", "look-up(s) by dlsym of names the shim wraps")                     \
	VT_DOOR(PROC_ADDRESS, "proc_address", "look-up(s) by cuGetProcAddress")                    \
	VT_DOOR(WRAPPERS, "wrappers", "of the look-ups answered with a wrapper")                   \
	VT_DOOR(AUDIT, "audit", "binding(s) redirected by the audit object")                       \
	VT_DOOR(CALLBACKS, "callbacks", "driver call(s) told by CUPTI")                            \
	VT_DOOR(CALLS, "calling_threads", "thread(s) that called the driver through a wrapper")

enum vt_door {
#define VT_DOOR(id, json, words) VT_DOOR_##id,
	VT_DOORS(VT_DOOR)
#undef VT_DOOR
	VT_DOOR_COUNT
};
#define VT_FORMAT_DOORS_MAX 16
_Static_assert(VT_DOOR_COUNT <= VT_FORMAT_DOORS_MAX, "the header has room for all doors");

/* A way to the driver that the shim found in the process, most when it ended; or code with memory
 * of its own, found when it was loaded.
 * VT_PASSAGE(identifier, name in JSON, covered, words in text, what to do about it; "" is nothing)
 */
#define VT_PASSAGES(VT_PASSAGE)                                                                    \
	VT_PASSAGE(DRIVER, "driver", 1, "driver, reached", "")                                     \
	VT_PASSAGE(DRIVER_UNREACHED, "driver_unreached", 0, "a driver whose calls were not seen",  \
		   "--route=audit reaches more")                                                   \
	VT_PASSAGE(OBJECT_UNREACHED, "object_unreached", 0,                                        \
		   "bound to the driver past the shim (RTLD_DEEPBIND, dlmopen)",                   \
		   "--route=audit reaches it")                                                     \
	VT_PASSAGE(NEWER_ABI, "newer_abi", 0,                                                      \
		   "reached by an ABI that this vramtrack does not know",                          \
		   "a newer vramtrack may know it")                                                \
	VT_PASSAGE(IN_FRONT, "in_front", 0,                                                        \
		   "stands in front of the shim and leads calls to the driver past it",            \
		   "--route=audit reaches what is behind it")                                      \
	VT_PASSAGE(DEVICE_HEAP, "device_heap", 1,                                                  \
		   "its kernels use malloc or new: what leaks inside of the device heap is not "   \
		   "seen",                                                                         \
		   "")                                                                             \
	VT_PASSAGE(DEVICE_HEAP_UNKNOWN, "device_heap_unknown", 1,                                  \
		   "whether its kernels use malloc or new is not known: its images are "           \
		   "compressed, or of an unknown form",                                            \
		   "")                                                                             \
	VT_PASSAGE(DEVICE_HEAP_UNREAD, "device_heap_unread", 1,                                    \
		   "whether its kernels use malloc or new is not known: its images could not be "  \
		   "read, since the system refused that (process_vm_readv, or the file)",          \
		   "")                                                                             \
	VT_PASSAGE(DEVICE_HEAP_UNTRIED, "device_heap_untried", 1,                                  \
		   "whether its kernels use malloc or new is not known: looking at images had "    \
		   "taken as long as it may",                                                      \
		   "")

enum vt_passage {
#define VT_PASSAGE(id, json, covered, words, remedy) VT_PASSAGE_##id,
	VT_PASSAGES(VT_PASSAGE)
#undef VT_PASSAGE
	VT_PASSAGE_COUNT
};

/* Whether it is no way to the driver, but code that memory of its own is handed out to. */
#define VT_PASSAGE_IS_CODE(passage)                                                                \
	((passage) >= VT_PASSAGE_DEVICE_HEAP && (passage) <= VT_PASSAGE_DEVICE_HEAP_UNTRIED)

struct vt_format_passage {
	uint32_t passage; /* enum vt_passage */
	uint32_t path;    /* string: of the library */
	uint32_t symbol;  /* string: a name found bound past the shim, VT_FORMAT_NONE if none */
	uint32_t version; /* of CUDA, as asked for: 13010 is 13.1; 0: not by version */
};

#endif
