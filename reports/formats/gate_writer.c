/*
 * The table of the gate's formats.
 */
#include "config.h"

#include "reports/formats/gate_writer.h"

#include <string.h>

static const struct vt__gate_writer writers[] = {
#define VT__GATE_WRITER(name, description) {#name, description, vt__gate_write_##name},
	VT__GATE_WRITERS(VT__GATE_WRITER)
#undef VT__GATE_WRITER
};

const struct vt__gate_writer *vt__gate_writer(const char *name)
{
	for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++)
		if (!strcmp(writers[i].name, name))
			return &writers[i];
	return NULL;
}

const char *vt__gate_formats(void)
{
#define VT__GATE_WRITER(name, description) ", " #name
	static const char names[] = VT__GATE_WRITERS(VT__GATE_WRITER);
#undef VT__GATE_WRITER

	return names + strlen(", ");
}
