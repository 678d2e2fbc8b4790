/* Notices that this process is locked or checkpointed, without a call that would wait for it. */
#include "config.h"

#include "preload/recorder/stopped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/device_files.h"
#include "base/process_stat.h"

static atomic_bool locked; /* by itself, and not unlocked by itself */

void vt__stopped_set(bool stopped)
{
	atomic_store_explicit(&locked, stopped, memory_order_relaxed);
}

/* Of itself a process is told even while it is locked. */
static CUprocessState state_of(const struct vt__driver *driver)
{
	CUprocessState state = CU_PROCESS_STATE_RUNNING;

	if (!driver->cuCheckpointProcessGetState ||
	    driver->cuCheckpointProcessGetState(getpid(), &state) != CUDA_SUCCESS)
		return CU_PROCESS_STATE_RUNNING;
	return state;
}

/* As getdents64 gives it. */
struct entry {
	uint64_t inode, next;
	uint16_t bytes;
	uint8_t type;
	char name[];
};

static bool is_device(int folder, const char *name)
{
	char path[256];
	const ssize_t length = readlinkat(folder, name, path, sizeof(path) - 1);

	path[length > 0 ? length : 0] = '\0';
	return vt__is_device_file(path);
}

/* Whether the process has a device of the driver open: it has, all the time that it uses CUDA, and
 * a checkpoint closes them. True where that cannot be told. Not by opendir(), which calls malloc: a
 * process may end in a signal handler that interrupted that. */
static bool has_device(void)
{
	const int folder = vt__has_device_files()
				   ? open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
				   : -1;
	_Alignas(struct entry) char entries[1024];
	bool found = folder < 0;
	long length = 1;

	while (!found && length > 0) {
		length = syscall(SYS_getdents64, folder, entries, sizeof(entries));
		for (long at = 0; at < length && !found;) {
			const struct entry *entry = (const struct entry *)(entries + at);

			found = is_device(folder, entry->name);
			at += entry->bytes;
		}
	}
	found |= length < 0;
	if (folder >= 0)
		close(folder);
	return found;
}

static bool has_locked(void)
{
	return atomic_load_explicit(&locked, memory_order_relaxed);
}

bool vt__stopped_by_itself(const struct vt__driver *driver)
{
	return has_locked() && state_of(driver) != CU_PROCESS_STATE_RUNNING;
}

/* The simulated driver has no device, and may be asked at any time. */
static bool may_ask(void)
{
	return has_locked() || vt__driver_is_simulated();
}

bool vt__stopped_at_all(const struct vt__driver *driver)
{
	const int saved = errno;
	const bool stopped = may_ask() ? state_of(driver) != CU_PROCESS_STATE_RUNNING
				       : !has_device();

	errno = saved;
	return stopped;
}

bool vt__stopped_is_away(const struct vt__driver *driver)
{
	return !may_ask() || state_of(driver) == CU_PROCESS_STATE_CHECKPOINTED;
}

uint64_t vt__stopped_start_ticks(int pid)
{
	char path[64], text[1024], state;
	const int saved = errno;
	uint64_t ticks = 0;
	ssize_t length;
	int file;

	/* As vt__process_read() asks for it. */
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, pid);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file >= 0) {
		length = read(file, text, sizeof(text) - 1);
		text[length > 0 ? length : 0] = '\0';
		vt__process_stat(text, &state, &ticks);
		close(file);
	}
	errno = saved;
	return ticks;
}
