/* Finds every copy of the CUDA driver in the process. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/driver/cuda_abi.h"
#include "preload/driver/drivers.h"
#include "preload/base/elf_map.h"

#define LINE_BYTES (4096 + 128) /* of /proc/self/maps: a path and what is before it */

struct search {
	struct vt__found_drivers *found;
	unsigned long long loaded; /* objects of all namespaces, by the loader's count */
	unsigned long long met;    /* objects of our namespace */
};

const struct vt__found_driver *vt__drivers_at(const struct vt__found_drivers *found,
					      uintptr_t address)
{
	for (unsigned i = 0; i < found->count; i++)
		if (address >= found->drivers[i].start && address < found->drivers[i].end)
			return &found->drivers[i];
	return NULL;
}

static void add(struct vt__found_drivers *found, const struct vt__found_driver *driver)
{
	if (found->count < VT__DRIVERS_MOST)
		found->drivers[found->count++] = *driver;
}

static int meet(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	int (*own_code)(struct dl_phdr_info *, size_t, void *) = meet;
	struct search *search = closure;
	struct vt__found_driver driver = {.path = info->dlpi_name};

	(void)bytes;
	search->loaded = info->dlpi_adds - info->dlpi_subs;
	search->met++;
	vt__elf_range(info, &driver.start, &driver.end);
	if ((uintptr_t)own_code >= driver.start && (uintptr_t)own_code < driver.end) {
		search->found->own_start = driver.start;
		search->found->own_end = driver.end;
	}
	if (vt__elf_read(info, &driver.elf) && vt__elf_is_driver(&driver.elf, info->dlpi_name))
		add(search->found, &driver);
	return 0;
}

/* A file that is mapped without being loaded is no driver. */
static void meet_elsewhere(struct vt__found_drivers *found, uintptr_t start, uintptr_t end)
{
	struct vt__found_driver driver = {.start = start, .end = end};
	struct link_map *map = NULL;
	Dl_info info;

	if (vt__drivers_at(found, start) ||
	    !dladdr1((const void *)start, &info, (void **)&map, RTLD_DL_LINKMAP) || !map ||
	    !vt__elf_of_map(map, &driver.elf))
		return;
	driver.map = map;
	driver.path = map->l_name;
	add(found, &driver);
}

/* "start-end rights offset device inode path": the lines of a file follow each
 * other, the first of them with offset 0. */
static void read_line(struct vt__found_drivers *found, char *line)
{
	char *rest, *path = strchr(line, '/');
	uintptr_t start = strtoul(line, &rest, 16), end;
	struct vt__found_driver *last = found->count ? &found->drivers[found->count - 1] : NULL;

	if (!path || *rest != '-' || strncmp(vt__elf_file_name(path), "libcuda.so", 10) != 0)
		return;
	end = strtoul(rest + 1, &rest, 16);
	if (last && last->map && last->end == start)
		last->end = end;
	else
		meet_elsewhere(found, start, end);
}

static void read_maps(struct vt__found_drivers *found)
{
	char bytes[LINE_BYTES + 1];
	size_t used = 0;
	ssize_t more;
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	while (file >= 0) {
		char *line = bytes, *newline;

		more = read(file, bytes + used, LINE_BYTES - used);
		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			break;
		used += (size_t)more;
		bytes[used] = '\0';
		while ((newline = strchr(line, '\n'))) {
			*newline = '\0';
			read_line(found, line);
			line = newline + 1;
		}
		used -= (size_t)(line - bytes);
		memmove(bytes, line, used);
		if (used == LINE_BYTES) /* no path is that long: not a list of maps */
			break;
	}
	if (file >= 0)
		close(file);
}

void vt__drivers_find(struct vt__found_drivers *out)
{
	struct search search = {.found = out};

	memset(out, 0, sizeof(*out));
	dl_iterate_phdr(meet, &search);
	/* the loader's count is of all namespaces: no more than ours, no others */
	if (search.loaded != search.met)
		read_maps(out);
}

bool vt__drivers_is_initialised(const struct vt__found_driver *driver)
{
	__typeof__(&cuDeviceGetCount) get_count;
	CUresult result;
	int count;

	get_count = (__typeof__(get_count))vt__elf_symbol(&driver->elf, "cuDeviceGetCount");
	if (!get_count)
		return false;
	result = get_count(&count);
	return result == CUDA_SUCCESS || result == CUDA_ERROR_DEINITIALIZED;
}
