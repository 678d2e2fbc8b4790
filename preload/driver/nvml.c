/* Asks NVML who has how much of a device. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "preload/base/real_dlsym.h"
#include "preload/driver/nvml.h"

enum {
	SUCCESS = 0,
	PROCESSES_MOST = 256,
	UUID_TEXT_BYTES = 48
};

/* As NVML's reference has it for the _v3 functions. */
struct process {
	unsigned pid;
	unsigned long long bytes; /* all ones: not known */
	unsigned gpu_instance;
	unsigned compute_instance;
};

typedef int life_function(void);
typedef int find_function(const char *uuid, void **device);
/* As NVML's reference has it. */
struct memory {
	unsigned long long total, free, used;
};

typedef int memory_function(void *device, struct memory *memory);
/* As NVML's reference of 13.4 has it for the _v1 function. */
struct limits {
	const char *folder;
	unsigned long long soft, hard, used;
};

typedef int limits_function(void *device, struct limits *limits);
typedef int list_function(void *device, unsigned *count, struct process *processes);

/* A process is in one of the lists, or in two with the same bytes. A library
 * that lacks the first is too old. */
static const char *const list_names[] = {
	"nvmlDeviceGetComputeRunningProcesses_v3",
	"nvmlDeviceGetGraphicsRunningProcesses_v3",
	"nvmlDeviceGetMPSComputeRunningProcesses_v3",
};

enum {
	LISTS = sizeof(list_names) / sizeof(list_names[0])
};

enum progress {
	UNTRIED,
	LOADING,
	LOADED,
	MISSING
};

static struct {
	_Atomic(enum progress) progress;
	life_function *init;
	life_function *shut_down;
	find_function *find;
	memory_function *memory; /* NULL: not known, as the next */
	limits_function *limits;
	list_function *lists[LISTS];
} nvml;

static enum progress load(void)
{
	void *library = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL);

	if (!library) {
		dlerror(); /* not the program's */
		return MISSING;
	}
	nvml.init = (life_function *)vt__real_dlsym(library, "nvmlInit_v2");
	nvml.shut_down = (life_function *)vt__real_dlsym(library, "nvmlShutdown");
	nvml.find = (find_function *)vt__real_dlsym(library, "nvmlDeviceGetHandleByUUID");
	nvml.memory = (memory_function *)vt__real_dlsym(library, "nvmlDeviceGetMemoryInfo");
	nvml.limits = (limits_function *)vt__real_dlsym(library, "nvmlDeviceGetMemoryLimits_v1");
	for (size_t i = 0; i < LISTS; i++)
		nvml.lists[i] = (list_function *)vt__real_dlsym(library, list_names[i]);
	return nvml.init && nvml.shut_down && nvml.find && nvml.lists[0] ? LOADED : MISSING;
}

static enum progress load_once(void)
{
	enum progress progress = UNTRIED;

	if (atomic_compare_exchange_strong(&nvml.progress, &progress, LOADING)) {
		progress = load();
		atomic_store(&nvml.progress, progress);
	}
	return progress;
}

void vt__nvml_load(void)
{
	const int saved = errno;

	load_once();
	errno = saved;
}

static int begin(enum progress progress)
{
	if (progress == LOADED)
		return nvml.init() == SUCCESS ? 0 : -EIO;
	return progress == LOADING ? -EBUSY : -ENOENT;
}

int vt__nvml_begin(void)
{
	const int saved = errno, result = begin(load_once());

	errno = saved;
	return result;
}

int vt__nvml_begin_if_loaded(void)
{
	const int saved = errno, result = begin(atomic_load(&nvml.progress));

	errno = saved;
	return result;
}

void vt__nvml_end(void)
{
	int saved = errno;

	nvml.shut_down();
	errno = saved;
}

static void write_uuid(const uint8_t uuid[16], char text[UUID_TEXT_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	strcpy(text, "GPU-");
	text += 4;
	for (unsigned i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		*text++ = digits[uuid[i] >> 4];
		*text++ = digits[uuid[i] & 15];
	}
	*text = '\0';
}

/* Fills `all` from every list. Returns how many there are, -1 when a list is
 * too long or could not be had. */
static int list_processes(void *device, struct process all[PROCESSES_MOST])
{
	unsigned count = 0, room;

	for (size_t i = 0; i < LISTS; i++) {
		if (!nvml.lists[i])
			continue;
		room = PROCESSES_MOST - count;
		if (nvml.lists[i](device, &room, all + count) == SUCCESS)
			count += room;
		else if (i == 0)
			return -1;
	}
	return (int)count;
}

static bool is_listed_before(const struct process *all, int number)
{
	for (int i = 0; i < number; i++)
		if (all[i].pid == all[number].pid)
			return true;
	return false;
}

static void add_up(const struct process *all, int count, struct vt__nvml_shares *out)
{
	unsigned self = (unsigned)getpid();
	uint64_t others = 0;
	bool listed = false, others_known = true;

	for (int i = 0; i < count; i++) {
		if (is_listed_before(all, i))
			continue;
		if (all[i].pid == self) {
			listed = true;
			out->process_bytes = all[i].bytes;
		} else if (all[i].bytes == VT__NVML_UNKNOWN) {
			others_known = false;
		} else {
			others += all[i].bytes;
		}
	}
	if (listed && others_known)
		out->other_bytes = others;
}

void vt__nvml_ask(const uint8_t uuid[16], struct vt__nvml_shares *out)
{
	struct process all[PROCESSES_MOST];
	char text[UUID_TEXT_BYTES];
	struct memory memory;
	void *device = NULL;
	int saved = errno;

	*out = (struct vt__nvml_shares){VT__NVML_UNKNOWN, VT__NVML_UNKNOWN, VT__NVML_UNKNOWN};
	write_uuid(uuid, text);
	if (nvml.find(text, &device) == SUCCESS) {
		add_up(all, list_processes(device, all), out);
		if (nvml.memory && nvml.memory(device, &memory) == SUCCESS)
			out->device_bytes = memory.used;
	}
	errno = saved;
}

static void *find_device(const uint8_t uuid[16])
{
	char text[UUID_TEXT_BYTES];
	void *device = NULL;

	write_uuid(uuid, text);
	return nvml.find(text, &device) == SUCCESS ? device : NULL;
}

bool vt__nvml_limit(const uint8_t uuid[16], const char *folder, struct vt__nvml_limit *out)
{
	struct limits limits = {.folder = folder};
	const int saved = errno;
	void *device = nvml.limits ? find_device(uuid) : NULL;
	const bool told = device && nvml.limits(device, &limits) == SUCCESS &&
			  limits.hard != ULLONG_MAX;

	*out = (struct vt__nvml_limit){limits.hard, limits.soft, limits.used};
	errno = saved;
	return told;
}

bool vt__nvml_total(const uint8_t uuid[16], uint64_t *bytes)
{
	struct memory memory = {0};
	const int saved = errno;
	void *device = nvml.memory ? find_device(uuid) : NULL;
	const bool told = device && nvml.memory(device, &memory) == SUCCESS;

	*bytes = memory.total;
	errno = saved;
	return told;
}
