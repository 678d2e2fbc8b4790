/*
 * Files in memory that other processes can map, and the names under which they find them.
 *
 * The size of such a file is sealed: whoever maps it cannot be made to fault by a change of
 * size. Functions return 0, or a descriptor where they have no other result, or a negative
 * errno; descriptors are closed on exec. They keep no state and need no lock.
 */
#ifndef VT_SIMULATE_MEMORY_FILE_H
#define VT_SIMULATE_MEMORY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum vt__file_kind {
	VT_FILE_MEMORY,
	VT_FILE_HOST_MEMORY,
	VT_FILE_MULTICAST,
	VT_FILE_POOL,
	VT_FILE_EVENT,
};

/* What a file is for; a file of another origin has none of this. */
struct vt__file_facts {
	enum vt__file_kind kind;
	size_t size;
	int device; /* ordinal in the process that made it */
	uint64_t inode;
};

/* What a handle is for: one purpose's bytes are no handle of another. */
enum vt__name_purpose {
	VT_NAME_MEMORY = 1, /* cuIpcGetMemHandle */
	VT_NAME_EVENT,      /* cuIpcGetEventHandle */
	VT_NAME_POOL,       /* cuMemPoolExportPointer */
	VT_NAME_FABRIC,     /* cuMemExportToShareableHandle */
	VT_NAME_FABRIC_POOL /* cuMemPoolExportToShareableHandle */
};

/* A piece of a file of some process: the bytes of a handle. Unused bytes are zero. */
struct vt__memory_name {
	uint64_t magic;
	uint32_t purpose;
	int32_t process;
	int32_t file;
	int32_t device;  /* ordinal in that process */
	uint64_t inode;  /* descriptors recur */
	uint64_t offset; /* bytes */
	uint64_t size;   /* bytes */
	uint64_t id;     /* of the allocation, event or pool, in that process */
};

/* A new file of zeroes. */
int vt__memory_file_create(enum vt__file_kind kind, int device, size_t size);

/* Another descriptor of the file. */
int vt__memory_file_duplicate(int file, int *duplicate);

/*
 * Another descriptor of the file, which says with all its duplicates, in whatever process,
 * that the file is in use: until the last of them is closed. Of a file of this process.
 */
int vt__memory_file_reopen(int file, int *reopened);

/* The same for a piece of the file, by a descriptor that came from vt__memory_name_open. */
int vt__memory_file_hold(int file, uint64_t offset, uint64_t size);
int vt__memory_file_hold_all(int file);

/* Whether somebody says so of any byte of the piece, asked by the descriptor of its maker. */
bool vt__memory_file_held(int file, uint64_t offset, uint64_t size);

/* Of the maker's descriptor: from now on the piece cannot be opened by a name, or can again. */
void vt__memory_file_retire(int file, uint64_t offset, uint64_t size, bool retired);

/* -EINVAL for a descriptor of anything but such a file. */
int vt__memory_file_facts(int file, struct vt__file_facts *facts);

/* Any descriptor that can be mapped; the address is that of the offset itself. */
int vt__memory_file_map(int file, off_t offset, size_t size, uintptr_t *address);
void vt__memory_file_unmap(uintptr_t address, size_t size);

/*
 * The bytes of a handle for a piece of this process's file: offset, size, id and device are
 * the caller's, the rest is filled in.
 */
int vt__memory_name_make(enum vt__name_purpose purpose, int file, struct vt__memory_name *name);

/*
 * Opens what the bytes of a handle name, which may be any bytes at all: -EINVAL unless they
 * name a piece of a live file of that kind.
 */
int vt__memory_name_open(const void *bytes, enum vt__name_purpose purpose,
			 struct vt__memory_name *name);

#endif
