/* Attributes of functions: hot or cold, so that the code of a recorded call is contiguous and takes
 * few cache lines; and what they read. */
#ifndef VT_LEDGER_ATTRIBUTES_H
#define VT_LEDGER_ATTRIBUTES_H

/* A way that recorded calls go now and then: never made part of its callers. */
#define VT__APART __attribute__((noinline))

/* One that they hardly ever go, kept away from the others. */
#define VT__SELDOM __attribute__((noinline, cold))

/* A whole recorded call: everything it calls becomes part of it, but for those. */
#define VT__WHOLE __attribute__((flatten, hot))

/* Part of its callers in any case, where it is a handful of instructions. */
#define VT__ALWAYS_INLINE inline __attribute__((always_inline))

/* A variable that every recorded call reads and hardly any writes: all of these
 * together take few cache lines, and none with one that is written. */
#define VT__READ_OFTEN __attribute__((section(".data.vt_read_often")))

/* Reads memory that is not ours: stacks, code, other objects' data. A sanitizer keeps places in it
 * for itself, and knows nothing of others. No function of libc does the reading: its name may be
 * one that the sanitizer of the tracked program has taken (memcmp, memmem), also in a shim that is
 * built without any. */
#define VT__READS_FOREIGN __attribute__((no_sanitize("address"), no_sanitize("thread")))

/* May run before the runtime of a sanitizer does: that asks dlsym, which is ours, for what it
 * stands in front of. */
#define VT__BEFORE_SANITIZER __attribute__((no_sanitize("address"), no_sanitize("thread")))

/* An address that is computed here and once: short of registers, the compiler would do it at each
 * use. */
#define VT__ONCE(pointer) __asm__("" : "+r"(pointer))

/* So likely that a dozen of them in a row still is. */
#define VT__LIKELY(condition) __builtin_expect_with_probability(!!(condition), 1, 0.999)
#define VT__UNLIKELY(condition) __builtin_expect_with_probability(!!(condition), 0, 0.999)

#endif
