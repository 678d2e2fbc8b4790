/*
 * Recordings for fuzz targets: composed with hostile names, and damaged where they say something.
 */
#ifndef VT_TESTS_FUZZ_FUZZ_RECORDING_H
#define VT_TESTS_FUZZ_FUZZ_RECORDING_H

#include <stddef.h>
#include <stdint.h>

/* A recording with every type of record, how many of which the seed says; free() it. */
uint8_t *fuzz_recording(uint64_t seed, size_t *size);

#endif
