/* Adopts the orphans of a run, and finds which of its processes live by their parents in /proc. */
#include "config.h"

#include "cli/descendants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* That find nothing, before it is believed. */
#define LOOKS 3

struct entry {
	struct vt__descendant process;
	pid_t parent;
	bool is_ours;
};

struct entries {
	struct entry *items;
	size_t count;
};

/* Fields of /proc/PID/stat: "pid (name) state parent ...". A name may hold anything. */
static bool parse(char *line, struct entry *out)
{
	char *begin = strchr(line, '('), *end = strrchr(line, ')'), state;
	int parent;

	if (!begin || !end || end < begin || sscanf(end + 1, " %c %d", &state, &parent) != 2 ||
	    state == 'Z' || state == 'X')
		return false;
	*end = '\0';
	snprintf(out->process.name, sizeof(out->process.name), "%s", begin + 1);
	out->parent = parent;
	return true;
}

static bool read_entry(const char *pid, struct entry *out)
{
	char path[64], line[512];
	ssize_t length;
	int file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	length = read(file, line, sizeof(line) - 1);
	close(file);
	if (length <= 0)
		return false;
	line[length] = '\0';
	*out = (struct entry){.process = {.pid = atoi(pid)}};
	return out->process.pid > 0 && parse(line, out);
}

/* All processes that live. */
static int read_all(struct entries *out)
{
	DIR *folder = opendir("/proc");
	struct dirent *name;
	int error = 0;

	while (folder && !error && (name = readdir(folder))) {
		struct entry entry, *grown;

		if (name->d_name[0] < '1' || name->d_name[0] > '9' ||
		    !read_entry(name->d_name, &entry))
			continue;
		grown = reallocarray(out->items, out->count + 1, sizeof(*grown));
		if (grown) {
			out->items = grown;
			out->items[out->count++] = entry;
		}
		error = grown ? 0 : -ENOMEM;
	}
	if (folder)
		closedir(folder);
	return error;
}

static int add(const struct vt__descendant *process, struct vt__descendants *list)
{
	struct vt__descendant *grown = reallocarray(list->items, list->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	list->items = grown;
	list->items[list->count++] = *process;
	return 0;
}

static bool is_in(const struct vt__descendants *list, pid_t pid)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].pid == pid)
			return true;
	return false;
}

static int compare_pids(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	return (a->process.pid > b->process.pid) - (a->process.pid < b->process.pid);
}

static bool is_parent_ours(const struct entries *all, pid_t parent)
{
	const struct entry wanted = {.process = {.pid = parent}}, *found;

	if (parent == getpid())
		return true;
	found = bsearch(&wanted, all->items, all->count, sizeof(*all->items), compare_pids);
	return found && found->is_ours;
}

/* Parents may be listed after their children: until nothing changes. */
static void mark(struct entries *all, const struct vt__descendants *inherited)
{
	bool changed = all->count != 0;

	if (changed)
		qsort(all->items, all->count, sizeof(*all->items), compare_pids);
	while (changed) {
		changed = false;
		for (size_t i = 0; i < all->count; i++) {
			struct entry *entry = &all->items[i];

			if (entry->is_ours || is_in(inherited, entry->process.pid) ||
			    !is_parent_ours(all, entry->parent))
				continue;
			entry->is_ours = changed = true;
		}
	}
}

/* Reaps what has ended. Returns whether there are children still. */
static bool reap(void)
{
	pid_t reaped;

	do
		reaped = waitpid(-1, NULL, WNOHANG);
	while (reaped > 0 || (reaped < 0 && errno == EINTR));
	return reaped == 0;
}

static int look(const struct vt__descendants *inherited, struct vt__descendants *out)
{
	struct entries all = {.count = 0};
	int error = read_all(&all);

	if (!error)
		mark(&all, inherited);
	for (size_t i = 0; i < all.count && !error; i++)
		if (all.items[i].is_ours)
			error = add(&all.items[i].process, out);
	free(all.items);
	return error;
}

int vt__descendants_find(const struct vt__descendants *inherited, struct vt__descendants *out)
{
	const struct vt__descendant hidden = {.name = "a process that /proc does not show"};
	int error = 0;

	*out = (struct vt__descendants){.count = 0};
	/* a parent that ends during a look hides its children from it, once */
	for (unsigned i = 0; i < LOOKS && !error && !out->count; i++) {
		if (!reap())
			return 0;
		error = look(inherited, out);
	}
	if (!error && !out->count && !inherited->count && reap())
		error = add(&hidden, out);
	return error;
}

int vt__descendants_adopt(struct vt__descendants *inherited)
{
	const struct vt__descendants none = {.count = 0};
	int error = vt__descendants_find(&none, inherited);

	if (!error && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		error = -errno;
	return error;
}

void vt__descendants_free(struct vt__descendants *list)
{
	free(list->items);
	*list = (struct vt__descendants){.count = 0};
}
