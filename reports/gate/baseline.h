/*
 * The baseline: the findings that are known, in a small text file to be kept
 * with the sources and read in a review.
 *
 *   vramtrack-baseline 2
 *   # comments stay with the line below them
 *   IDENTITY CLASS KIND BYTES COUNT TOLERANCE TITLE
 *
 * A finding a line, sorted by class, title and identity. Bytes and count are the
 * sum over all processes. The tolerance is "0", bytes ("64K") or a share ("10%"):
 * by so much may the bytes (of objects, and of what happened, as a bad free: the count) grow.
 *
 * Format 1 differs only in the scheme of its identities: it is read, and what it
 * says is found by them; written is format 2.
 */
#ifndef VT_REPORTS_BASELINE_H
#define VT_REPORTS_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "reports/gate/gate.h"

#define VT__BASELINE_FORMAT "vramtrack-baseline 2"
#define VT__BASELINE_FORMER "vramtrack-baseline 1"

struct vt__tolerance {
	uint64_t amount; /* bytes, or percent */
	bool is_share;
};

struct vt__baseline;

struct vt__known {
	char identity[33];
	const char *class_name, *kind, *title;
	const char *comment; /* lines, each with its newline; "" if there is none */
	struct vt__sum sum;
	struct vt__tolerance tolerance;
};

/*
 * Returns 0 and the baseline; -ENOENT if there is no such file, -EINVAL if it
 * is malformed, another -errno; then a message "FILE:LINE:COLUMN: ...".
 */
int vt__baseline_read(const char *path, struct vt__baseline **out, char message[VT__MESSAGE_BYTES]);
void vt__baseline_free(struct vt__baseline *baseline); /* NULL is allowed */

/* NULL if the identity is not known. */
const struct vt__known *vt__baseline_find(const struct vt__baseline *baseline,
					  const char *identity);

/* Whether its identities are of a former scheme: what is judged needs those too. */
bool vt__baseline_is_former(const struct vt__baseline *baseline);

/* What is known of a finding: by its identity, or by all that former schemes
 * made of it, whose sums are added. False if nothing is. */
bool vt__baseline_knows(const struct vt__baseline *baseline, const struct vt__judged *judged,
			struct vt__known *out);

/* In the order of the file; NULL past the last. */
const struct vt__known *vt__baseline_at(const struct vt__baseline *baseline, size_t number);

/* Whether a finding is beyond what is known of it. */
bool vt__baseline_has_grown(const struct vt__known *known, const struct vt__judged *judged);

/* "0", "64K", "10%". False if it is none. */
bool vt__tolerance_parse(const char *text, size_t length, struct vt__tolerance *out);

/*
 * Puts what was judged into the file, in place of what is in it. What is
 * suppressed stays out. Comments and tolerances of `old` (NULL: none) stay with
 * their findings; new ones get `tolerance`. Returns 0 and how many lines were
 * written, or -errno.
 */
int vt__baseline_write(const char *path, const struct vt__gate *gate,
		       const struct vt__baseline *old, struct vt__tolerance tolerance,
		       size_t *count);

#endif
