/*
 * One pattern of a rule about frames, and whether a frame is meant by it.
 */
#include "config.h"

#include "reports/names/frame_pattern.h"

#include <string.h>

#include "reports/text/glob.h"

bool vt__frame_pattern_parse(const char *text, size_t bytes, struct vt__frame_pattern *out)
{
	static const char *const keys[] = {
#define VT__PART(id, key) [VT__PART_##id] = key,
		VT__PARTS(VT__PART)
#undef VT__PART
	};

	*out = (struct vt__frame_pattern){.part = VT__PART_ANY};
	for (unsigned part = 0; part < VT__PART_ANY; part++) {
		const size_t letters = strlen(keys[part]);

		if (bytes < letters || memcmp(text, keys[part], letters))
			continue;
		out->part = (enum vt__frame_part)part;
		text += letters;
		bytes -= letters;
		break;
	}
	out->pattern = text;
	out->bytes = bytes;
	return bytes;
}

static bool text_matches(const struct vt__frame_pattern *pattern, const char *text)
{
	return text && vt__glob_matches(pattern->pattern, pattern->bytes, text);
}

/* A path and its last part: "^lib" begins a library's name, wherever it is installed. */
static bool path_matches(const struct vt__frame_pattern *pattern, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return text_matches(pattern, path) || (slash && text_matches(pattern, slash + 1));
}

bool vt__frame_pattern_matches(const struct vt__frame_pattern *pattern,
			       const struct vt__frame *frame)
{
	const bool any = pattern->part == VT__PART_ANY;

	return ((any || pattern->part == VT__PART_FUNCTION) &&
		text_matches(pattern, frame->function)) ||
	       ((any || pattern->part == VT__PART_FILE) && path_matches(pattern, frame->file)) ||
	       ((any || pattern->part == VT__PART_MODULE) && path_matches(pattern, frame->module));
}
