/* Asks for limits that the driver keeps. */
#include "config.h"

#include "preload/recorder/limits.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "ledger/limits.h"
#include "preload/driver/nvml.h"

#define CGROUPS "/sys/fs/cgroup"
#define CGROUP_LINE "0::/" /* of the unified hierarchy, in /proc/self/cgroup */

/* Returns false if it cannot be read. */
static bool read_text(const char *path, char *text, size_t room)
{
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (file < 0)
		return false;
	length = read(file, text, room - 1);
	close(file);
	text[length > 0 ? length : 0] = '\0';
	return length > 0;
}

/* The folder of the process's cgroup; of the root where that is not told. */
static void find_folder(char folder[PATH_MAX])
{
	char text[PATH_MAX];
	const char *line = text;

	strcpy(folder, CGROUPS);
	if (!read_text("/proc/self/cgroup", text, sizeof(text)))
		return;
	while (line && strncmp(line, CGROUP_LINE, strlen(CGROUP_LINE)) != 0) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (!line)
		return;
	line += strlen(CGROUP_LINE) - 1;
	text[strcspn(line, "\n") + (size_t)(line - text)] = '\0';
	if (strlen(line) > 1 && strlen(CGROUPS) + strlen(line) < PATH_MAX)
		strcat(folder, line);
}

static void enter(struct vt__ledger *ledger, uint32_t finding, enum vt_limit what, const char *name,
		  const struct vt__nvml_limit *limit)
{
	const struct vt__known_limit known = {.finding = finding,
					      .what = what,
					      .name = name,
					      .hard_bytes = limit->hard_bytes,
					      .soft_bytes = limit->soft_bytes,
					      .used_bytes = limit->used_bytes};

	vt__ledger_limit(ledger, &known);
}

/* Up to the root: a limit above holds too, and the nearest is told. */
static void tell_cgroup(struct vt__ledger *ledger, const uint8_t uuid[16], uint32_t finding)
{
	struct vt__nvml_limit limit;
	char folder[PATH_MAX];

	find_folder(folder);
	while (strlen(folder) >= strlen(CGROUPS)) {
		if (vt__nvml_limit(uuid, folder, &limit)) {
			enter(ledger, finding, VT_LIMIT_CGROUP, folder, &limit);
			return;
		}
		*strrchr(folder, '/') = '\0';
	}
}

void vt__limits_tell(struct vt__ledger *ledger, const struct vt__driver *driver, int32_t device,
		     uint32_t finding)
{
	struct vt__nvml_limit physical = {.soft_bytes = VT_FORMAT_UNKNOWN,
					  .used_bytes = VT_FORMAT_UNKNOWN};
	CUuuid uuid;

	if (!driver->cuDeviceGetUuid_v2 ||
	    driver->cuDeviceGetUuid_v2(&uuid, device) != CUDA_SUCCESS)
		return;
	if (vt__nvml_total((const uint8_t *)uuid.bytes, &physical.hard_bytes))
		enter(ledger, finding, VT_LIMIT_PHYSICAL, NULL, &physical);
	tell_cgroup(ledger, (const uint8_t *)uuid.bytes, finding);
}
