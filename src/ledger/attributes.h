/* How often functions run, for the compiler: what every recorded call does is to
 * lie close together, in as few cache lines as can be. */
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

#define VT__LIKELY(condition) __builtin_expect(!!(condition), 1)
#define VT__UNLIKELY(condition) __builtin_expect(!!(condition), 0)

#endif
