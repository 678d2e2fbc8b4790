/*
 * Finds loaded objects by _dl_find_object or in /proc/self/maps.
 */
#include "config.h"

#include "unwind/loaded.h"
#include "unwind/own_stack.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/page.h"
#include "unwind/unwind_memory.h"

/* What _dl_find_object fills in on 64-bit machines: a part of glibc's ABI, declared
 * here because its headers have it from 2.35 on only. */
struct found {
	unsigned long long flags;
	uintptr_t map_start;
	uintptr_t map_end;
	const struct link_map *link_map;
	uintptr_t frame_header;
	unsigned long long reserved[7];
};

typedef int find_object(void *pc, struct found *out);

static _Atomic(find_object *) find_object_entry;

void vt__loaded_init(void)
{
	static atomic_bool looked;
	find_object *entry = NULL;
	void *symbol;

	/* Who sees it before the entry has none yet, and finds objects the slow way. */
	if (atomic_load_explicit(&looked, memory_order_relaxed))
		return;
	symbol = dlsym(RTLD_DEFAULT, "_dl_find_object");
	memcpy(&entry, &symbol, sizeof(entry));
	atomic_store_explicit(&find_object_entry, entry, memory_order_release);
	atomic_store_explicit(&looked, true, memory_order_relaxed);
}

static find_object *find_object_function(void)
{
	return atomic_load_explicit(&find_object_entry, memory_order_acquire);
}

bool vt__loaded_is_fast(void)
{
	return find_object_function() != NULL;
}

/* The program headers follow the ELF header, with which the first segment begins. */
static bool read_headers(struct vt__loaded *loaded)
{
	const ElfW(Ehdr) *elf = (const ElfW(Ehdr) *)loaded->start;
	uintptr_t headers;

	if (!vt__memory_all_readable(loaded->start, sizeof(*elf)) ||
	    memcmp(elf->e_ident, ELFMAG, SELFMAG) || elf->e_phentsize != sizeof(ElfW(Phdr)))
		return false;
	headers = loaded->start + elf->e_phoff;
	if (elf->e_phoff % sizeof(uint64_t) || elf->e_phoff > loaded->end - loaded->start ||
	    !vt__memory_all_readable(headers, elf->e_phnum * sizeof(ElfW(Phdr))))
		return false;
	loaded->headers = (const ElfW(Phdr) *)headers;
	loaded->header_count = elf->e_phnum;
	return true;
}

static bool find(find_object *entry, uintptr_t address, struct vt__loaded *out)
{
	struct found found;

	if (entry((void *)address, &found) != 0 || !found.link_map)
		return false;
	*out = (struct vt__loaded){
		.start = found.map_start,
		.end = found.map_end,
		.bias = found.link_map->l_addr,
		.name = found.link_map->l_name ? found.link_map->l_name : "",
	};
	return read_headers(out);
}

/* ---- /proc/self/maps --------------------------------------------------------- */

/* A line is "start-end rights offset device inode path"; lines of one file follow
 * each other, the first of them with offset 0. */
struct line {
	uintptr_t start;
	uintptr_t end;
	uint64_t offset;
	uint64_t inode;
	const char *path; /* "": none */
};

static const char *read_number(const char *text, unsigned base, uint64_t *out)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;

	for (*out = 0; *text && (digit = memchr(digits, *text, base)); text++)
		*out = *out * base + (uint64_t)(digit - digits);
	return text;
}

/* Past the next blank; NULL if there is none. */
static const char *next_field(const char *text)
{
	text = text ? strchr(text, ' ') : NULL;
	return text ? text + 1 : NULL;
}

static bool read_line(const char *text, struct line *out)
{
	uint64_t start, end;

	text = read_number(text, 16, &start);
	if (*text++ != '-')
		return false;
	text = next_field(read_number(text, 16, &end)); /* rights */
	text = next_field(text);
	if (!text)
		return false;
	text = next_field(read_number(text, 16, &out->offset)); /* device */
	text = next_field(text);
	if (!text)
		return false;
	text = read_number(text, 10, &out->inode);
	out->path = text + strspn(text, " ");
	out->start = start;
	out->end = end;
	return true;
}

/* The search for the lines of the file that holds an address, or has a name. */
struct search {
	uintptr_t address;
	const char *file;             /* NULL: the address is looked for */
	size_t file_bytes;            /* of the name that must be the same */
	unsigned pass;                /* so many of that name are passed over */
	bool is_named;                /* the file at hand is that one */
	struct vt__loaded_path *path; /* NULL: not asked for */
	struct line first;            /* of the file at hand, without its path */
	uintptr_t end;
	bool found;
};

static bool has_name(const char *path, const struct search *search)
{
	const char *slash = strrchr(path, '/');

	return slash && strncmp(slash + 1, search->file, search->file_bytes) == 0;
}

/* Whether the file that begins at a line is the one that is looked for. */
static bool is_wanted(struct search *search, const char *path)
{
	if (!search->file || !has_name(path, search))
		return false;
	return search->pass == 0 || search->pass-- == 0;
}

/* Whether the search goes on. */
static bool meet_line(struct search *search, const char *text)
{
	struct line line;

	if (!read_line(text, &line))
		return true;
	if (search->end && line.inode
		    ? line.inode == search->first.inode && line.offset
		    : line.start == search->end && search->first.inode && !*line.path) {
		/* without a file: zeroed data, of what it follows; "[vdso]" is an object itself */
		search->end = line.end;
	} else {
		if (search->found)
			return false;
		search->first = line;
		search->end = line.end;
		search->is_named = is_wanted(search, line.path);
		if (search->path) {
			search->path->bytes[0] = '\0';
			strncat(search->path->bytes, line.path, sizeof(search->path->bytes) - 1);
		}
	}
	search->found = search->file ? search->is_named
				     : search->address >= search->first.start &&
					       search->address < search->end;
	return true;
}

/* Line by line, each as a string. A line that does not fit is passed over. */
static void read_lines(int file, struct search *search)
{
	char bytes[PATH_MAX + 128];
	size_t used = 0;

	for (;;) {
		ssize_t more = read(file, bytes + used, sizeof(bytes) - 1 - used);
		char *line = bytes, *end;

		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			return;
		used += (size_t)more;
		bytes[used] = '\0';
		while ((end = strchr(line, '\n'))) {
			*end = '\0';
			if (!meet_line(search, line))
				return;
			line = end + 1;
		}
		used -= (size_t)(line - bytes);
		memmove(bytes, line, used);
		if (used == sizeof(bytes) - 1)
			used = 0;
	}
}

static void read_maps(void *closure)
{
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return;
	read_lines(file, closure);
	close(file);
}

/* Where the file's first segment was asked to be, as the headers have it. */
static uintptr_t first_address(const struct vt__loaded *loaded)
{
	for (unsigned i = 0; i < loaded->header_count; i++)
		if (loaded->headers[i].p_type == PT_LOAD)
			return loaded->headers[i].p_vaddr & ~(uintptr_t)(vt__page_bytes() - 1);
	return 0;
}

static bool look_in_maps(struct search *search, struct vt__loaded *out)
{
	vt__own_stack_run(read_maps, search);
	if (!search->found)
		return false;
	*out = (struct vt__loaded){.start = search->first.start,
				   .end = search->end,
				   .name = search->path ? search->path->bytes : ""};
	if (!read_headers(out))
		return false;
	out->bias = out->start - first_address(out);
	return true;
}

bool vt__loaded_in_maps(uintptr_t address, struct vt__loaded_path *path, struct vt__loaded *out)
{
	struct search search = {.address = address, .path = path};

	return look_in_maps(&search, out);
}

bool vt__loaded_named(const char *file, struct vt__loaded_path *path, struct vt__loaded *out)
{
	struct search search = {.file = file, .file_bytes = strlen(file) + 1, .path = path};

	return look_in_maps(&search, out);
}

bool vt__loaded_like(const char *beginning, unsigned pass, struct vt__loaded_path *path,
		     struct vt__loaded *out)
{
	struct search search = {
		.file = beginning, .file_bytes = strlen(beginning), .pass = pass, .path = path};

	return look_in_maps(&search, out);
}

/* ---- Either ------------------------------------------------------------------- */

bool vt__loaded_at(uintptr_t address, struct vt__loaded_path *path, struct vt__loaded *out)
{
	find_object *entry = find_object_function();

	return entry ? find(entry, address, out) : vt__loaded_in_maps(address, path, out);
}

bool vt__loaded_still(uintptr_t start)
{
	find_object *entry = find_object_function();
	struct found found;

	if (entry)
		return entry((void *)start, &found) == 0 && found.map_start == start;
	return vt__memory_readable(start);
}
