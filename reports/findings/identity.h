/*
 * The identity of a finding: by what it is known again after a rebuild.
 *
 * It is made of the class, the kind, the family of the API, the reason of a bad
 * free, and of each frame the function and the name of its module: never of
 * addresses, files or lines, which move. Frames of CUDA's runtime, those of
 * libvramtrack, and those that start main() and threads are left out. A function
 * that was inlined counts like one that was called; parameters, and what compilers
 * add to names (.constprop.0, [clone .isra.0], hashes of Rust and cargo, versions
 * of libraries) do not count. A frame without a name is its module alone.
 *
 * Names are those in the modules' own files. Debug files that lie elsewhere,
 * caches and servers of them are of the machine that reads, and do not count.
 */
#ifndef VT_REPORTS_IDENTITY_H
#define VT_REPORTS_IDENTITY_H

#include <stdint.h>

#include "reports/findings/analysis.h"

#define VT__IDENTITY_BYTES 16
#define VT__IDENTITY_DIGITS (2 * VT__IDENTITY_BYTES) /* without the NUL */

/* Changes when what goes into an identity changes; the former ones find again what
 * is in a baseline of them. */
enum vt__identity_scheme {
	VT__IDENTITY_NOW,
	VT__IDENTITY_1,           /* with the debug files of this machine, */
	VT__IDENTITY_1_WITH_LIBC, /* of one that had those of libc too, */
	VT__IDENTITY_1_BARE,      /* of one that had none */
	VT__IDENTITY_SCHEMES
};

/* Makes identities of one process's findings at a time; remembers its frames, and the stacks of
 * all. */
struct vt__identities;

/* `process` is borrowed; NULL: vt__identities_go_on() comes first. NULL if out of memory. */
struct vt__identities *vt__identities_new(const struct vt__process *process,
					  enum vt__identity_scheme scheme);

/* From now on those of another process, of the same symbolizer. */
void vt__identities_go_on(struct vt__identities *identities, const struct vt__process *process);

void vt__identities_free(struct vt__identities *identities);

/* 0 or -ENOMEM. */
int vt__identity_of(struct vt__identities *identities, const struct vt__finding_row *row,
		    uint8_t out[VT__IDENTITY_BYTES]);

/* Lower-case hexadecimal digits and a NUL. */
void vt__identity_text(const uint8_t identity[VT__IDENTITY_BYTES],
		       char out[VT__IDENTITY_DIGITS + 1]);

#endif
