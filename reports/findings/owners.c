/*
 * Who the memory of a call site belongs to: the library nearest the driver.
 */
#include "config.h"

#include "reports/findings/owners.h"

#include <stdio.h>
#include <string.h>

#include "reports/text/path.h"

static const struct library {
	const char *begins, *owner;
} libraries[] = {
#define VT__LIBRARY_OWNER(begins, owner) {begins, owner},
	VT__LIBRARY_OWNERS(VT__LIBRARY_OWNER)
#undef VT__LIBRARY_OWNER
};

/* NULL: it is none of these. */
static const struct library *known(const char *file)
{
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		if (!strncmp(libraries[i].begins, file, strlen(libraries[i].begins)))
			return &libraries[i];
	}
	return NULL;
}

/* The name of a library that nobody knows: "libworker.so.3" is "libworker". */
static void name_after(const char *file, char *name, size_t size)
{
	const char *end = strstr(file, ".so");
	const size_t length = end && end > file ? (size_t)(end - file) : strlen(file);

	snprintf(name, size, "%.*s", (int)(length < size ? length : size - 1), file);
}

/* Whether the code says whose it is; then `name` is filled in. */
static bool says(const struct vt__process *process, uint64_t raw, char *name, size_t size)
{
	const struct vt__recording *recording = process->recording;
	const struct vt_format_module *module = vt__recording_module(recording,
								     VT_FORMAT_FRAME_MODULE(raw));
	const struct vt_format_header *header = vt__recording_header(recording);
	const struct library *library;
	const char *path, *file;

	if (!module || module->is_shim)
		return false;
	path = vt__raw_to_compare(vt__recording_string(recording, module->path));
	file = vt__last_part(path);
	library = known(file);
	if (library && !*library->owner)
		return false;
	if (library)
		snprintf(name, size, "%s", library->owner);
	else if (!strcmp(path,
			 vt__raw_to_compare(vt__recording_string(recording, header->program))) ||
		 !strstr(file, ".so"))
		snprintf(name, size, VT__THE_PROGRAM);
	else
		name_after(file, name, size);
	return true;
}

void vt__owner_of(const struct vt__process *process, uint32_t stack, char *name, size_t size)
{
	bool truncated;
	size_t count = 0;
	const uint64_t *frames = vt__stack_raw(process->stacks, stack, &count, &truncated);

	for (size_t i = 0; i < count; i++) {
		const uint32_t module = VT_FORMAT_FRAME_MODULE(frames[i]);

		if (module == VT_FORMAT_NO_MODULE || module == VT_FORMAT_SOURCE_MODULE)
			continue;
		if (says(process, frames[i], name, size))
			return;
	}
	snprintf(name, size, VT__THE_PROGRAM);
}
