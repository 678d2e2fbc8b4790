/*
 * Whether the process that a recording names is still alive, by /proc.
 */
#include "config.h"

#include "reports/recording/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/process_stat.h"
#include "reports/text/path.h"

static bool read_boot_id(uint8_t id[16])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	unsigned digits = 0;
	int c;

	if (!file)
		return false;
	memset(id, 0, 16);
	while (digits < 32 && (c = fgetc(file)) != EOF) {
		const char text[2] = {(char)c, '\0'};
		char *end;
		const unsigned long digit = strtoul(text, &end, 16);

		if (end == text)
			continue;
		id[digits / 2] = (uint8_t)(id[digits / 2] << 4 | digit);
		digits++;
	}
	fclose(file);
	return digits == 32;
}

bool vt__process_is_local(const struct vt_format_header *header)
{
	static const uint8_t unknown[16];
	uint8_t id[16];

	return memcmp(header->boot_id, unknown, sizeof(unknown)) && read_boot_id(id) &&
	       !memcmp(header->boot_id, id, sizeof(id));
}

static bool read_stat(uint32_t pid, char *state, uint64_t *start_ticks)
{
	char path[64], line[1024];
	FILE *file;
	bool got;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	got = fgets(line, sizeof(line), file);
	fclose(file);
	return got && vt__process_stat(line, state, start_ticks);
}

/* File systems differ in the inode that maps shows, so the name counts too. */
static bool line_is_mapping_of(const char *line, ino_t inode, const char *name)
{
	uint64_t mapped_inode;
	const char *slash;

	if (sscanf(line, "%*s %*s %*s %*s %" SCNu64, &mapped_inode) == 1 && mapped_inode &&
	    mapped_inode == (uint64_t)inode)
		return true;
	slash = strrchr(line, '/');
	return slash && !strcmp(slash + 1, name);
}

/* Whether the process maps the recording; true if that cannot be told. */
static bool has_mapped(uint32_t pid, ino_t inode, const char *path)
{
	const char *name = vt__last_part(path);
	char maps[64], *line = NULL;
	size_t capacity = 0, lines = 0;
	bool found = false;
	FILE *file;

	snprintf(maps, sizeof(maps), "/proc/%" PRIu32 "/maps", pid);
	file = fopen(maps, "re");
	if (!file)
		return true;
	for (; !found && getline(&line, &capacity, file) > 0; lines++) {
		line[strcspn(line, "\n")] = '\0';
		found = line_is_mapping_of(line, inode, name);
	}
	free(line);
	fclose(file);
	return found || !lines;
}

bool vt__process_is_alive(const struct vt_format_header *header, ino_t inode, const char *path)
{
	uint64_t start_ticks;
	char state;

	return vt__process_is_local(header) && read_stat(header->pid, &state, &start_ticks) &&
	       start_ticks == header->process_start_ticks && state != 'Z' && state != 'X' &&
	       has_mapped(header->pid, inode, path);
}
