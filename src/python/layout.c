/*
 * The layouts of CPython 3.8 to 3.14, and what tells that an interpreter has another.
 *
 * Those of 3.8 to 3.13 are from the debug information of their builds, 3.13 without the GIL from
 * its headers; 3.14 was read, and run as Debian builds it.
 */
#include "config.h"

#include "base/python_versions.h"
#include "python/layout.h"

#include <stddef.h>
#include <string.h>

#include "python/reads.h"

#define OBJECT                                                                                     \
	.object_type = 8, .object_size = 16, .bytes_data = 32, .string_length = 16,                \
	.string_state = 32
#define OBJECT_FREE                                                                                \
	.is_free_threaded = true, .object_type = 24, .object_size = 32, .bytes_data = 48,          \
	.string_length = 32, .string_state = 48
#define STRING_OLD .string_ascii = 48, .string_compact = 72, .string_kind = 2
#define STRING .string_ascii = 40, .string_compact = 56, .string_kind = 2
#define STRING_FREE .string_ascii = 56, .string_compact = 72
#define CODE_OLD                                                                                   \
	.code_bytes = 176, .code_first_line = 40, .code_file = 104, .code_name = 112,              \
	.code_table = 120
#define CODE .code_file = 112, .code_name = 128, .code_table = 136
#define CODE_FREE                                                                                  \
	.code_first_line = 84, .code_file = 128, .code_name = 144, .code_table = 152,              \
	.code_version = 108
#define FRAME .frame_code = 0, .frame_previous = 8, .frame_position = 56

static const struct vt__python_layout layouts[] = {
	{.minor = 8,
	 .chain = VT__CHAIN_OBJECTS,
	 .lines = VT__LINES_PAIRS,
	 OBJECT,
	 STRING_OLD,
	 CODE_OLD,
	 .thread_chain = 24,
	 .frame_code = 32,
	 .frame_previous = 24,
	 .frame_position = 104,
	 .frame_trace = 80,
	 .frame_line = 108,
	 .finalizing = 16},
	{.minor = 9,
	 .chain = VT__CHAIN_OBJECTS,
	 .lines = VT__LINES_PAIRS,
	 OBJECT,
	 STRING_OLD,
	 CODE_OLD,
	 .thread_chain = 24,
	 .frame_code = 32,
	 .frame_previous = 24,
	 .frame_position = 104,
	 .frame_trace = 80,
	 .frame_line = 108,
	 .finalizing = 16},
	{.minor = 10,
	 .chain = VT__CHAIN_LOOPS,
	 .lines = VT__LINES_RANGES,
	 OBJECT,
	 STRING_OLD,
	 CODE_OLD,
	 .thread_chain = 24,
	 .thread_loops = 48,
	 .loop_previous = 8,
	 .frame_code = 32,
	 .frame_previous = 24,
	 .frame_position = 96,
	 .frame_trace = 72,
	 .frame_line = 100,
	 .finalizing = 16},
	{.minor = 11,
	 .chain = VT__CHAIN_CFRAME,
	 .lines = VT__LINES_CODED,
	 OBJECT,
	 STRING_OLD,
	 CODE,
	 .thread_chain = 56,
	 .loop_frame = 8,
	 .loop_previous = 16,
	 .frame_code = 32,
	 .frame_previous = 48,
	 .frame_position = 56,
	 .frame_owner = 68,
	 .code_bytes = 184,
	 .code_first_line = 72,
	 .code_begin = 184,
	 .code_traceable = 168,
	 .finalizing = 24},
	{.minor = 12,
	 .chain = VT__CHAIN_ENTRIES,
	 .lines = VT__LINES_CODED,
	 OBJECT,
	 STRING,
	 CODE,
	 FRAME,
	 .thread_chain = 56,
	 .loop_frame = 0,
	 .loop_previous = 8,
	 .frame_owner = 70,
	 .code_bytes = 192,
	 .code_first_line = 68,
	 .code_version = 92,
	 .code_begin = 192,
	 .code_traceable = 176,
	 .finalizing = 24},
	{.minor = 13,
	 .chain = VT__CHAIN_DIRECT,
	 .lines = VT__LINES_CODED,
	 OBJECT,
	 STRING,
	 CODE,
	 FRAME,
	 .thread_chain = 72,
	 .frame_owner = 70,
	 .code_bytes = 200,
	 .code_first_line = 68,
	 .code_version = 92,
	 .code_begin = 200,
	 .code_traceable = 184,
	 .debug_chain = 184},
	{.minor = 13,
	 .chain = VT__CHAIN_DIRECT,
	 .lines = VT__LINES_CODED,
	 OBJECT_FREE,
	 STRING_FREE,
	 CODE_FREE,
	 FRAME,
	 .string_kind = 2,
	 .thread_chain = 72,
	 .frame_owner = 70,
	 .code_bytes = 216,
	 .code_begin = 216,
	 .code_traceable = 200,
	 .debug_chain = 184},
	{.minor = 14,
	 .chain = VT__CHAIN_DIRECT,
	 .lines = VT__LINES_CODED,
	 OBJECT,
	 STRING,
	 CODE,
	 FRAME,
	 .thread_chain = 72,
	 .frame_owner = 74,
	 .code_bytes = 208,
	 .code_first_line = 68,
	 .code_version = 92,
	 .code_begin = 208,
	 .code_traceable = 192,
	 .debug_chain = 208},
	{.minor = 14,
	 .chain = VT__CHAIN_DIRECT,
	 .lines = VT__LINES_CODED,
	 OBJECT_FREE,
	 STRING_FREE,
	 CODE_FREE,
	 FRAME,
	 .string_kind = 8,
	 .thread_chain = 72,
	 .frame_owner = 78,
	 .frame_copy = 72,
	 .code_bytes = 232,
	 .code_begin = 232,
	 .code_traceable = 208,
	 .code_copies = 224,
	 .debug_chain = 208},
};

const struct vt__python_layout *vt__python_layout_of(unsigned major, unsigned minor,
						     bool is_free_threaded)
{
	if (minor < VT_PYTHON_MINOR_FIRST || minor > VT_PYTHON_MINOR_LAST)
		return NULL;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (major == 3 && layouts[i].minor == minor &&
		    layouts[i].is_free_threaded == is_free_threaded)
			return &layouts[i];
	return NULL;
}

/* ---- The code type's own description ----------------------------------------------- */

/* Of a type, behind the object's header: offsets of tp_basicsize and tp_members; of a row of the
 * latter: its name first, the offset, the row's size. */
enum {
	TYPE_BYTES = 32,
	TYPE_MEMBERS = 240,
	HEADER = 16, /* in these */
	MEMBER_OFFSET = 16,
	MEMBER_BYTES = 40,
	MEMBERS_MOST = 64
};

VT__READS_FOREIGN static bool is_named(uintptr_t name, const char *wanted)
{
	for (;; name++, wanted++) {
		if (*(const char *)name != *wanted)
			return false;
		if (!*wanted)
			return true;
	}
}

static const char *members_fault(const struct vt__python_layout *layout, uintptr_t row)
{
	const bool is_old = layout->lines != VT__LINES_CODED;
	const struct {
		const char *name;
		uint16_t offset;
	} wanted[] = {
		{"co_filename", layout->code_file},
		{is_old ? "co_name" : "co_qualname", layout->code_name},
		{"co_firstlineno", layout->code_first_line},
		{layout->lines == VT__LINES_PAIRS ? "co_lnotab" : "co_linetable",
		 layout->code_table},
	};
	unsigned seen = 0;

	for (unsigned i = 0; i < MEMBERS_MOST && vt__read_word(row); i++, row += MEMBER_BYTES)
		for (size_t k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++) {
			if (!is_named(vt__read_word(row), wanted[k].name))
				continue;
			if (vt__read_word(row + MEMBER_OFFSET) != wanted[k].offset)
				return "its code objects are laid out in another way";
			seen |= 1u << k;
		}
	return seen == 0xf ? NULL : "its code objects have other members";
}

/* ---- The interpreter's description of itself ------------------------------------------ */

/* From the offset of the thread's chain on, in words of 8 bytes: what is compared. */
static const char *debug_fault(const struct vt__python_layout *layout, uintptr_t runtime)
{
	const struct {
		uint16_t at;
		uint16_t offset;
	} wanted[] = {
		{0, layout->thread_chain}, {48, layout->frame_previous},
		{56, layout->frame_code},  {64, layout->frame_position},
		{80, layout->frame_owner},
	};

	if (!layout->debug_chain)
		return NULL;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (vt__read_word(runtime + layout->debug_chain + wanted[i].at) != wanted[i].offset)
			return "its frames are laid out in another way";
	return NULL;
}

const char *vt__python_layout_fault(const struct vt__python_layout *layout, uintptr_t code_type,
				    uintptr_t runtime)
{
	uintptr_t body = code_type + layout->object_size - HEADER;
	const char *fault;

	if (vt__read_word(body + TYPE_BYTES) != layout->code_bytes)
		return "its code objects are of another size";
	fault = members_fault(layout, vt__read_word(body + TYPE_MEMBERS));
	return fault ? fault : debug_fault(layout, runtime);
}
