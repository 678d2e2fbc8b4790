/*
 * Lines of the program's source for a document, where the source is at hand.
 */
#include "config.h"

#include "reports/formats/source_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/formats/json.h"
#include "reports/names/source_path.h"
#include "reports/text/escape.h"
#include "reports/text/hash.h"
#include "reports/text/stream.h"

#define AROUND 3u                   /* lines before and after */
#define FILE_BYTES ((off_t)4 << 20) /* of one file */
#define LINE_BYTES 200              /* of one line: the rest is cut */
#define ALL_BYTES ((size_t)8 << 20) /* of all lines */

/* One file that was asked for; without text where it is not at hand. */
struct source {
	UT_hash_handle hh;
	int64_t name;
	char *text;
	size_t size;
	uint8_t *wanted; /* a bit for each line, from 1 */
	uint32_t count;  /* lines */
	bool newer;
};

struct vt__source_lines {
	struct vt__source_paths *paths;
	struct source *sources;
	size_t bytes; /* asked for, about */
};

int vt__source_lines_new(struct vt__source_lines **out)
{
	struct vt__source_lines *lines = calloc(1, sizeof(*lines));

	if (!lines)
		return -ENOMEM;
	if (vt__source_paths_new(&lines->paths)) {
		free(lines);
		return -ENOMEM;
	}
	*out = lines;
	return 0;
}

void vt__source_lines_free(struct vt__source_lines *lines)
{
	struct source *source, *next;

	if (!lines)
		return;
	HASH_ITER(hh, lines->sources, source, next) {
		HASH_DEL(lines->sources, source);
		free(source->text);
		free(source->wanted);
		free(source);
	}
	vt__source_paths_free(lines->paths);
	free(lines);
}

/* ---- Is it one ------------------------------------------------------------------- */

static bool is_source_name(const char *path)
{
	static const char *const endings[] = {
		"c",   "cc",  "cpp",   "cxx", "c++", "cu",   "cuh", "h",   "hh",
		"hpp", "hxx", "h++",   "inl", "ipp", "tpp",  "py",  "pyx", "pxd",
		"pyi", "rs",  "go",    "f",   "f90", "f03",  "F90", "jl",  "d",
		"zig", "nim", "swift", "ml",  "hs",  "java", "kt",  "m",   "mm",
	};
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

	if (!dot || (slash && dot < slash))
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (!strcmp(dot + 1, endings[i]))
			return true;
	return false;
}

/* The file that the name really stands for, below the root; NULL: none. To free(). */
static char *real_path_of(const struct vt__source_lines *lines, const char *relative)
{
	const char *root = vt__source_root(lines->paths);
	char *path, *real, *real_root = realpath(root, NULL);
	const size_t length = real_root ? strlen(real_root) : 0;

	if (!real_root || asprintf(&path, "%s/%s", root, relative) < 0) {
		free(real_root);
		return NULL;
	}
	real = realpath(path, NULL);
	if (real && (length < 2 || strncmp(real, real_root, length) || real[length] != '/' ||
		     !is_source_name(real))) {
		free(real);
		real = NULL;
	}
	free(path);
	free(real_root);
	return real;
}

/* ---- Its text -------------------------------------------------------------------- */

static void index_lines(struct source *source)
{
	uint32_t count = 1;

	for (size_t i = 0; i < source->size; i++)
		count += source->text[i] == '\n';
	source->count = count;
	source->wanted = calloc(count / 8 + 1, 1);
	if (!source->wanted) {
		free(source->text);
		source->text = NULL;
	}
}

/* Nothing is read where it is no plain file. */
static void read_text(struct source *source, const char *path, uint64_t recorded_ns)
{
	const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat status;
	ssize_t got = 0;

	if (file < 0)
		return;
	if (!fstat(file, &status) && S_ISREG(status.st_mode) && status.st_size > 0 &&
	    status.st_size <= FILE_BYTES)
		source->text = malloc((size_t)status.st_size + 1);
	while (source->text && source->size < (size_t)status.st_size) {
		got = read(file, source->text + source->size,
			   (size_t)status.st_size - source->size);
		if (got <= 0)
			break;
		source->size += (size_t)got;
	}
	close(file);
	if (!source->text)
		return;
	source->text[source->size] = '\0';
	source->newer = recorded_ns && (uint64_t)status.st_mtim.tv_sec > recorded_ns / 1000000000u;
	index_lines(source);
}

static struct source *find_source(struct vt__source_lines *lines,
				  const struct vt__source_origin *origin, const char *file,
				  int64_t name)
{
	struct source *source;
	const char *relative;
	char *path;

	HASH_FIND(hh, lines->sources, &name, sizeof(name), source);
	if (source)
		return source;
	source = calloc(1, sizeof(*source));
	relative = source ? vt__source_path_from(lines->paths, origin->folder, file) : NULL;
	if (!relative) {
		free(source);
		return NULL;
	}
	source->name = name;
	HASH_ADD(hh, lines->sources, name, sizeof(source->name), source);
	if (!source->hh.tbl) {
		free(source);
		return NULL;
	}
	path = *relative == '/' ? NULL : real_path_of(lines, relative);
	if (path)
		read_text(source, path, origin->time_ns);
	free(path);
	return source;
}

static bool is_wanted(const struct source *source, uint32_t line)
{
	return source->wanted[line / 8] & (1u << line % 8);
}

int vt__source_lines_want(struct vt__source_lines *lines, const struct vt__source_origin *origin,
			  const char *file, int64_t name, uint32_t line)
{
	struct source *source = find_source(lines, origin, file, name);

	if (!source)
		return -ENOMEM;
	if (!source->text || line > source->count || !line)
		return 0;
	for (uint32_t at = line > AROUND ? line - AROUND : 1;
	     at <= line + AROUND && at < source->count && lines->bytes < ALL_BYTES; at++) {
		if (is_wanted(source, at))
			continue;
		source->wanted[at / 8] |= (uint8_t)(1u << at % 8);
		lines->bytes += LINE_BYTES;
	}
	return 0;
}

/* ---- The document ------------------------------------------------------------------ */

static int write_line(const char *text, size_t length, uint32_t number, bool first, FILE *out)
{
	char *line = strndup(text, length > LINE_BYTES ? LINE_BYTES : length);
	char *clean = line ? vt__clean_copy(line, true) : NULL;
	json_t *value = clean ? json_string(clean) : NULL;
	int error = value ? 0 : -ENOMEM;

	fprintf(out, "%s\"%" PRIu32 "\":", first ? "" : ",", number);
	if (!error && vt__json_dump(value, out, JSON_ENCODE_ANY))
		error = vt__stream_failure(out);
	json_decref(value);
	free(clean);
	free(line);
	return error;
}

static int write_source(const struct source *source, FILE *out)
{
	const char *at = source->text;
	bool first = true;
	int error = 0;

	fprintf(out, "\"%" PRId64 "\":{\"newer\":%s,\"lines\":{", source->name,
		source->newer ? "true" : "false");
	for (uint32_t number = 1; number <= source->count && !error; number++) {
		const size_t length = strcspn(at, "\n");

		if (is_wanted(source, number)) {
			error = write_line(at, length, number, first, out);
			first = false;
		}
		if (!at[length])
			break;
		at += length + 1;
	}
	fputs("}}", out);
	return error;
}

int vt__source_lines_write(const struct vt__source_lines *lines, FILE *out)
{
	const struct source *source, *next;
	const char *before = "\n";
	int error = 0;

	fputc('{', out);
	HASH_ITER(hh, lines->sources, source, next) {
		if (!source->text || error)
			continue;
		fputs(before, out);
		before = ",\n";
		error = write_source(source, out);
	}
	fputc('}', out);
	return error;
}
