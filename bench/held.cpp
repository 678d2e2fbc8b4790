/*
 * Time of cudaMalloc and of cudaFree while many small allocations are held.
 *
 * usage: held [allocations] [bytes] [rounds]
 * Prints "malloc_ns" and "free_ns": the mean of a call.
 */
#include <vector>

#include "timing.hpp"

int main(int argc, char **argv)
{
	std::vector<void *> held(std::size_t(argument(argc, argv, 1, 4096)));
	std::size_t bytes = std::size_t(argument(argc, argv, 2, 256));
	long rounds = argument(argc, argv, 3, 8);
	double allocating = 0, freeing = 0;
	void *anchor;

	/* Keeps the driver's first block mapped from round to round. */
	check(cudaMalloc(&anchor, bytes), "allocate");
	for (long round = 0; round < rounds; round++) {
		allocating += nanoseconds([&] {
			for (void *&memory : held)
				check(cudaMalloc(&memory, bytes), "allocate");
		});
		freeing += nanoseconds([&] {
			for (void *memory : held)
				check(cudaFree(memory), "free");
		});
	}
	check(cudaFree(anchor), "free");
	result("malloc_ns", allocating / double(rounds) / double(held.size()));
	result("free_ns", freeing / double(rounds) / double(held.size()));
	return 0;
}
