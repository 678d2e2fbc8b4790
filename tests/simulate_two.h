/* Two processes with a simulated device each, for the tests of what they can share. */
#ifndef VT_TESTS_SIMULATE_TWO_H
#define VT_TESTS_SIMULATE_TWO_H

#include "tests/simulate_child.h"

#include <cuda_runtime_api.h>

/* A function of the simulated runtime, which finds the driver that it opens first. */
#define RT(name) ((__typeof__(name) *)runtime_symbol(#name))
void (*runtime_symbol(const char *name))(void);

/* One side; peer is a socket to the other. Both start without a driver. */
typedef void (*simulate_side)(int peer);

/* Runs both sides at once, with these options (NULL: none); 0 if neither found a fault. */
int in_two_children(const char *options, simulate_side first, simulate_side second);

/* Whole messages; a side whose peer has ended ends as well. */
void tell(int peer, const void *bytes, size_t size);
void hear(int peer, void *bytes, size_t size);

/* A turn: what one side has done happens before what the other does next. */
void pass_turn(int peer);
void wait_turn(int peer);

void send_file(int peer, int file);
int receive_file(int peer);

/* Device memory, a byte at a time. */
void fill_with(CUdeviceptr address, unsigned char value, size_t size);
unsigned char byte_at(CUdeviceptr address);

#endif
