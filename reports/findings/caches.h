/*
 * The caches of a process whose blocks were seen: their segments, what is handed out of each, and
 * which block keeps it from being given back.
 */
#ifndef VT_REPORTS_CACHES_H
#define VT_REPORTS_CACHES_H

#include "reports/findings/analysis.h"

/* Device memory that lies together: an allocation, or mappings side by side. */
struct vt__segment {
	uint64_t address;
	uint64_t bytes;
	uint32_t device; /* number */
	uint32_t site;   /* of the first of it */
	bool is_mapped;
	bool is_cached; /* a rule says that the cache keeps it */
	/* what is handed out of it, and the block that has been there for longest */
	struct vt__sum used;
	const struct vt_format_allocation *pin; /* NULL: none is there */
};

struct vt__cache_row {
	const struct vt_format_cache *record;
	struct vt__sum used;
	struct vt__sum segments; /* of the device */
};

/* Whose cache the door leads to, what the door is, and what a state means. */
const char *vt__door_cache(uint32_t door);
const char *vt__door_name(uint32_t door);
const char *vt__blocks_name(uint32_t state);
const char *vt__blocks_words(uint32_t state);

/* Fills process->caches and process->segments. 0 or -ENOMEM. */
int vt__find_caches(struct vt__process *process);

/* Whether a live block lies in memory that is live; what does not went with its segment. */
bool vt__block_is_there(const struct vt__process *process,
			const struct vt_format_allocation *block);

/* Whether what is live of a site are segments of a cache whose blocks were looked for. */
bool vt__site_is_cached(const struct vt__process *process, uint32_t site);

/* Whether it is of the device's cache. */
static inline bool vt__is_segment(const struct vt__segment *segment)
{
	return segment->is_cached || segment->used.count;
}

/* What of it is not handed out. */
static inline uint64_t vt__free_inside(const struct vt__segment *segment)
{
	return segment->bytes > segment->used.bytes ? segment->bytes - segment->used.bytes : 0;
}

/* The segments of a cache, those with most that is free inside first. The caller frees the
 * list, which refers to process->segments. 0 or -ENOMEM. */
int vt__segments_of(const struct vt__process *process, const struct vt__cache_row *cache,
		    const struct vt__segment ***out, size_t *count);

/* Whether there is a door to the cache that keeps a device's segments; whether its blocks were
 * seen there. */
bool vt__blocks_are_looked_for(const struct vt__process *process, uint32_t device,
			       const char *keeper);
bool vt__blocks_are_seen(const struct vt__process *process, uint32_t device, const char *keeper);

#endif
