/*
 * Helpers of the tests of the simulated device. Options are read once per process and the
 * driver cannot start again after it shut down: each test runs in a child process.
 */
#ifndef VT_TESTS_SIMULATE_CHILD_H
#define VT_TESTS_SIMULATE_CHILD_H

/* Makes cuda.h declare every ABI under its own exported name. */
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>

#include <stdbool.h>
#include <stddef.h>

#define MIB ((size_t)1 << 20)

/* An entry point of the simulated driver, typed by NVIDIA's header. */
#define CU(name) ((__typeof__(name) *)simulate_symbol(#name))

/* By exported name, from the driver that was built; ends the process if there is none. */
void (*simulate_symbol(const char *name))(void);

/* The driver's or the runtime's file, by soname, opened; ends the process if it cannot be. */
void *simulate_open(const char *soname);

/* In a child: says what failed and ends the process with 1. */
#define MUST(condition) must(condition, #condition, __FILE__, __LINE__)
#define IS(call, wanted) must_be((int)(call), (int)(wanted), #call, __FILE__, __LINE__)
void must(bool condition, const char *text, const char *file, int line);
void must_be(int result, int wanted, const char *text, const char *file, int line);

/*
 * Runs the body in a child with these options (NULL: none) and returns its exit status, or
 * -1 if it died by a signal. What it wrote to standard error goes to said (may be NULL).
 */
int in_child(const char *options, void (*body)(void), char *said, size_t said_size);

/* Initialises the driver with the primary context of device 0 current. */
CUcontext simulate_start(void);

/* Bytes of the current device that are taken. */
size_t simulate_used(void);

#endif
