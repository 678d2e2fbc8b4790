/*
 * Reads tests/array_sizes.tsv.
 */
#include "config.h"

#include "tests/array_sizes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	CUarray_format format;
} formats[] = {
	{"u8", CU_AD_FORMAT_UNSIGNED_INT8},  {"h16", CU_AD_FORMAT_HALF},
	{"f32", CU_AD_FORMAT_FLOAT},         {"bc1", CU_AD_FORMAT_BC1_UNORM},
	{"bc3", CU_AD_FORMAT_BC3_UNORM},     {"bc7", CU_AD_FORMAT_BC7_UNORM},
	{"n8x4", CU_AD_FORMAT_UNORM_INT8X4}, {"n16x2", CU_AD_FORMAT_UNORM_INT16X2},
};

static bool find_format(const char *name, CUarray_format *out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) != 0)
			continue;
		*out = formats[i].format;
		return true;
	}
	return false;
}

static bool read_row(const char *line, struct array_size *row)
{
	char what[16], format[16];

	memset(row, 0, sizeof(*row));
	snprintf(row->line, sizeof(row->line), "%.*s", (int)strcspn(line, "\n"), line);
	if (sscanf(line, "%15s %15s %u %zu %zu %zu %u %u %u %" SCNu64, what, format,
		   &row->shape.NumChannels, &row->shape.Width, &row->shape.Height,
		   &row->shape.Depth, &row->shape.Flags, &row->levels, &row->count,
		   &row->bytes) != 10)
		return false;
	row->is_taken = !strcmp(what, "taken");
	return find_format(format, &row->shape.Format);
}

int array_sizes_each(void (*each)(const struct array_size *row))
{
	const char *folder = getenv("srcdir");
	struct array_size row;
	char path[4096], line[256];
	int count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/array_sizes.tsv", folder ? folder : ".");
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		if (*line == '#')
			continue;
		if (!read_row(line, &row)) {
			fprintf(stderr, "%s: no row: %s", path, line);
			count = -1;
			break;
		}
		each(&row);
		count++;
	}
	fclose(file);
	return count;
}
