/* The processor that this is built for: the one place that chooses a file. */
#ifndef VT_BASE_ARCH_H
#define VT_BASE_ARCH_H

#if defined(__x86_64__)
#include "base/arch/x86_64.h"
#elif defined(__aarch64__)
#include "base/arch/aarch64.h"
#else
#error "vramtrack runs on x86-64 and on 64-bit Arm"
#endif

#endif
