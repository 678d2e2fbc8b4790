/*
 * The part of the recording's format about what memory is made of: buckets, accounts that are
 * never added to one another, and the kinds of memory in them.
 */
#ifndef VT_LEDGER_FORMAT_MEMORY_H
#define VT_LEDGER_FORMAT_MEMORY_H

/* VT_BUCKET(identifier, name in JSON, words in text, whether what is left of it is a leak, word for
 * one that is left, what became of it). The number of a bucket is its line: append only. */
#define VT_BUCKETS(VT_BUCKET)                                                                      \
	/* device memory this process owns */                                                      \
	VT_BUCKET(VRAM, "vram", "device memory", 1, "allocation", "not freed")                     \
	/* migrates; VRAM only where resident */                                                   \
	VT_BUCKET(MANAGED, "managed", "managed memory", 1, "allocation", "not freed")              \
	/* page-locked host memory */                                                              \
	VT_BUCKET(HOST, "host", "host memory", 1, "allocation", "not freed")                       \
	/* another process's memory, opened here */                                                \
	VT_BUCKET(IMPORTED, "imported", "imported memory", 0, "import", "not closed")              \
	/* address space only, no memory */                                                        \
	VT_BUCKET(ADDRESS, "address", "address space", 0, "range", "not freed")                    \
	/* the program's own host memory, page-locked while registered */                          \
	VT_BUCKET(REGISTERED, "registered", "registered host memory", 0, "registration",           \
		  "not undone")                                                                    \
	/* objects that hold memory no API gives a size for: 0 bytes, counted */                   \
	VT_BUCKET(HELD, "held", "held objects", 0, "", "held at the end")                          \
	/* what caches hand out of their segments, which are in the buckets above */               \
	VT_BUCKET(BLOCKS, "blocks", "blocks in a cache", 1, "block", "not given back")

enum vt_bucket {
#define VT_BUCKET(id, json, words, owned, one, left) VT_BUCKET_##id,
	VT_BUCKETS(VT_BUCKET)
#undef VT_BUCKET
	VT_BUCKET_COUNT
};

/* VT_KIND(identifier, name in JSON, words in text, bucket, dies with its context)
 * The number of a kind is its line: append only. */
#define VT_KINDS(VT_KIND)                                                                          \
	VT_KIND(LINEAR, "linear", "device memory", VRAM, 1)                                        \
	VT_KIND(PITCHED, "pitched", "pitched device memory", VRAM, 1)                              \
	VT_KIND(MANAGED, "managed", "managed memory", MANAGED, 1)                                  \
	VT_KIND(STREAM_ORDERED, "stream_ordered", "stream-ordered memory", VRAM, 0)                \
	VT_KIND(POOL_HOST, "pool_host", "host memory from a pool", HOST, 0)                        \
	VT_KIND(VMM, "vmm", "physical memory (VMM)", VRAM, 0)                                      \
	VT_KIND(VMM_HOST, "vmm_host", "physical host memory (VMM)", HOST, 0)                       \
	VT_KIND(VMM_IMPORTED, "vmm_imported", "imported memory (VMM)", IMPORTED, 0)                \
	VT_KIND(MULTICAST, "multicast", "multicast object", HELD, 0)                               \
	VT_KIND(RESERVATION, "address_reservation", "reserved addresses", ADDRESS, 0)              \
	VT_KIND(ARRAY, "array", "array", VRAM, 1)                                                  \
	VT_KIND(MIPMAP, "mipmapped_array", "mipmapped array", VRAM, 1)                             \
	VT_KIND(PINNED, "pinned_host", "pinned host memory", HOST, 1)                              \
	VT_KIND(IPC, "ipc_imported", "memory of another process (IPC)", IMPORTED, 1)               \
	VT_KIND(REGISTERED, "registered_host", "registered host memory", REGISTERED, 1)            \
	VT_KIND(POOL_IMPORTED, "pool_imported", "memory of another process's pool", IMPORTED, 0)   \
	VT_KIND(EXTERNAL, "external", "external memory", IMPORTED, 1)                              \
	VT_KIND(EXTERNAL_MAPPING, "external_mapping", "mapping of external memory", ADDRESS, 1)    \
	VT_KIND(GRAPH, "graph", "memory of a graph", VRAM, 0)                                      \
	VT_KIND(POOL, "memory_pool", "memory pool", HELD, 0)                                       \
	VT_KIND(CONTEXT, "context", "context", HELD, 0)                                            \
	VT_KIND(GREEN_CONTEXT, "green_context", "green context", HELD, 0)                          \
	VT_KIND(MODULE, "module", "module", HELD, 1)                                               \
	VT_KIND(LIBRARY, "library", "library", HELD, 0)                                            \
	VT_KIND(STREAM, "stream", "stream", HELD, 1)                                               \
	VT_KIND(EVENT, "event", "event", HELD, 1)                                                  \
	VT_KIND(GRAPH_EXEC, "graph_exec", "executable graph", HELD, 1)                             \
	VT_KIND(TEXTURE, "texture_object", "texture object", HELD, 1)                              \
	VT_KIND(SURFACE, "surface_object", "surface object", HELD, 1)                              \
	VT_KIND(SEMAPHORE, "external_semaphore", "external semaphore", HELD, 1)                    \
	VT_KIND(GRAPHICS, "graphics_resource", "graphics resource", HELD, 1)                       \
	VT_KIND(POOL_MANAGED, "pool_managed", "managed memory from a pool", MANAGED, 0)            \
	VT_KIND(BLOCK, "block", "blocks in a cache", BLOCKS, 0)                                    \
	VT_KIND(LIBRARY_HANDLE, "library_handle", "library handle", HELD, 0)

enum vt_kind {
#define VT_KIND(id, json, words, bucket, with_context) VT_KIND_##id,
	VT_KINDS(VT_KIND)
#undef VT_KIND
	VT_KIND_COUNT
};
#define VT_FORMAT_KINDS_MAX 37         /* room in a device record for later kinds */
#define VT_FORMAT_ACCOUNT_KINDS_MAX 40 /* the same, in an account */

#endif
