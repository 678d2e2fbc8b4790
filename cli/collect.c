/* Finds recordings in folders, and enters how a program ended into its recording. */
#include "config.h"

#include "cli/collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"
#include "recording/format.h"

/* The part of the header that says whose recording it is. */
#define IDENTITY_BYTES offsetof(struct vt_format_header, losses)

/* A recording of this run. */
struct candidate {
	char *path;                     /* NULL once handed over */
	struct vt_format_header header; /* IDENTITY_BYTES of it */
};

struct candidates {
	struct candidate *items;
	size_t count;
};

static bool has_suffix(const char *name)
{
	size_t length = strlen(name), suffix = strlen(VT_FORMAT_SUFFIX);

	return length > suffix && strcmp(name + length - suffix, VT_FORMAT_SUFFIX) == 0;
}

int vt__collect_file(const char *path, struct vt__recordings *recordings)
{
	char **paths = realloc(recordings->paths, (recordings->count + 1) * sizeof(*paths));

	if (!paths)
		return -ENOMEM;
	recordings->paths = paths;
	paths[recordings->count] = strdup(path);
	if (!paths[recordings->count])
		return -ENOMEM;
	recordings->count++;
	return 0;
}

void vt__recordings_free(struct vt__recordings *recordings)
{
	for (size_t i = 0; i < recordings->count; i++)
		free(recordings->paths[i]);
	free(recordings->paths);
	*recordings = (struct vt__recordings){.count = 0};
}

/* Calls visit for the path of each *.vramtrack of a folder, in no order. */
static int each_name(const char *folder, int (*visit)(const char *path, void *context),
		     void *context)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	int status = 0;

	if (!directory)
		return -errno;
	while (status == 0 && (errno = 0, entry = readdir(directory))) {
		char *path;

		if (!has_suffix(entry->d_name))
			continue;
		if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0) {
			status = -ENOMEM;
			break;
		}
		status = visit(path, context);
		free(path);
	}
	if (status == 0)
		status = -errno;
	closedir(directory);
	return status;
}

static int add_path(const char *path, void *context)
{
	return vt__collect_file(path, context);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int vt__collect_folder(const char *folder, struct vt__recordings *recordings)
{
	size_t before = recordings->count;
	size_t length = strlen(folder);
	char *trimmed;
	int status;

	while (length > 1 && folder[length - 1] == '/')
		length--;
	trimmed = strndup(folder, length);
	if (!trimmed)
		return -ENOMEM;
	status = each_name(trimmed, add_path, recordings);
	free(trimmed);
	if (recordings->count > before)
		qsort(recordings->paths + before, recordings->count - before, sizeof(char *),
		      compare_paths);
	return status;
}

static int compare_entries(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int vt__collect_tree(const char *folder, struct vt__recordings *recordings, size_t *unreadable)
{
	char *copy = strdup(folder), *const roots[] = {copy, NULL};
	FTS *tree = copy ? fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR,
				    compare_entries)
			 : NULL;
	FTSENT *entry;
	int status = tree ? 0 : -ENOMEM;

	while (status == 0 && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
			vt__say("cannot read folder %s: %s", entry->fts_path,
				strerror(entry->fts_errno));
			(*unreadable)++;
		} else if (entry->fts_info != FTS_D && entry->fts_info != FTS_DP &&
			   entry->fts_info != FTS_DC && has_suffix(entry->fts_name)) {
			status = vt__collect_file(entry->fts_path, recordings);
		}
	}
	if (tree)
		fts_close(tree);
	free(copy);
	return status;
}

static bool read_identity(int file, struct vt_format_header *header)
{
	struct stat status;

	return fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
	       pread(file, header, IDENTITY_BYTES, 0) == (ssize_t)IDENTITY_BYTES &&
	       memcmp(header->magic, VT_FORMAT_MAGIC, sizeof(header->magic)) == 0 &&
	       header->version >= VT_FORMAT_VERSION_OLDEST &&
	       header->version <= VT_FORMAT_VERSION && header->byte_order == VT_FORMAT_BYTE_ORDER &&
	       header->source < VT_SOURCE_COUNT;
}

/* O_NONBLOCK: a FIFO of that name must not hold us. */
bool vt__collect_identity(const char *path, struct vt_format_header *header)
{
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool is_recording = file >= 0 && read_identity(file, header);

	if (file >= 0)
		close(file);
	return is_recording;
}

struct search {
	uint64_t run_id;
	struct candidates found;
};

static int add_candidate(const char *path, void *context)
{
	struct search *search = context;
	struct candidates *found = &search->found;
	struct candidate candidate = {.path = NULL};
	struct candidate *items;

	if (!vt__collect_identity(path, &candidate.header) ||
	    candidate.header.run_id != search->run_id)
		return 0;
	items = realloc(found->items, (found->count + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	found->items = items;
	candidate.path = strdup(path);
	if (!candidate.path)
		return -ENOMEM;
	items[found->count++] = candidate;
	return 0;
}

static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *first = left, *second = right;
	const struct vt_format_header *a = &first->header, *b = &second->header;

	if (a->start_monotonic_ns != b->start_monotonic_ns)
		return a->start_monotonic_ns < b->start_monotonic_ns ? -1 : 1;
	/* coarse; the other clock is not, and can be set */
	if (a->start_realtime_ns != b->start_realtime_ns)
		return a->start_realtime_ns < b->start_realtime_ns ? -1 : 1;
	return strcmp(first->path, second->path);
}

/* The same process, not one that was given its number later or in another pid namespace. */
static bool is_of(const struct vt_format_header *header, const struct vt__ended *program)
{
	return header->pid == (uint32_t)program->pid &&
	       (!program->start_ticks || !header->process_start_ticks ||
		header->process_start_ticks == program->start_ticks);
}

static void enter_end(const char *path, const struct vt__ended *program)
{
	int file = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int32_t wait_status = program->wait_status;
	struct vt_format_header header;
	ssize_t written = 0;

	if (file < 0)
		return;
	/* a failure leaves "end not known" in the recording, which is then true */
	if (read_identity(file, &header) && is_of(&header, program))
		written = pwrite(file, &wait_status, sizeof(wait_status),
				 offsetof(struct vt_format_header, wait_status));
	(void)written;
	close(file);
}

/* A process that called exec has a recording for each program it was: the last
 * one ended. By each source. */
static void enter_end_in_last(const struct candidates *sorted, const struct vt__ended *program)
{
	bool entered[VT_SOURCE_COUNT] = {false};

	for (size_t i = sorted->count; i-- > 0;) {
		const struct vt_format_header *header = &sorted->items[i].header;

		if (!is_of(header, program) || entered[header->source])
			continue;
		enter_end(sorted->items[i].path, program);
		entered[header->source] = true;
	}
}

int vt__collect_run(const char *folder, uint64_t run_id, const struct vt__ended *program,
		    struct vt__recordings by_source_out[VT_SOURCE_COUNT])
{
	struct search search = {.run_id = run_id};
	struct vt__recordings by_source[VT_SOURCE_COUNT] = {{.count = 0}};
	int status = each_name(folder, add_candidate, &search);

	if (search.found.count)
		qsort(search.found.items, search.found.count, sizeof(struct candidate),
		      compare_candidates);
	enter_end_in_last(&search.found, program);
	for (size_t i = 0; i < search.found.count; i++) {
		if (status == 0)
			status = vt__collect_file(search.found.items[i].path,
						  &by_source[search.found.items[i].header.source]);
		free(search.found.items[i].path);
	}
	free(search.found.items);
	for (unsigned source = 0; source < VT_SOURCE_COUNT; source++) {
		if (status < 0)
			vt__recordings_free(&by_source[source]);
		else
			by_source_out[source] = by_source[source];
	}
	return status;
}
