/* Looks for calls of malloc in cubins (an undefined function of that name), fat binaries and PTX.
 */
#define _GNU_SOURCE /* process_vm_readv() */
#include "config.h"

#include "preload/rules/device_heap.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "ledger/coverage.h"
#include "preload/recorder/process.h"
#include "unwind/loaded.h"
#include "unwind/own_stack.h"

#define WRAPPER_MAGIC 0x466243b1u
#define FAT_MAGIC 0xba55ed50u
#define ENTRIES_MOST 64u      /* of a fat binary */
#define SECTIONS_MOST 65536u  /* of a cubin */
#define PIECE 32u             /* symbols at a time: the stack may be small */
#define SYMBOLS_MOST 1048576u /* of it */
#define TEXT_MOST ((size_t)8 << 20)
#define READS_MOST 65536u /* of an image: some 50 ms */
/* What looking may cost of the processors' time, in all. */
#define COST_MOST_NS 100000000u

enum answer {
	NOT_USED,
	USED,
	NOT_KNOWN,
	NOT_READ, /* the system refused it */
	NO_TIME
};

static const enum vt_passage passages[] = {
	[USED] = VT_PASSAGE_DEVICE_HEAP,
	[NOT_KNOWN] = VT_PASSAGE_DEVICE_HEAP_UNKNOWN,
	[NOT_READ] = VT_PASSAGE_DEVICE_HEAP_UNREAD,
	[NO_TIME] = VT_PASSAGE_DEVICE_HEAP_UNTRIED,
};

/* Of one image. */
struct look {
	int file;       /* -1: memory */
	unsigned reads; /* that are left */
	bool refused;   /* one, by the system: not since there is nothing */
};

struct place {
	uint64_t base;
	struct look *look;
};

static _Atomic(uint64_t) spent_ns;

/* How much of it is there: all, but for the end of a text. */
static size_t read_some(const struct place *place, uint64_t offset, void *out, size_t bytes)
{
	struct iovec to = {out, bytes};
	struct iovec from = {(void *)(uintptr_t)(place->base + offset), bytes};
	struct look *look = place->look;
	ssize_t got;

	if (place->base + offset < offset || !look->reads)
		return 0;
	look->reads--;
	got = look->file < 0 ? process_vm_readv(getpid(), &to, 1, &from, 1, 0)
			     : pread(look->file, out, bytes, (off_t)(place->base + offset));
	/* an offset that is none is EINVAL */
	look->refused |= got < 0 && errno != EFAULT && errno != EINVAL;
	return got < 0 ? 0 : (size_t)got;
}

static bool read_at(const struct place *place, uint64_t offset, void *out, size_t bytes)
{
	return read_some(place, offset, out, bytes) == bytes;
}

/* ---- Cubins ------------------------------------------------------------------ */

static bool is_malloc(const struct place *place, const Elf64_Shdr *strings, const Elf64_Sym *symbol)
{
	static const char name[] = "malloc";
	char found[sizeof(name)];

	return symbol->st_shndx == SHN_UNDEF && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
	       symbol->st_name < strings->sh_size &&
	       read_at(place, strings->sh_offset + symbol->st_name, found, sizeof(found)) &&
	       !memcmp(found, name, sizeof(name));
}

static enum answer look_at_symbols(const struct place *place, const Elf64_Shdr *table,
				   const Elf64_Shdr *strings)
{
	const uint64_t count = table->sh_size / sizeof(Elf64_Sym);
	Elf64_Sym symbols[PIECE];

	if (count > SYMBOLS_MOST)
		return NOT_KNOWN;
	for (uint64_t at = 0, some; at < count; at += some) {
		some = count - at < PIECE ? count - at : PIECE;
		if (!read_at(place, table->sh_offset + at * sizeof(*symbols), symbols,
			     some * sizeof(*symbols)))
			return NOT_KNOWN;
		for (uint64_t i = 0; i < some; i++)
			if (is_malloc(place, strings, &symbols[i]))
				return USED;
	}
	return NOT_USED;
}

static enum answer look_at_cubin(const struct place *place)
{
	Elf64_Shdr table, strings;
	Elf64_Ehdr header;
	uint64_t count;

	if (!read_at(place, 0, &header, sizeof(header)) || header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_shentsize != sizeof(table))
		return NOT_KNOWN;
	count = header.e_shnum;
	if (!count && header.e_shoff) { /* too many for the field: the first section has it */
		if (!read_at(place, header.e_shoff, &table, sizeof(table)))
			return NOT_KNOWN;
		count = table.sh_size;
	}
	for (uint64_t i = 0; i < count && i < SECTIONS_MOST; i++) {
		if (!read_at(place, header.e_shoff + i * sizeof(table), &table, sizeof(table)))
			return NOT_KNOWN;
		if (table.sh_type == SHT_SYMTAB && table.sh_link < count &&
		    read_at(place, header.e_shoff + table.sh_link * sizeof(strings), &strings,
			    sizeof(strings)))
			return look_at_symbols(place, &table, &strings);
	}
	return NOT_KNOWN; /* one that is stripped */
}

/* ---- PTX ---------------------------------------------------------------------- */

static bool is_of_word(char c)
{
	return c == '_' || c == '$' || c == '%' || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* `state`: how much of the word matches so far, -1: within another. */
static bool find_malloc(const char *text, size_t bytes, int *state)
{
	static const char word[] = "malloc";

	for (size_t i = 0; i < bytes; i++) {
		if (*state == (int)sizeof(word) - 1 && !is_of_word(text[i]))
			return true;
		if (!is_of_word(text[i]))
			*state = 0;
		else
			*state = *state >= 0 && text[i] == word[*state] ? *state + 1 : -1;
	}
	return false;
}

static enum answer look_at_text(const struct place *place)
{
	char text[1024]; /* a power of two */
	int state = 0;

	for (uint64_t at = 0, got; at < TEXT_MOST; at += got) {
		/* no read across a page, behind which there may be nothing */
		const size_t most = sizeof(text) - (place->base + at) % sizeof(text);
		const char *end;

		got = read_some(place, at, text, most);
		end = got ? memchr(text, 0, got) : text;
		if (find_malloc(text, end ? (size_t)(end - text) : got, &state))
			return USED;
		if (end)
			return NOT_USED;
	}
	return NOT_KNOWN;
}

/* ---- Fat binaries --------------------------------------------------------------- */

struct fat_header {
	uint32_t magic;
	uint16_t version;
	uint16_t bytes;
	uint64_t content;
};

/* The start of an entry's header. */
struct fat_entry {
	uint16_t kind; /* 1: PTX, 2: cubin */
	uint16_t version;
	uint32_t bytes; /* of the header */
	uint64_t content;
};

/* All cubins are of the same source: the first that is not compressed tells. */
static enum answer look_at_fat(const struct place *fat)
{
	enum answer answer = NOT_KNOWN;
	struct fat_header header;
	struct fat_entry entry;
	uint64_t at, end;
	unsigned char first[4];

	if (!read_at(fat, 0, &header, sizeof(header)))
		return NOT_KNOWN;
	at = header.bytes;
	end = at + header.content;
	for (unsigned i = 0; i < ENTRIES_MOST && at + sizeof(entry) <= end; i++) {
		const struct place content = {fat->base + at, fat->look};
		struct place image;

		if (!read_at(&content, 0, &entry, sizeof(entry)) || !entry.bytes ||
		    !read_at(&content, entry.bytes, first, sizeof(first)))
			return NOT_KNOWN;
		image = (struct place){content.base + entry.bytes, fat->look};
		if (entry.kind == 2 && !memcmp(first, ELFMAG, SELFMAG))
			answer = look_at_cubin(&image);
		else if (entry.kind == 1 && (first[0] == '/' || first[0] == '.'))
			answer = look_at_text(&image);
		if (answer != NOT_KNOWN)
			return answer;
		at += entry.bytes + entry.content;
		if (at < entry.content)
			return NOT_KNOWN;
	}
	return NOT_KNOWN;
}

static enum answer look_at(struct place place)
{
	struct {
		uint32_t magic, version;
		uint64_t data;
	} wrapper;
	unsigned char first[4];
	uint32_t magic;

	if (!read_at(&place, 0, first, sizeof(first)))
		return NOT_KNOWN;
	memcpy(&magic, first, sizeof(magic));
	if (magic == WRAPPER_MAGIC) {
		if (place.look->file >= 0 || !read_at(&place, 0, &wrapper, sizeof(wrapper)))
			return NOT_KNOWN;
		place.base = wrapper.data;
		if (!read_at(&place, 0, &magic, sizeof(magic)))
			return NOT_KNOWN;
	}
	if (magic == FAT_MAGIC)
		return look_at_fat(&place);
	if (!memcmp(first, ELFMAG, SELFMAG))
		return look_at_cubin(&place);
	return first[0] >= '\t' && first[0] < 0x7f ? look_at_text(&place) : NOT_KNOWN;
}

/* ---- Calls -------------------------------------------------------------------------- */

static void tell(const struct vt__call *call, enum answer answer, const char *path)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	const struct vt__passage passage = {
		.sort = passages[answer],
		.path = path,
		.symbol = call->api->name,
	};

	if (ledger && answer != NOT_USED)
		vt__ledger_passage(ledger, &passage);
}

/* `file`: -1 is memory, at `base`. */
static enum answer look_in_time(uint64_t base, int file)
{
	const uint64_t began = vt__clock_ns(CLOCK_THREAD_CPUTIME_ID);
	struct look look = {file, READS_MOST, false};
	enum answer answer;

	if (atomic_load_explicit(&spent_ns, memory_order_relaxed) > COST_MOST_NS)
		return NO_TIME;
	answer = look_at((struct place){base, &look});
	if (answer != USED && look.refused)
		answer = NOT_READ;
	else if (answer != USED && !look.reads)
		answer = NO_TIME;
	atomic_fetch_add_explicit(&spent_ns, vt__clock_ns(CLOCK_THREAD_CPUTIME_ID) - began,
				  memory_order_relaxed);
	return answer;
}

struct found {
	const struct vt__call *call;
	uintptr_t image;
	enum answer answer;
};

/* On a stack of our own: paths are long. Where objects are found by the list of mappings, an empty
 * name is no file's. */
static void tell_whose(void *closure)
{
	const struct found *it = closure;
	const char *path = "an image in memory";
	struct vt__loaded_path room;
	struct vt__loaded loaded;
	ssize_t length;

	if (vt__loaded_at(it->image, &room, &loaded)) {
		if (*loaded.name) {
			path = loaded.name;
		} else if (vt__loaded_is_fast()) {
			length = readlink("/proc/self/exe", room.bytes, sizeof(room.bytes) - 1);
			room.bytes[length > 0 ? length : 0] = '\0';
			path = room.bytes;
		}
	}
	tell(it->call, it->answer, path);
}

void vt__heap_look_at(const struct vt__call *call, const void *image)
{
	struct found found = {call, (uintptr_t)image, NOT_USED};
	int saved = errno;

	if (call->result != CUDA_SUCCESS || !image)
		return;
	found.answer = look_in_time(found.image, -1);
	if (found.answer != NOT_USED)
		vt__own_stack_run(tell_whose, &found);
	errno = saved;
}

void vt__heap_look_at_file(const struct vt__call *call, const char *path)
{
	int saved = errno;
	int file;

	if (call->result != CUDA_SUCCESS || !path)
		return;
	file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	tell(call, file < 0 ? NOT_READ : look_in_time(0, file), path);
	if (file >= 0)
		close(file);
	errno = saved;
}
