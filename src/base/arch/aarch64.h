/* What 64-bit Arm calls things: relocations, the loader, a pause. */
#ifndef VT_BASE_ARCH_AARCH64_H
#define VT_BASE_ARCH_AARCH64_H

#include <elf.h>

#define VT__ARCH_NAME "64-bit Arm"
#define VT__ARCH_LOADER_FOLDER "/lib"
#define VT__ARCH_LOADER "ld-linux-aarch64.so.1"
#define VT__ARCH_JUMP_SLOT R_AARCH64_JUMP_SLOT
#define VT__ARCH_GLOB_DAT R_AARCH64_GLOB_DAT
#define VT__ARCH_OLDEST_GLIBC "GLIBC_2.17" /* the version of the first symbols */
#define VT__ARCH_TOOLKIT_TARGET "sbsa-linux"

/* The most that static thread-local storage may be aligned to, of a library that is loaded when
 * the thread has its own already, as with LD_AUDIT: glibc refuses more than its thread descriptor
 * has, which is 16 here before 2.35. */
#define VT__ARCH_THREAD_ALIGN 16

/* A pause in a loop that waits for another thread. `yield` does nothing on most cores; `isb` waits
 * some tens of cycles on all of them. */
static inline void vt__arch_pause(void)
{
	__asm__ volatile("isb" ::: "memory");
}

/* Stores before it are seen before stores after it, from other processors and processes too. */
static inline void vt__arch_order_stores(void)
{
	__asm__ volatile("dmb ishst" ::: "memory");
}

/* Loads before it are done before loads after it. */
static inline void vt__arch_order_loads(void)
{
	__asm__ volatile("dmb ishld" ::: "memory");
}

#endif
