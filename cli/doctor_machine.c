/* What `vramtrack doctor` says of the machine: vramtrack itself, driver, toolkit, memory. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/environment.h"
#include "cli/install.h"
#include "cli/message.h"

#define DRIVER_SECONDS 20 /* a driver that has not answered by then will not */

/* The newest driver whose calls are all known (preload/driver/driver_api.h). */
#define NEWEST_KNOWN 13050

/* Less is little for a program, its CUDA context and a recorder together. */
#define MEMORY_LITTLE (UINT64_C(1) << 30)

/* ---- vramtrack itself ---------------------------------------------------------------- */

static void check_install(struct vt__doctor *doctor)
{
	char *line;
	int error;

	vt__say_into(&line);
	error = vt__install_shim(&doctor->shim);
	vt__say_into(NULL);
	if (error) {
		vt__doctor_add_said(doctor, "vramtrack", VT__STATE_OBSTACLE, line);
		return;
	}
	vt__doctor_add(doctor, "vramtrack", VT__STATE_OK, NULL, "%s, %s", PACKAGE_VERSION,
		       doctor->shim);
	if (!doctor->simulate)
		return;
	vt__say_into(&line);
	error = vt__install_simulate(doctor->shim, &doctor->simulate_folder);
	vt__say_into(NULL);
	if (error)
		vt__doctor_add_said(doctor, "device", VT__STATE_OBSTACLE, line);
}

static void check_unwinder(struct vt__doctor *doctor)
{
	char beside[PATH_MAX];
	const char *slash = doctor->shim ? strrchr(doctor->shim, '/') : NULL;
	void *library = NULL;

	if (slash && snprintf(beside, sizeof(beside), "%.*s/libunwind.so.8",
			      (int)(slash - doctor->shim), doctor->shim) < (int)sizeof(beside))
		library = dlopen(beside, RTLD_LAZY | RTLD_LOCAL);
	if (!library)
		library = dlopen("libunwind.so.8", RTLD_LAZY | RTLD_LOCAL);
	if (library)
		vt__doctor_add(doctor, "libunwind", VT__STATE_OK, NULL, "libunwind.so.8 is there");
	else
		vt__doctor_add(doctor, "libunwind", VT__STATE_ATTENTION,
			       "install libunwind8, or take vramtrack's bundle",
			       "libunwind.so.8 was not found: stacks end at frames that need it");
}

/* ---- The driver ---------------------------------------------------------------------- */

/* What the driver says, told by a process of its own: it may hang, or end it. */
struct answer {
	bool is_there, is_initialised;
	int version, result, devices;
	char name[128]; /* of the first */
};

static void ask_driver(const char *path, struct answer *answer)
{
	void *driver = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	int (*initialise)(unsigned), (*version)(int *), (*count)(int *), (*name)(char *, int, int);

	if (!driver)
		return;
	answer->is_there = true;
	*(void **)&initialise = dlsym(driver, "cuInit");
	*(void **)&version = dlsym(driver, "cuDriverGetVersion");
	*(void **)&count = dlsym(driver, "cuDeviceGetCount");
	*(void **)&name = dlsym(driver, "cuDeviceGetName");
	if (!initialise || !version || !count || !name)
		return;
	version(&answer->version);
	answer->result = initialise(0);
	answer->is_initialised = answer->result == 0;
	if (answer->is_initialised && count(&answer->devices) == 0 && answer->devices > 0)
		name(answer->name, (int)sizeof(answer->name) - 1, 0);
}

static bool get_answer(const char *path, struct answer *out)
{
	int answers[2], status;
	ssize_t length = -1;
	pid_t child;

	if (pipe2(answers, O_CLOEXEC) < 0)
		return false;
	child = fork();
	if (child == 0) {
		struct answer answer = {.is_there = false};
		ssize_t written;

		alarm(DRIVER_SECONDS);
		unsetenv(VT__INJECTION_VARIABLE); /* no other tool is to start in it */
		ask_driver(path, &answer);
		written = write(answers[1], &answer, sizeof(answer));
		(void)written;
		_exit(0);
	}
	close(answers[1]);
	if (child > 0)
		length = read(answers[0], out, sizeof(*out));
	close(answers[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return length == (ssize_t)sizeof(*out);
}

static void say_no_driver(struct vt__doctor *doctor)
{
	bool has_devices = access("/dev/nvidiactl", F_OK) == 0;

	vt__doctor_add(doctor, "driver", VT__STATE_OBSTACLE,
		       has_devices
			       ? "install the driver's libraries (libcuda1, or the "
				 "NVIDIA_DRIVER_CAPABILITIES compute of the container)"
			       : "install NVIDIA's driver; start a container with --gpus all; or "
				 "record with --simulate, which needs no GPU",
		       "libcuda.so.1 was not found%s",
		       has_devices ? ", though this machine has an NVIDIA device" : "");
}

static void say_driver(struct vt__doctor *doctor, const struct answer *answer)
{
	const bool is_known = answer->version <= NEWEST_KNOWN;
	const int major = answer->version / 1000, minor = answer->version % 1000 / 10;

	if (!answer->is_initialised) {
		vt__doctor_add(doctor, "driver", VT__STATE_OBSTACLE,
			       "see whether nvidia-smi works; in a container: --gpus all; or "
			       "record with --simulate",
			       "libcuda.so.1 for CUDA %d.%d does not start: cuInit gives %d", major,
			       minor, answer->result);
		return;
	}
	vt__doctor_add(doctor, "driver", is_known ? VT__STATE_OK : VT__STATE_ATTENTION,
		       is_known ? NULL : "look for a newer vramtrack",
		       "%s for CUDA %d.%d, %d device%s%s%s%s",
		       doctor->simulate ? "the simulated device" : "libcuda.so.1", major, minor,
		       answer->devices, answer->devices == 1 ? "" : "s", *answer->name ? ": " : "",
		       answer->name,
		       is_known ? "" : "; calls that are new since CUDA 13.5 are not known");
}

static void check_driver(struct vt__doctor *doctor)
{
	char path[PATH_MAX] = "libcuda.so.1";
	struct answer answer = {.is_there = false};

	if (doctor->simulate && !doctor->simulate_folder)
		return;
	if (doctor->simulate)
		snprintf(path, sizeof(path), "%s/libcuda.so.1", doctor->simulate_folder);
	if (!get_answer(path, &answer))
		vt__doctor_add(doctor, "driver", VT__STATE_OBSTACLE, "see whether nvidia-smi works",
			       "libcuda.so.1 did not start within %d seconds, or ended the process",
			       DRIVER_SECONDS);
	else if (!answer.is_there)
		say_no_driver(doctor);
	else
		say_driver(doctor, &answer);
}

/* ---- The toolkit --------------------------------------------------------------------- */

static void check_toolkit(struct vt__doctor *doctor)
{
	static const char *const folders[] = {NULL, NULL, "/usr/local/cuda", "/opt/cuda"};
	const char *own[] = {getenv("CUDA_HOME"), getenv("CUDA_PATH")};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const char *folder = i < 2 ? own[i] : folders[i];

		if (!folder || !*folder ||
		    snprintf(path, sizeof(path), "%s/bin/nvcc", folder) >= (int)sizeof(path) ||
		    access(path, X_OK) < 0)
			continue;
		vt__doctor_add(doctor, "toolkit", VT__STATE_OK, NULL, "%s", folder);
		return;
	}
	vt__doctor_add(doctor, "toolkit", VT__STATE_OK, NULL,
		       "no CUDA toolkit was found; none is needed but for --source=cupti");
}

/* ---- Memory -------------------------------------------------------------------------- */

/* Of the control group; 0: no limit, or not known. */
static uint64_t group_limit(void)
{
	static const char *const files[] = {"/sys/fs/cgroup/memory.max",
					    "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
	uint64_t limit = 0;

	for (size_t i = 0; i < 2 && !limit; i++) {
		FILE *file = fopen(files[i], "re");

		if (file && fscanf(file, "%" SCNu64, &limit) != 1)
			limit = 0;
		if (file)
			fclose(file);
	}
	return limit < UINT64_C(1) << 60 ? limit : 0;
}

static void check_memory(struct vt__doctor *doctor)
{
	const uint64_t group = group_limit();
	struct rlimit address_space = {RLIM_INFINITY, RLIM_INFINITY};

	getrlimit(RLIMIT_AS, &address_space);
	if (address_space.rlim_cur != RLIM_INFINITY && !doctor->simulate)
		vt__doctor_add(doctor, "memory", VT__STATE_ATTENTION, "ulimit -v unlimited",
			       "the address space is limited (%" PRIu64 " MiB): NVIDIA's driver "
			       "reserves far more than it uses, and may not start",
			       (uint64_t)address_space.rlim_cur >> 20);
	else if (group && group < MEMORY_LITTLE)
		vt__doctor_add(doctor, "memory", VT__STATE_ATTENTION,
			       "--option recording=64M keeps the recorder small",
			       "the container may use %" PRIu64
			       " MiB: recordings are mapped memory, "
			       "up to 512 MiB each",
			       group >> 20);
	else
		vt__doctor_add(doctor, "memory", VT__STATE_OK, NULL, "%s",
			       group ? "the container's limit leaves room" : "no limit");
}

void vt__doctor_machine(struct vt__doctor *doctor)
{
	check_install(doctor);
	check_driver(doctor);
	check_toolkit(doctor);
	check_unwinder(doctor);
	check_memory(doctor);
}
