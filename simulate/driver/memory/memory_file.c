/* Files in memory that other processes can map, and the names under which they find them. */
#define _GNU_SOURCE
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulate/driver/memory/memory_file.h"

#define PREFIX "vramtrack-simulated-"
#define MAGIC 0x656d614e4d495356ULL
#define RETIRED (1ULL << 60) /* locks at offsets from here on are on freed pieces */
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static const char *const kind_names[] = {
	[VT_FILE_MEMORY] = "memory",       [VT_FILE_HOST_MEMORY] = "host",
	[VT_FILE_MULTICAST] = "multicast", [VT_FILE_POOL] = "pool",
	[VT_FILE_EVENT] = "event",
};

/* Bits of kinds. */
static const unsigned int kinds_of_purpose[] = {
	[VT_NAME_MEMORY] = 1u << VT_FILE_MEMORY,
	[VT_NAME_EVENT] = 1u << VT_FILE_EVENT,
	[VT_NAME_POOL] = 1u << VT_FILE_MEMORY,
	[VT_NAME_FABRIC] = 1u << VT_FILE_MEMORY | 1u << VT_FILE_HOST_MEMORY |
			   1u << VT_FILE_MULTICAST,
	[VT_NAME_FABRIC_POOL] = 1u << VT_FILE_POOL,
};

int vt__memory_file_create(enum vt__file_kind kind, int device, size_t size)
{
	char name[64];
	int file;

	snprintf(name, sizeof(name), PREFIX "%s-%d", kind_names[kind], device);
	file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (file < 0)
		return -errno;
	if (!ftruncate(file, (off_t)size) && !fcntl(file, F_ADD_SEALS, SEALS))
		return file;
	close(file);
	return -ENOMEM;
}

int vt__memory_file_duplicate(int file, int *duplicate)
{
	int made = fcntl(file, F_DUPFD_CLOEXEC, 0);

	if (made < 0)
		return -errno;
	*duplicate = made;
	return 0;
}

static struct flock lock_of(short type, uint64_t offset, uint64_t size)
{
	const struct flock lock = {.l_type = type,
				   .l_whence = SEEK_SET,
				   .l_start = (off_t)offset,
				   .l_len = (off_t)size};

	return lock;
}

/* The kernel takes such a lock away with the last descriptor, however its process ends. */
int vt__memory_file_hold(int file, uint64_t offset, uint64_t size)
{
	struct flock lock = lock_of(F_RDLCK, offset, size);

	return fcntl(file, F_OFD_SETLK, &lock) ? -errno : 0;
}

int vt__memory_file_hold_all(int file)
{
	return vt__memory_file_hold(file, 0, RETIRED);
}

bool vt__memory_file_held(int file, uint64_t offset, uint64_t size)
{
	struct flock lock = lock_of(F_WRLCK, offset, size);

	return !fcntl(file, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

void vt__memory_file_retire(int file, uint64_t offset, uint64_t size, bool retired)
{
	struct flock lock = lock_of(retired ? F_RDLCK : F_UNLCK, RETIRED + offset, size);

	(void)fcntl(file, F_OFD_SETLK, &lock);
}

int vt__memory_file_reopen(int file, int *reopened)
{
	char path[64];
	int made;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	made = open(path, O_RDWR | O_CLOEXEC);
	if (made < 0)
		return -errno;
	if (vt__memory_file_hold_all(made)) {
		close(made);
		return -ENOMEM;
	}
	*reopened = made;
	return 0;
}

/* Kind and device by the name of the file that a link of /proc names. */
static bool read_link(const char *path, enum vt__file_kind *kind, int *device)
{
	const size_t prefix = sizeof("/memfd:" PREFIX) - 1;
	char text[128] = "";

	if (readlink(path, text, sizeof(text) - 1) < 0 || strncmp(text, "/memfd:" PREFIX, prefix))
		return false;
	for (unsigned int i = 0; i < sizeof(kind_names) / sizeof(kind_names[0]); i++) {
		size_t length = strlen(kind_names[i]);

		if (strncmp(text + prefix, kind_names[i], length) || text[prefix + length] != '-')
			continue;
		*kind = i;
		return sscanf(text + prefix + length + 1, "%3d", device) == 1;
	}
	return false;
}

int vt__memory_file_facts(int file, struct vt__file_facts *facts)
{
	struct vt__file_facts found;
	struct stat about;
	char path[64];
	int seals;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (!read_link(path, &found.kind, &found.device) || fstat(file, &about))
		return -EINVAL;
	seals = fcntl(file, F_GET_SEALS);
	if (seals < 0 || (seals & SEALS) != SEALS)
		return -EINVAL;
	found.size = (size_t)about.st_size;
	found.inode = (uint64_t)about.st_ino;
	*facts = found;
	return 0;
}

static size_t bytes_into_page(uintptr_t value)
{
	return value & ((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
}

int vt__memory_file_map(int file, off_t offset, size_t size, uintptr_t *address)
{
	size_t into = bytes_into_page((uintptr_t)offset);
	void *mapped;

	if (size + into < size)
		return -EINVAL;
	mapped = mmap(NULL, size + into, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file,
		      offset - (off_t)into);
	if (mapped == MAP_FAILED)
		return -errno;
	*address = (uintptr_t)mapped + into;
	return 0;
}

void vt__memory_file_unmap(uintptr_t address, size_t size)
{
	size_t into = bytes_into_page(address);

	munmap((void *)(address - into), size + into);
}

int vt__memory_name_make(enum vt__name_purpose purpose, int file, struct vt__memory_name *name)
{
	struct vt__file_facts facts;
	int error = vt__memory_file_facts(file, &facts);

	if (error)
		return error;
	name->magic = MAGIC;
	name->purpose = purpose;
	name->process = (int32_t)getpid();
	name->file = file;
	name->inode = facts.inode;
	return 0;
}

/* Looked at before it is opened: opening a device or a pipe of a stranger has effects. */
static int open_of_process(const struct vt__memory_name *name, unsigned int kinds)
{
	enum vt__file_kind found;
	char path[64];
	int file, device;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)name->process, (int)name->file);
	if (name->process <= 0 || name->file < 0 || !read_link(path, &found, &device) ||
	    !(kinds >> found & 1))
		return -EINVAL;
	file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return file < 0 ? -EINVAL : file;
}

int vt__memory_name_open(const void *bytes, enum vt__name_purpose purpose,
			 struct vt__memory_name *name)
{
	const unsigned int kinds = kinds_of_purpose[purpose];
	struct vt__memory_name read;
	struct vt__file_facts facts;
	int file;

	memcpy(&read, bytes, sizeof(read));
	if (read.magic != MAGIC || read.purpose != (uint32_t)purpose || !read.size)
		return -EINVAL;
	file = open_of_process(&read, kinds);
	if (file < 0)
		return file;
	if (vt__memory_file_facts(file, &facts) || !(kinds >> facts.kind & 1) ||
	    facts.inode != read.inode || read.offset > facts.size ||
	    read.size > facts.size - read.offset ||
	    vt__memory_file_held(file, RETIRED + read.offset, read.size)) {
		close(file);
		return -EINVAL;
	}
	*name = read;
	return file;
}
