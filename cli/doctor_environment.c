/* What `vramtrack doctor` says of the environment: variables, preloaded libraries, limits, room. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/options_table.h"
#include "cli/doctor.h"
#include "cli/environment.h"
#include "cli/folder.h"
#include "cli/message.h"
#include "cli/run_page.h"
#include "cli/shim_options.h"
#include "reports/files.h"

#define RECORDING_BYTES (UINT64_C(512) << 20) /* the default of the option recording */

#define SYSTEM_PRELOADS "/etc/ld.so.preload"

/* ---- Where recordings go ------------------------------------------------------------- */

/* Of a folder that is not there yet: the nearest above it that is. To free(). */
static char *nearest(const char *path)
{
	char *folder = strdup(path);

	while (folder && access(folder, F_OK) < 0) {
		char *slash = strrchr(folder, '/');

		if (!slash || slash == folder) {
			free(folder);
			return strdup(slash ? "/" : ".");
		}
		*slash = '\0';
	}
	return folder;
}

static void say_room(struct vt__doctor *doctor, const char *folder)
{
	struct statvfs room;
	struct statfs system;
	uint64_t bytes;

	if (statvfs(folder, &room) < 0 || statfs(folder, &system) < 0)
		return;
	bytes = (uint64_t)room.f_bavail * room.f_frsize;
	if (bytes < RECORDING_BYTES)
		vt__doctor_add(doctor, "recordings", VT__STATE_ATTENTION,
			       "--output=FOLDER for another one, or --option recording=64M",
			       "%s has %" PRIu64 " MiB left; a recording may grow to 512 MiB",
			       doctor->output, bytes >> 20);
	else if (system.f_type == TMPFS_MAGIC)
		vt__doctor_add(doctor, "recordings", VT__STATE_ATTENTION,
			       "--output=FOLDER for one on a disk",
			       "%s lies in memory: recordings take it from the program",
			       doctor->output);
	else
		vt__doctor_add(doctor, "recordings", VT__STATE_OK, NULL, "in %s, which has room",
			       doctor->output);
}

static void check_folder(struct vt__doctor *doctor)
{
	char *folder = nearest(doctor->output);
	int error = folder ? vt__folder_try(folder) : -ENOMEM;

	if (error)
		vt__doctor_add(doctor, "recordings", VT__STATE_OBSTACLE,
			       "--output=FOLDER for another folder",
			       "cannot write recordings in %s: %s", doctor->output,
			       strerror(-error));
	else
		say_room(doctor, folder);
	free(folder);
}

static void check_file_size(struct vt__doctor *doctor)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ||
	    limit.rlim_cur >= RECORDING_BYTES)
		return;
	vt__doctor_add(doctor, "file size", VT__STATE_ATTENTION, "ulimit -f unlimited",
		       "files may have %" PRIu64 " KiB: what does not fit is counted as lost",
		       (uint64_t)limit.rlim_cur >> 10);
}

/* ---- What the kernel lets us do ------------------------------------------------------ */

static void check_run_page(struct vt__doctor *doctor)
{
	struct vt__run_page page = {.file = -1, .second_file = -1};
	int error = vt__run_page_make(1, &page);

	if (error)
		vt__doctor_add(doctor, "processes", VT__STATE_ATTENTION,
			       "allow memfd_create in the container's seccomp profile",
			       "processes that nobody saw cannot be named: %s", strerror(-error));
	vt__run_page_release(&page);
}

/* 0: none; 1: strict; 2: a filter; -1: not known. */
static int seccomp_mode(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	int mode = -1;

	while (file && mode < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "Seccomp: %d", &mode) != 1)
			mode = -1;
	if (file)
		fclose(file);
	return mode;
}

static void check_sandbox(struct vt__doctor *doctor)
{
	const bool no_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
	const bool filtered = seccomp_mode() == 2;

	if (no_privileges || filtered)
		vt__doctor_add(doctor, "sandbox", VT__STATE_OK, NULL, "%s%s%s",
			       filtered ? "system calls are filtered" : "",
			       filtered && no_privileges ? "; " : "",
			       no_privileges ? "no program gains privileges" : "");
}

/* ---- Variables ----------------------------------------------------------------------- */

static void check_options(struct vt__doctor *doctor)
{
	const char *options = getenv(VT_OPTIONS_VARIABLE);
	char message[512];

	if (options && vt__shim_variable_check(options, message, sizeof(message)) < 0)
		vt__doctor_add(doctor, "options", VT__STATE_OBSTACLE,
			       "mend or unset " VT_OPTIONS_VARIABLE, "%s", message);
}

static void check_other_tools(struct vt__doctor *doctor)
{
	static const char *const variables[] = {VT__INJECTION_VARIABLE, VT__NVTX_VARIABLE};
	const char *audit = getenv("LD_AUDIT");

	for (size_t i = 0; i < 2; i++) {
		const char *tool = getenv(variables[i]);

		if (tool && *tool)
			vt__doctor_add(doctor, "other tools", VT__STATE_ATTENTION,
				       i ? "unset it for --option growth=nvtx:NAME"
					 : "unset it for --source=cupti and --verify; the wrappers "
					   "do not mind",
				       "%s names %s, and the driver loads one only", variables[i],
				       tool);
	}
	if (audit && *audit)
		vt__doctor_add(doctor, "other tools", VT__STATE_ATTENTION,
			       "unset it if stacks or calls are missing",
			       "LD_AUDIT names %s, which may lead calls past the shim", audit);
}

/* ---- Libraries in front -------------------------------------------------------------- */

/* What people meet in containers and clusters, by the beginning of the file's name. */
static const struct {
	const char *name, *what;
} interposers[] = {
	{"libvgpu.so", "HAMi-core, which limits GPU memory"},
	{"libcuinterpose", "cuinterpose"},
	{"libcuda-control", "vGPU-manager, which limits GPU memory"},
	{"libgemhook", "KubeShare, which shares GPUs"},
	{"libnvshare", "nvshare, which shares GPUs"},
};

static const char *known_interposer(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(interposers) / sizeof(interposers[0]); i++)
		if (strncmp(name, interposers[i].name, strlen(interposers[i].name)) == 0)
			return interposers[i].what;
	return NULL;
}

/* `first`: it stands before all others. */
static void look_at_preload(struct vt__doctor *doctor, const char *path, const char *where,
			    bool first)
{
	const char *interposer = known_interposer(path);
	struct vt__elf_facts facts;

	if (doctor->shim && strcmp(path, doctor->shim) == 0) {
		vt__doctor_add(doctor, "preloads", VT__STATE_OK, NULL,
			       "%s has the shim already; it is not added again", where);
		return;
	}
	if (strchr(path, '/') && vt__elf_facts_read(path, &facts) < 0)
		vt__doctor_add(doctor, "preloads", VT__STATE_ATTENTION, "take it out",
			       "%s names %s, which is no library that can be read", where, path);
	else if (interposer || (strchr(path, '/') && (facts.wraps_driver || facts.answers_lookups)))
		vt__doctor_add(
			doctor, "preloads", VT__STATE_ATTENTION,
			"--route=audit records what it hides; else the report says NOT COVERED",
			"%s names %s: %s, in front of the driver", where, path,
			interposer ? interposer : "a library that wraps driver functions");
	else if (!first && (strstr(path, "libasan") || strstr(path, "clang_rt.asan")))
		vt__doctor_add(doctor, "preloads", VT__STATE_OBSTACLE, "put it first",
			       "%s names %s behind other libraries: it insists on the first place",
			       where, path);
	else
		vt__doctor_add(doctor, "preloads", VT__STATE_OK, NULL,
			       "%s names %s, which stays before the shim", where, path);
}

static void look_at_preloads(struct vt__doctor *doctor, const char *list, const char *where)
{
	bool first = true;

	while (*list) {
		size_t length = strcspn(list, ": \t\n");
		char *path = length ? strndup(list, length) : NULL;

		if (path)
			look_at_preload(doctor, path, where, first);
		first = first && !path;
		free(path);
		list += length + (list[length] != '\0');
	}
}

static void check_preloads(struct vt__doctor *doctor)
{
	const char *preloads = getenv("LD_PRELOAD");
	FILE *file = fopen(SYSTEM_PRELOADS, "re");
	size_t room = 0;
	char *line = NULL;

	if (preloads)
		look_at_preloads(doctor, preloads, "LD_PRELOAD");
	while (file && getline(&line, &room, file) > 0) {
		line[strcspn(line, "#")] = '\0';
		look_at_preloads(doctor, line, SYSTEM_PRELOADS);
	}
	free(line);
	if (file)
		fclose(file);
}

void vt__doctor_environment(struct vt__doctor *doctor)
{
	check_folder(doctor);
	check_file_size(doctor);
	check_run_page(doctor);
	check_sandbox(doctor);
	check_options(doctor);
	check_other_tools(doctor);
	check_preloads(doctor);
}
