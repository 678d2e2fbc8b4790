/*
 * Names of source files as a reader of the repository knows them: relative to
 * its root.
 */
#include "config.h"

#include "reports/names/source_path.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/text/hash.h"

/* What was said of a file before: stacks name the same ones again and again. */
struct known {
	UT_hash_handle hh;
	char *path;
	char key[]; /* the process's folder, newline, the file */
};

struct vt__source_paths {
	char *root;
	struct known *known;
};

/* ---- The root ----------------------------------------------------------------- */

static bool has_git(const char *folder)
{
	char *path;
	bool there;

	if (asprintf(&path, "%s/.git", folder) < 0)
		return false;
	there = !access(path, F_OK);
	free(path);
	return there;
}

/* Cuts `folder` down to the nearest one that has a repository; false: none has. */
static bool climb_to_git(char *folder)
{
	for (;;) {
		char *slash = strrchr(folder, '/');

		if (has_git(folder))
			return true;
		if (!slash || slash == folder)
			return false;
		*slash = '\0';
	}
}

int vt__source_paths_new(struct vt__source_paths **out)
{
	struct vt__source_paths *paths = calloc(1, sizeof(*paths));
	char *folder;

	if (!paths)
		return -ENOMEM;
	/* Nothing is below "/": where the current folder is gone, names stay whole. */
	paths->root = getcwd(NULL, 0);
	if (!paths->root)
		paths->root = strdup("/");
	folder = paths->root ? strdup(paths->root) : NULL;
	if (!folder) {
		vt__source_paths_free(paths);
		return -ENOMEM;
	}
	if (climb_to_git(folder)) {
		free(paths->root);
		paths->root = folder;
	} else {
		free(folder);
	}
	*out = paths;
	return 0;
}

void vt__source_paths_free(struct vt__source_paths *paths)
{
	struct known *known, *next;

	if (!paths)
		return;
	HASH_ITER(hh, paths->known, known, next) {
		HASH_DEL(paths->known, known);
		free(known->path);
		free(known);
	}
	free(paths->root);
	free(paths);
}

const char *vt__source_root(const struct vt__source_paths *paths)
{
	return paths->root;
}

/* ---- One name ------------------------------------------------------------------- */

/* Takes the last part away, if there is one that is no ".."; false if not. */
static bool drop_last(char *start, char **end)
{
	char *slash;

	**end = '\0';
	slash = strrchr(start, '/');
	slash = slash ? slash : start;
	if (*end == start || !strcmp(*slash == '/' ? slash + 1 : slash, ".."))
		return false;
	*end = slash;
	return true;
}

/* A copy without "//", "." and, where they can be taken back, "..". */
static char *normal(const char *file)
{
	const bool absolute = *file == '/';
	char *copy = malloc(strlen(file) + 2), *start = copy, *end = copy;

	if (!copy)
		return NULL;
	while (*file) {
		const size_t length = strcspn(file, "/");
		const bool up = length == 2 && !memcmp(file, "..", 2);

		if (up && (drop_last(start, &end) || absolute)) {
			/* Above the first folder is the first folder. */
		} else if (length && !(length == 1 && *file == '.')) {
			if (absolute || end > start)
				*end++ = '/';
			end = mempcpy(end, file, length);
		}
		file += length + (file[length] == '/');
	}
	if (end == start)
		*end++ = absolute ? '/' : '.';
	*end = '\0';
	return copy;
}

/* What follows `folder` in `path`; NULL if it is not below it. */
static const char *below(const char *path, const char *folder)
{
	const size_t length = strlen(folder);

	return length > 1 && !strncmp(path, folder, length) && path[length] == '/'
		       ? path + length + 1
		       : NULL;
}

/* Below one of the two folders, or NULL; `path` is normal and absolute. */
static const char *relative(const struct vt__source_paths *paths, const char *folder,
			    const char *path)
{
	const char *rest = below(path, paths->root);

	return rest ? rest : below(path, folder);
}

static char *make_path(const struct vt__source_paths *paths, const char *folder, const char *file)
{
	char *path = normal(file), *real = NULL, *made;
	const char *rest;

	if (!path || *path != '/')
		return path;
	rest = relative(paths, folder, path);
	if (!rest) {
		real = realpath(path, NULL);
		rest = real ? relative(paths, folder, real) : NULL;
	}
	made = strdup(rest ? rest : path);
	free(path);
	free(real);
	return made;
}

/* `folder`: of the process that names it, "" for none. */
static const char *find_path(struct vt__source_paths *paths, const char *folder, const char *file)
{
	const size_t length = strlen(folder) + 1 + strlen(file);
	struct known *known = calloc(1, sizeof(*known) + length + 1), *found;

	if (!known)
		return NULL;
	sprintf(known->key, "%s\n%s", folder, file);
	HASH_FIND(hh, paths->known, known->key, length, found);
	if (found) {
		free(known);
		return found->path;
	}
	known->path = make_path(paths, folder, file);
	if (known->path)
		HASH_ADD_KEYPTR(hh, paths->known, known->key, length, known);
	if (!known->path || !known->hh.tbl) {
		free(known->path);
		free(known);
		return NULL;
	}
	return known->path;
}

const char *vt__source_path(struct vt__source_paths *paths, const struct vt__recording *recording,
			    const char *file)
{
	const uint32_t folder = vt__recording_header(recording)->working_directory;

	return find_path(paths, vt__raw_to_open(vt__recording_string(recording, folder)), file);
}

const char *vt__source_path_from(struct vt__source_paths *paths, const char *folder,
				 const char *file)
{
	return find_path(paths, folder, file);
}

const char *vt__source_path_here(struct vt__source_paths *paths, const char *file)
{
	char *real = realpath(file, NULL);
	const char *path = find_path(paths, "", real ? real : file);

	free(real);
	return path;
}
