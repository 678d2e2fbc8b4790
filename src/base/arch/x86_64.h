/* What x86-64 calls things: relocations, the loader, a pause. */
#ifndef VT_BASE_ARCH_X86_64_H
#define VT_BASE_ARCH_X86_64_H

#include <elf.h>

#define VT__ARCH_NAME "x86-64"
#define VT__ARCH_LOADER_FOLDER "/lib64"
#define VT__ARCH_LOADER "ld-linux-x86-64.so.2"
#define VT__ARCH_JUMP_SLOT R_X86_64_JUMP_SLOT
#define VT__ARCH_GLOB_DAT R_X86_64_GLOB_DAT
#define VT__ARCH_OLDEST_GLIBC "GLIBC_2.2.5" /* the version of the first symbols */
#define VT__ARCH_TOOLKIT_TARGET "x86_64-linux"

/* The most that static thread-local storage may be aligned to, of a library that is loaded when
 * the thread has its own already, as with LD_AUDIT: glibc refuses more than its thread descriptor
 * has. It has 64 here; half a line of the cache is enough. */
#define VT__ARCH_THREAD_ALIGN 32

/* A pause in a loop that waits for another thread. */
static inline void vt__arch_pause(void)
{
	__builtin_ia32_pause();
}

/* Stores before it are seen before stores after it, from other processors and processes too. On
 * this processor they always are; what is left is the compiler. */
static inline void vt__arch_order_stores(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Loads before it are done before loads after it. On this processor they always are. */
static inline void vt__arch_order_loads(void)
{
	__atomic_signal_fence(__ATOMIC_ACQUIRE);
}

#endif
