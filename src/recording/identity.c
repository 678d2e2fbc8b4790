/*
 * Reads who this process is: ids, command, program, host, clocks, rank.
 */
#include "config.h"

#include "recording/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/process_stat.h"
#include "base/text.h"
#include "recording/format.h"

/* Bytes of a launcher's variable that are kept: anything may stand in it. */
#define LAUNCH_VALUE_BYTES 96
#define ARGUMENT_SEPARATOR '\x1f'

/* Reads at most room - 1 bytes and ends them with NUL; returns how many. */
static size_t read_file(const char *path, char *bytes, size_t room)
{
	size_t length = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	bytes[0] = '\0';
	if (fd < 0)
		return 0;
	while (length < room - 1) {
		ssize_t got = read(fd, bytes + length, room - 1 - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	close(fd);
	bytes[length] = '\0';
	return length;
}

static void read_link(const char *path, char *target, size_t room)
{
	ssize_t length = readlink(path, target, room - 1);

	target[length > 0 ? length : 0] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* "01234567-89ab-..." to 16 bytes. */
static void parse_uuid(const char *text, uint8_t *uuid)
{
	for (unsigned digits = 0; *text && digits < 32; text++) {
		int digit = hex_digit(*text);

		if (digit < 0)
			continue;
		uuid[digits / 2] = (uint8_t)(uuid[digits / 2] << 4 | digit);
		digits++;
	}
}

static void read_command(char *command)
{
	size_t length = read_file("/proc/self/cmdline", command, VT__COMMAND_BYTES);

	while (length && command[length - 1] == '\0')
		length--;
	for (size_t i = 0; i < length; i++)
		if (command[i] == '\0')
			command[i] = ARGUMENT_SEPARATOR;
}

/* ---- Launchers ------------------------------------------------------------- */

static bool has_variable(const char *launch, const char *name)
{
	const size_t length = strlen(name);

	while (launch) {
		launch += *launch == ARGUMENT_SEPARATOR;
		if (!strncmp(launch, name, length) && launch[length] == '=')
			return true;
		launch = strchr(launch, ARGUMENT_SEPARATOR);
	}
	return false;
}

static void add_variable(struct vt__text *launch, const char *name)
{
	const char *value = *name ? getenv(name) : NULL;
	char kept[LAUNCH_VALUE_BYTES + 1];
	size_t length = 0;

	if (!value || has_variable(launch->bytes, name))
		return;
	for (; length < LAUNCH_VALUE_BYTES && value[length]; length++)
		kept[length] = (unsigned char)value[length] < ' ' ? '?' : value[length];
	kept[length] = '\0';
	if (launch->length)
		vt__text_add(launch, "\x1f");
	vt__text_add(launch, name);
	vt__text_add(launch, "=");
	vt__text_add(launch, kept);
}

/* The environment as it is now: programs that start their own ranks by fork set
 * the variables themselves. */
static void read_launch(struct vt__text *launch)
{
#define VT_LAUNCHER(id, json, words, sized, rank, size, local, job, step)                          \
	rank, size, local, job, step,
#define VT_SETTING(name) name,
	static const char *const names[] = {VT_LAUNCHERS(VT_LAUNCHER) VT_SETTINGS(VT_SETTING)
						    VT_LIMIT_SETTINGS(VT_SETTING)};
#undef VT_SETTING
#undef VT_LAUNCHER

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		add_variable(launch, names[i]);
}

/* That of its first thread, which is the same; for emulators (qemu-user) make /proc/self/stat up,
 * with another one than the kernel tells those who ask for this process. */
static uint64_t start_ticks(void)
{
	char path[64], text[1024], state;
	uint64_t ticks = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)getpid());
	if (read_file(path, text, sizeof(text)) || read_file("/proc/self/stat", text, sizeof(text)))
		(void)vt__process_stat(text, &state, &ticks);
	return ticks;
}

void vt__process_read(struct vt__process *process, const struct vt__birth *noted)
{
	struct utsname host;
	char text[1024];

	memset(process, 0, sizeof(*process));
	process->birth = *noted;
	process->start_ticks = start_ticks();
	if (noted->pid != (uint32_t)getpid())
		vt__birth_estimate(&process->birth, process->start_ticks);
	if (read_file("/proc/sys/kernel/random/boot_id", text, sizeof(text)))
		parse_uuid(text, process->boot_id);
	if (uname(&host) == 0)
		memcpy(process->host, host.nodename,
		       strnlen(host.nodename, sizeof(process->host) - 1));
	read_link("/proc/self/exe", process->program, sizeof(process->program));
	if (!getcwd(process->working_directory, sizeof(process->working_directory)))
		process->working_directory[0] = '\0';
	read_command(process->command);
	read_launch(&VT__TEXT(process->launch));
}
