/*
 * Writes the made judgement, and one without a finding, in each format that has a
 * schema: usage: gate_documents FOLDER.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/gate_sample.h"

static int put(const struct vt__gate *gate, const char *folder, const char *name,
	       const char *format)
{
	char path[512], *text = gate_sample_write(gate, format);
	FILE *out;
	int error;

	snprintf(path, sizeof(path), "%s/%s.%s", folder, name, format);
	out = fopen(path, "w");
	error = !out || fputs(text, out) < 0;
	if (out)
		error |= fclose(out);
	free(text);
	if (error)
		perror(path);
	return error;
}

int main(int count, char **arguments)
{
	static const char *const formats[] = {"junit", "sarif", "gitlab", "markdown", "github"};
	struct gate_sample sample, clean, lost;
	char path[512];
	size_t i;
	int error = 0;

	if (count != 2)
		return 2;
	snprintf(path, sizeof(path), "%s/a.vramtrack", arguments[1]);
	gate_sample_make(&sample, path);
	gate_sample_make(&clean, path);
	gate_sample_empty(&clean, VT__VERDICT_CLEAN, "nothing leaked");
	gate_sample_make(&lost, path);
	gate_sample_empty(&lost, VT__VERDICT_UNCOVERED, "no recording where one was expected");
	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		error |= put(&sample.gate, arguments[1], "findings", formats[i]);
		error |= put(&clean.gate, arguments[1], "clean", formats[i]);
		error |= put(&lost.gate, arguments[1], "lost", formats[i]);
	}
	gate_sample_free(&sample);
	gate_sample_free(&clean);
	gate_sample_free(&lost);
	return error;
}
