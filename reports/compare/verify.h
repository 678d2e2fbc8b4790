/*
 * Compares two recordings of one process that were made side by side: by
 * LD_PRELOAD and by CUPTI. Where they disagree one of them did not see something.
 *
 * What is compared, and what a difference is:
 *
 *   memory   allocations, bytes, frees and what is live, by kind; allocations
 *            and bytes by family of API (its variants for ABIs and per-thread
 *            streams are one); each live allocation by kind, device, address
 *            and bytes. Every number that is not the same is a difference.
 *   exit     CUPTI stops to tell of calls somewhere in exit(), while LD_PRELOAD
 *            sees frees until the last destructor. So what is live is compared
 *            as it was when exit() began, where both recordings have an account
 *            of that moment. What went later is told, and no difference.
 *   objects  contexts, streams, events and so on (bucket HELD) have no bytes,
 *            and libraries make and end them at moments of their own: told, and
 *            no difference.
 *   process  A process that only one source recorded is a difference.
 */
#ifndef VT_REPORTS_VERIFY_H
#define VT_REPORTS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "reports/findings/analysis.h"
#include "reports/recording/reader.h"

/* Recordings, borrowed from whoever opened them. */
struct vt__verify_side {
	struct vt__recording *const *recordings;
	size_t count;
	size_t unreadable; /* that could not be opened: of what is in them nothing is compared */
};

struct vt__verification;

/*
 * Compares the recordings that two sources made of the same processes: pairs
 * them by process and program, in their order. What only one source recorded
 * is a difference. Returns 0 and the verification, which the caller frees
 * before the recordings are closed, or -ENOMEM.
 */
int vt__verify(const struct vt__verify_side sides[2], struct vt__verification **out);
void vt__verification_free(struct vt__verification *verification); /* NULL is allowed */

/* Processes in which the two disagree. */
size_t vt__verify_disagreements(const struct vt__verification *verification);

/* Whether they agree, and of neither a recording could not be read. */
bool vt__verify_is_sure(const struct vt__verification *verification);

/* A paragraph for each process. */
void vt__verify_text(const struct vt__verification *verification, bool colour, FILE *out);

/* An object: `verify` in docs/report-json.md. 0 or -ENOMEM. */
int vt__verify_json(const struct vt__verification *verification, FILE *out);

/* ---- Between the files of this part ---------------------------------------- */

/* VT__NUMBER(identifier, name in JSON, words in text, is of bytes, a family has it) */
#define VT__NUMBERS(VT__NUMBER)                                                                    \
	VT__NUMBER(ALLOCATIONS, "allocations", "allocations", 0, 1)                                \
	VT__NUMBER(ALLOCATED_BYTES, "allocated_bytes", "bytes allocated", 1, 1)                    \
	VT__NUMBER(FREES, "frees", "frees", 0, 0)                                                  \
	VT__NUMBER(LIVE, "live_count", "live", 0, 0)                                               \
	VT__NUMBER(LIVE_BYTES, "live_bytes", "bytes live", 1, 0)

enum vt__number {
#define VT__NUMBER(id, json, words, bytes, family) VT__NUMBER_##id,
	VT__NUMBERS(VT__NUMBER)
#undef VT__NUMBER
	VT__NUMBER_COUNT
};

struct vt__number_words {
	const char *json, *text;
	bool of_bytes, of_families;
};
extern const struct vt__number_words vt__number_words[VT__NUMBER_COUNT];

/* A kind or a family of APIs, as both saw it. */
struct vt__verify_row {
	const char *name; /* not ended by NUL */
	size_t name_bytes;
	uint32_t kind;                        /* VT_FORMAT_NONE: a family */
	uint64_t values[VT__NUMBER_COUNT][2]; /* live: as exit() began, where both know it */
	uint64_t gone_at_exit[2];             /* that many of the live ones went later */
};

/* A live allocation. In a difference, the bytes of a side that has none are
 * VT_FORMAT_UNKNOWN. */
struct vt__verify_live {
	uint32_t kind;
	int32_t ordinal; /* of the device */
	uint64_t address;
	uint64_t bytes[2];
	struct vt__raw api;
};

/* One process. */
struct vt__comparison {
	const struct vt__recording *side[2]; /* NULL: this source has no recording of it */
	struct vt__verify_row kinds[VT_KIND_COUNT];
	struct vt__verify_row *families; /* by name */
	size_t family_count;
	struct vt__verify_live *live; /* that differ, by kind, device and address */
	size_t live_count;
	uint64_t lost[2];
	size_t differences; /* in all; 1 where a side has no recording */
};

struct vt__verification {
	struct vt__comparison *processes;
	size_t count;
	uint32_t source[2];   /* enum vt_source */
	size_t unreadable[2]; /* recordings */
};

/* What was tracked of a device when exit() began, if both sides know that;
 * else NULL. */
const struct vt_format_account *vt__verify_at_exit(const struct vt__comparison *comparison,
						   int side, int32_t ordinal);

/* Objects are told and not compared; blocks of caches one source sees alone. */
static inline bool vt__verify_compares(uint32_t kind)
{
	const enum vt_bucket bucket = vt__bucket_of(kind);

	return bucket != VT_BUCKET_HELD && bucket != VT_BUCKET_BLOCKS;
}

/* Objects have no bytes; what differs in their row is no difference. */
bool vt__verify_is_strict(const struct vt__verify_row *row);

/* Whether a number of a row is not the same. Frees that came after exit() began
 * make none. */
bool vt__verify_differs(const struct vt__verify_row *row, enum vt__number number);

/* Fills the differences of what is live. 0 or -ENOMEM. */
int vt__verify_live(struct vt__comparison *comparison);

#endif
