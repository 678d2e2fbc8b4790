/*
 * Sizes in words, the same in every locale. MB and GB are binary: 2^20 and 2^30.
 */
#ifndef VT_SIZE_WORDS_H
#define VT_SIZE_WORDS_H

#include <stdint.h>

#define VT__SIZE_WORDS_BYTES 32

/* "1.50": MiB as printf's %.2f writes them. Returns `out`, as the next does. */
const char *vt__mib_words(uint64_t bytes, char out[VT__SIZE_WORDS_BYTES]);

/* "1.5 GB" from a tenth of a GB up, else "12.0 MB" from a tenth of a MB up, else "12 B". */
const char *vt__size_words(uint64_t bytes, char out[VT__SIZE_WORDS_BYTES]);

#endif
