/*
 * Files by which NVIDIA's driver reaches its devices, on any kind of machine.
 */
#ifndef VT_BASE_DEVICE_FILES_H
#define VT_BASE_DEVICE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static inline bool vt__is_device_file(const char *path)
{
	return strncmp(path, "/dev/nv", 7) == 0 || strncmp(path, "/dev/dxg", 8) == 0;
}

/* Whether there are such at all: a driver by another name, one that reaches a device over the
 * network say, opens none. Changes errno. */
static inline bool vt__has_device_files(void)
{
	/* of a server, of WSL, of a Jetson */
	static const char *const files[] = {"/dev/nvidiactl", "/dev/dxg", "/dev/nvmap"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (access(files[i], F_OK) == 0)
			return true;
	return false;
}

#endif
